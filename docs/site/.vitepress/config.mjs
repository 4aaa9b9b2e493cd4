/** The site: one column of pages in the order of the index, a search without a server, light and dark. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { anchorOf, contents, root } from '../pages.mjs';

const link = (place) => `/${place.replace(/(^|\/)index\.md$/, '$1').replace(/\.md$/, '')}`;
const parts = contents();
const pages = join(import.meta.dirname, '../.pages');

/** Names of the package, by kind, as TypeDoc wrote them. */
function referenceItems() {
  const names = (folder) => {
    try {
      return readdirSync(join(pages, folder), { withFileTypes: true });
    } catch {
      return [];
    }
  };
  const kinds = { functions: 'Functions', classes: 'Classes', variables: 'Objects', interfaces: 'Interfaces', 'type-aliases': 'Types' };
  const main = Object.entries(kinds).map(([folder, text]) => ({
    text,
    collapsed: true,
    items: names(`api/wasmeta/${folder}`).map(({ name }) => ({ text: name.replace(/\.md$/, ''), link: `/api/wasmeta/${folder}/${name.replace(/\.md$/, '')}` })),
  }));
  return main.filter(({ items }) => items.length > 0);
}

export default {
  title: 'wasmeta',
  description: 'Meta-reinforcement learning at WebAssembly speed: documentation',
  lang: 'en-GB',
  base: process.env.DOCS_BASE ?? '/',
  srcDir: '.pages',
  outDir: join(root, 'build/docs'),
  cacheDir: join(import.meta.dirname, 'node_modules/.cache/vitepress'),
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  ignoreDeadLinks: [/^\/sources\//],
  metaChunk: true,
  markdown: { anchor: { slugify: anchorOf }, theme: { light: 'github-light', dark: 'github-dark' } },
  vite: { logLevel: 'warn', build: { chunkSizeWarningLimit: 4000 } },
  themeConfig: {
    outline: { level: [2, 3], label: 'On this page' },
    docFooter: { prev: 'Before', next: 'Next' },
    search: { provider: 'local', options: { detailedView: false } },
    nav: [
      { text: 'Index', link: '/' },
      ...parts.slice(0, 3).map(({ title, pages: [first] }) => ({ text: title, link: link(first.place) })),
      { text: 'API', link: '/api/' },
    ],
    sidebar: [
      { text: 'Index', link: '/' },
      ...parts.map(({ title, pages: items }, i) => ({
        text: title,
        collapsed: i > 1,
        items: items.map(({ title: text, place }) => ({ text, link: link(place) })),
      })),
      { text: 'API', link: '/api/', collapsed: true, items: referenceItems() },
    ],
  },
};
