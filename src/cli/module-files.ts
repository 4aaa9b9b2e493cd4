/**
 * A user's environment as a page can load it: the file that the user named, and what it imports by address. A fetch gets the bytes of the file, by
 * whose hash runs know it; an import gets JavaScript (types taken out where Node can), in which `wasmeta` is a file of the site.
 */
import * as nodeModule from 'node:module';
import { basename, dirname, extname, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WasmetaError } from '../core/errors.ts';
import { moduleFiles } from '../envs/user/load-env.ts';
import { urlOf } from '../platform/assets.ts';
import type { FileBeside } from './site-server.ts';

const ownPackage = /\b(from\s*|import\s*\(?\s*)(['"])wasmeta\2/g;
/** Node ≥ 22.13. */
const { stripTypeScriptTypes } = nodeModule as { readonly stripTypeScriptTypes?: (code: string) => string };

/** By path below `prefix`, the named file first. Throws `E_ENV`, or `E_UNSUPPORTED` for what a page can't load. */
export async function filesOfModule(path: string, prefix: string): Promise<Map<string, FileBeside>> {
  const files = await moduleFiles(urlOf('env', path));
  const folder = dirname(fileURLToPath(files[0].url));
  return new Map(
    files.map(({ url, bytes }) => {
      const inside = relative(folder, fileURLToPath(url)).split(sep).join('/');
      if (inside.startsWith('..'))
        throw new WasmetaError('E_UNSUPPORTED', `${basename(path)} imports ${url.href}: the page gets files of its folder only`, { path });
      return [`${prefix}${inside}`, servedAs(url, bytes)];
    }),
  );
}

function servedAs(url: URL, bytes: Uint8Array): FileBeside {
  if (extname(url.pathname) === '.wasm') return () => bytes;
  const code = javaScriptOf(url, new TextDecoder().decode(bytes)).replace(ownPackage, '$1$2/wasmeta.js$2');
  return (as) => (as === 'empty' || as === '' ? bytes : code);
}

function javaScriptOf({ pathname, href }: URL, text: string): string {
  if (!/\.[cm]?ts$/.test(pathname)) return text;
  if (stripTypeScriptTypes !== undefined) return stripTypeScriptTypes(text);
  throw new WasmetaError('E_UNSUPPORTED', `${href} is TypeScript: a page needs JavaScript, and Node 22.13 or newer takes the types out`, {
    url: href,
    node: process.version,
  });
}
