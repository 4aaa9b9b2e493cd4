/**
 * The pages of the site, from the Markdown of the repository: pages keep their places, links between them stay, and links to other files of the repository lead
 * to a plain view of these files, so that the site needs no network. Imports built-in modules only.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { viewOf } from './source-view.mjs';

export const root = resolve(import.meta.dirname, '../..');

/** Pages of the repository that lie outside of docs, and their places on the site. */
const beside = {
  'README.md': 'project.md',
  'CHANGELOG.md': 'changelog.md',
  'CONTRIBUTING.md': 'contributing.md',
  'SECURITY.md': 'security.md',
  'CODE_OF_CONDUCT.md': 'code-of-conduct.md',
};

const posix = (path) => path.split(sep).join('/');
const read = (path) => readFileSync(join(root, path), 'utf8');

/** Markdown files of docs, relative to the root; docs/site itself holds none. */
export function documents() {
  const inFolder = (folder) =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return path === 'docs/site' ? [] : inFolder(path);
      return entry.name.endsWith('.md') ? [path] : [];
    });
  return inFolder('docs').sort();
}

/** The place of every page on the site, by its place in the repository. */
export function places() {
  const ofDocs = documents().map((path) => [path, path.replace(/^docs\//, '').replace(/(^|\/)README\.md$/, '$1index.md')]);
  return new Map([...ofDocs, ...Object.entries(beside)]);
}

/** Anchors as sites that show Markdown make them. */
export const anchorOf = (heading) =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

/** Leaves code as it is. */
const outsideOfCode = (text, change) =>
  text
    .split(/(^```[\s\S]*?^```$|^ {4}.*$|`[^`\n]*`)/m)
    .map((part, i) => (i % 2 === 1 ? part : change(part)))
    .join('');

/**
 * A page as the site has it. `see(path)` is told of files of the repository that it links to.
 * @param {string} path In the repository.
 * @param {Map<string, string>} where
 * @param {(path: string) => void} see
 */
export function pageOf(path, where, see = () => {}) {
  const place = where.get(path);
  const up = '../'.repeat(place.split('/').length - 1);
  const leading = (target) => {
    if (/^[a-z]+:/.test(target) || target.startsWith('#')) return target;
    const [file, anchor] = target.split('#');
    const found = posix(relative(root, resolve(root, dirname(path), file)));
    const hash = anchor === undefined ? '' : `#${anchor}`;
    if (where.has(found)) return `./${posix(relative(dirname(place), where.get(found)))}${hash}`;
    if (found.startsWith('docs/images/')) return `./${up}${found.slice('docs/'.length)}`;
    if (!existsSync(join(root, found))) return target;
    see(found);
    return `/sources/${found}.html${hash}`;
  };
  return outsideOfCode(read(path).replace(/\n\[Index of the documentation\]\([^)]*\)\n/, ''), (text) =>
    text
      .replaceAll(/\]\(([^)\s]+)\)/g, (_, target) => `](${leading(target)})`)
      .replaceAll(/(src|srcset)="([^"]+)"/g, (_, name, target) => `${name}="${leading(target)}"`)
      .replaceAll('{{', '&#123;&#123;'),
  );
}

/** Title of a page: its first heading, without marks. */
export const titleOf = (path) => /^# (.*)$/m.exec(read(path))?.[1].replaceAll('`', '').replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1') ?? path;

/** The index as a list of parts, each with its pages in order: what the side bar shows. */
export function contents(where = places()) {
  return read('docs/README.md')
    .split(/^## /m)
    .slice(1)
    .map((part) => {
      const links = [...part.matchAll(/\]\(([^)#\s]+\.md)\)/g)].map(([, target]) => posix(relative(root, resolve(root, 'docs', target))));
      const pages = [...new Set(links)].filter((path) => where.has(path) && path !== 'README.md');
      return { title: part.split('\n')[0], pages: pages.map((path) => ({ title: titleOf(path), place: where.get(path) })) };
    });
}

/** Writes all pages, images and views of files to a folder, which is emptied first. */
export function writePages(folder) {
  rmSync(folder, { recursive: true, force: true });
  const where = places();
  const seen = new Set();
  const write = (place, text) => {
    mkdirSync(dirname(join(folder, place)), { recursive: true });
    writeFileSync(join(folder, place), text);
  };
  for (const [path, place] of where) write(place, pageOf(path, where, (file) => seen.add(file)));
  cpSync(join(root, 'docs/images'), join(folder, 'images'), { recursive: true });
  for (const file of seen) {
    if (statSync(join(root, file)).isDirectory()) for (const name of readdirSync(join(root, file))) seen.add(`${file}/${name}`);
    write(`public/sources/${file}.html`, viewOf(root, file));
  }
}
