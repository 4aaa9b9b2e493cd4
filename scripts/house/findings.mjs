/** What the house is measured by, read off the sources of src: each function answers with a list that a reader or a test can look at. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cycles, exportsOf, folderOf, importsOf, isLocal, readSources, root } from './sources.mjs';

export const sources = readSources('src');
export const imports = sources.flatMap(importsOf);

/** The package's entries: what they export is for others. */
const entries = ['index.ts', 'inline.ts', 'node.ts', 'bench/benchmarks.ts'];
/** tfjs as we build it, behind `#tf`: its names are used through that. */
const chunk = ['tf/entry.ts', 'tf/types.d.ts'];
const outside = ['test', 'scripts', 'bench', 'examples', 'web'];

/** Circles of files, types included. */
export const circles = () => cycles(imports.filter((i) => isLocal(i)).map((i) => [i.from, i.target]));

/** How often files of each room import from each other room: `table.get(room)?.get(other)`. */
export function importTable() {
  /** @type {Map<string, Map<string, number>>} */
  const table = new Map([...new Set(sources.map((s) => s.folder))].map((folder) => [folder, new Map()]));
  for (const i of imports) {
    const row = table.get(i.folder);
    const to = folderOf(i.target);
    if (isLocal(i) && to !== i.folder) row?.set(to, (row.get(to) ?? 0) + 1);
  }
  return table;
}

/** Files with their lines, longest first. */
export const filesBySize = () =>
  sources
    .map(({ file, text }) => ({ file, lines: text.split('\n').length - 1 }))
    .sort((a, b) => b.lines - a.lines || (a.file < b.file ? -1 : 1));

/** Exported names of src that no other file of the project imports and no entry of the package gives out. */
export function unusedExports() {
  const used = new Set();
  const note = (i) => {
    for (const name of i.names) used.add(`${i.target}: ${name}`);
  };
  imports.forEach(note);
  for (const folder of outside)
    for (const source of readSources(folder))
      for (const i of importsOf({ ...source, file: `../${folder}/${source.file}` }))
        note({ ...i, target: i.target.replace(/^\.\.\/src\//, '') });
  return sources
    .filter(({ file }) => !entries.includes(file) && !chunk.includes(file))
    .flatMap((source) => exportsOf(source).map((name) => ({ file: source.file, name })))
    .filter(({ file, name }) => !used.has(`${file}: ${name}`) && !used.has(`${file}: *`));
}

/** Casts `as unknown as`, each with its place and the comment on its line or the line above. */
export function doubleCasts() {
  return sources.flatMap(({ file, text }) =>
    text.split('\n').flatMap((line, i, lines) => {
      if (!/\bas unknown as\b/.test(line)) return [];
      const beside = line.match(/\/\/\s*(.*)$/)?.[1] ?? lines[i - 1]?.match(/^\s*(?:\/\/|\/\*\*?|\*)\s*(.*?)\s*(?:\*\/)?$/)?.[1];
      return [{ file, line: i + 1, reason: beside ?? '' }];
    }),
  );
}

/**
 * The files that the commit touched which added the newest of these, or null outside of a checkout.
 * @param {string} what
 * @param {string} registry The file that lists them all, whose imports say which they are.
 * @param {RegExp} isOne What the text of such a file holds.
 */
export function lastTouches(what, registry, isOne) {
  const files = [...new Set(imports.filter((i) => i.from === registry && isLocal(i) && !i.type).map((i) => i.target))]
    .filter((file) => folderOf(file) === folderOf(registry))
    .filter((file) => isOne.test(readFileSync(join(root, 'src', file), 'utf8')));
  const added = files.flatMap((file) => {
    const log = git('log', '--follow', '--diff-filter=A', '--format=%ct %H', '--', `src/${file}`).trim().split('\n').at(-1);
    return log ? [{ file, time: Number(log.split(' ')[0]), commit: log.split(' ')[1] }] : [];
  });
  const newest = added.sort((a, b) => b.time - a.time)[0];
  if (newest === undefined) return null;
  const touched = git('show', '--name-only', '--format=%s', newest.commit).trim().split('\n');
  return { what, file: newest.file, commit: newest.commit.slice(0, 7), subject: touched[0], touches: touched.filter(Boolean).length - 1 };
}

/** @param {string[]} args */
const git = (...args) => spawnSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 1e8 }).stdout ?? '';
