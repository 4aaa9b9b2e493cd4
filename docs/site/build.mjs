/** Builds the site to build/docs: pages from docs, the API reference from the sources. `DOCS_BASE` is the path under which it will stand, by default `/`. */
import { join } from 'node:path';
import { build } from 'vitepress';
import { writeReference } from './reference.mjs';
import { root, writePages } from './pages.mjs';

const pages = join(import.meta.dirname, '.pages');

writePages(pages);
await writeReference(join(pages, 'api'));
await build(import.meta.dirname, { logLevel: 'warn' });
console.log(join(root, 'build/docs'));
