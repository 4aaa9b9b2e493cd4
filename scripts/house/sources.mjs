/** Reads the TypeScript and JavaScript of the project: files without comments, what they import and export, and circles. Built-in modules only. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

/**
 * @typedef {object} Source
 * @property {string} file Path from the folder that was read.
 * @property {string} folder Its first folder; `.` for a file that lies in none.
 * @property {string} text
 * @property {string} code The text without comments.
 * @property {string} bare The code with strings and templates blanked, but for what stands in `${…}`, which runs.
 */

/**
 * @typedef {object} Import
 * @property {string} from
 * @property {string} folder Of the importing file.
 * @property {string} target A file, as `from` is given, or a package.
 * @property {boolean} type Types alone, which leave nothing in the built code.
 * @property {string[]} names What is taken of it; `*` for all.
 */

const strings = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/;
const comments = /\/\*[\s\S]*?\*\/|\/\/[^\n]*/;
const either = new RegExp(`(${strings.source})|(${comments.source})`, 'g');

/** @param {string} text */
const blank = (text) => (text[0] === '`' ? (text.match(/\$\{[^}]*\}/g) ?? []).join(' ') : "''");

/**
 * All sources of a folder, by name.
 * @param {string} folder
 * @returns {Source[]}
 */
export function readSources(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => /\.(ts|mjs|js)$/.test(file))
    .sort()
    .map((file) => {
      const text = readFileSync(join(root, folder, file), 'utf8');
      return {
        file,
        folder: folderOf(file),
        text,
        code: text.replace(either, (_, string) => string ?? ' '),
        bare: text.replace(either, (_, string) => (string === undefined ? ' ' : blank(string))),
      };
    });
}

/** @param {string} file */
export const folderOf = (file) => (file.includes('/') ? file.slice(0, file.indexOf('/')) : '.');

/** @param {Import} i */
export const isLocal = ({ target }) => target.endsWith('.ts');

/** @param {Import} i */
export const showImport = (i) => `${i.from} → ${i.type ? 'type ' : ''}${i.target}`;

/**
 * Static, side-effect, dynamic and `new URL(…, import.meta.url)` imports, and re-exports.
 * @param {Source} source
 * @returns {Import[]}
 */
export function importsOf({ file, folder, code }) {
  /** @type {Import[]} */
  const found = [];
  const add = (specifier, type, names) => {
    const target = specifier.startsWith('.') ? normalize(join(dirname(file), specifier)).replaceAll('\\', '/') : specifier;
    found.push({ from: file, folder, target, type, names });
  };
  for (const [, what, specifier] of code.matchAll(/\b(?:import|export)\s+([^'"`;()]*?)\bfrom\s*['"]([^'"]+)['"]/g)) {
    const inside = what.match(/\{([^}]*)\}/)?.[1];
    const onlyTypes = inside?.split(',').every((name) => !name.trim() || name.trim().startsWith('type ')) && !/^[\w*]/.test(what.trim());
    add(specifier, what.startsWith('type ') || Boolean(onlyTypes), takenNames(what, code));
  }
  for (const [, specifier] of code.matchAll(/\bimport\s*['"]([^'"]+)['"]/g)) add(specifier, false, []);
  const dynamic = /(\{[^{}]*\}\s*=\s*(?:await\s+)?)?(typeof\s+|[:=|&<]\s*)?\bimport\(\s*['"]([^'"]+)['"]\s*\)(?:\s*\.\s*(\w+))?/g;
  for (const [, taken, typeOf, specifier, member] of code.matchAll(dynamic)) {
    const names = taken ? takenNames(taken, '') : member && member !== 'then' ? [member] : ['*'];
    add(
      specifier,
      typeOf?.startsWith('typeof') || new RegExp(`import\\(\\s*['"]${specifier}['"]\\s*\\)\\s*\\.\\s*[A-Z]`).test(code),
      names,
    );
  }
  return found;
}

/**
 * Names that an import takes, as the imported file calls them. Of `* as x` those of x that are used.
 * @param {string} what
 * @param {string} code
 */
function takenNames(what, code) {
  const star = what.match(/\*\s*as\s+(\w+)/)?.[1];
  if (star !== undefined) {
    const uses = [...code.matchAll(new RegExp(`(?<![\\w.])${star}\\b(?:\\.(\\w+))?`, 'g'))].filter(
      ({ index }) => !/\*\s*as\s+$/.test(code.slice(0, index)),
    );
    return uses.some(([, member]) => member === undefined) ? ['*'] : uses.map(([, member]) => member);
  }
  if (what.includes('*')) return ['*'];
  const inside = what.match(/\{([^}]*)\}/)?.[1] ?? '';
  const names = inside.split(',').map(
    (part) =>
      part
        .trim()
        .replace(/^type\s+/, '')
        .split(/\s+as\s+|\s*:\s*|\s*=\s*/)[0],
  );
  return names.filter(Boolean);
}

/**
 * Names that a file exports of its own; re-exports are imports.
 * @param {Source} source
 */
export function exportsOf({ code }) {
  const declared = /^export\s+(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:const|let|function\*?|class|interface|type)\s+(\w+)/gm;
  const lists = [...code.matchAll(/^export\s*(?:type\s*)?\{([^}]*)\}(?!\s*from)/gm)].flatMap(([, inside]) =>
    inside.split(',').map(
      (part) =>
        part
          .trim()
          .replace(/^type\s+/, '')
          .split(/\s+as\s+/)
          .at(-1) ?? '',
    ),
  );
  return [...[...code.matchAll(declared)].map(([, name]) => name), ...lists.filter(Boolean)];
}

/**
 * Cycles of a directed graph, as paths that return to their start.
 * @param {readonly (readonly [string, string])[]} edges
 * @returns {string[]}
 */
export function cycles(edges) {
  /** @type {Map<string, Set<string>>} */
  const next = new Map();
  for (const [from, to] of edges) next.set(from, (next.get(from) ?? new Set()).add(to));
  /** @type {string[]} */
  const found = [];
  const done = new Set();
  const walk = (node, path) => {
    if (path.includes(node)) found.push([...path.slice(path.indexOf(node)), node].join(' → '));
    if (path.includes(node) || done.has(node)) return;
    for (const other of next.get(node) ?? []) walk(other, [...path, node]);
    done.add(node);
  };
  for (const node of next.keys()) walk(node, []);
  return found;
}
