/** Writes the second part of NOTICE: the packages of others whose code stands in files of ours, with their licences, read from what was bundled. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
export const mark = '\n\n---- Written by scripts/notice.mjs from what the build bundles; do not edit below. ----\n';

/** Packages that esbuild took code from: name → files of ours. */
export function bundledBy(metafile, found = new Map()) {
  for (const [output, { inputs }] of Object.entries(metafile.outputs))
    for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
      const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
      if (name === undefined || bytesInOutput === 0) continue;
      found.set(name, (found.get(name) ?? new Set()).add(output));
    }
  return found;
}

/** The packages that the pages in web/ take in, and what those depend on. */
export function importedByPages(found = new Map()) {
  const inWeb = sourcesIn('web', (name) => !name.startsWith('vite'));
  const ours = sourcesIn('src', (name) => !name.startsWith('cli')); // the pages bundle the package, but for its command line
  const named = [...inWeb, ...ours].flatMap((text) =>
    [...text.matchAll(/(?:from|import\() ?'((?:@[\w-]+\/)?[\w-]+)(?:\/[^']*)?'/g)].map(([, target]) => target),
  );
  const pages = [
    'preact',
    '@preact/signals',
    'uplot',
    ...Object.keys(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).dependencies),
  ];
  const queue = pages.filter((name) => named.includes(name));
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const files = found.get(name) ?? new Set();
    if (files.has('build/site')) continue;
    found.set(name, files.add('build/site'));
    queue.push(...Object.keys(packageOf(name).dependencies ?? {}));
  }
  return found;
}

const sourcesIn = (folder, fits) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && fits(name))
    .map((name) => readFileSync(join(root, folder, name), 'utf8'));

const folderOf = (name) => join(root, 'node_modules', name);
const packageOf = (name) => JSON.parse(readFileSync(join(folderOf(name), 'package.json'), 'utf8'));

/** The licence as the package has it; Apache's, which is long and ours as well, is named alone. */
function licenceOf(name, licence) {
  const file = readdirSync(folderOf(name)).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
  if (licence === 'Apache-2.0' || file === undefined) return `${licence}${licence === 'Apache-2.0' ? ' (its text: LICENSE)' : ''}`;
  return readFileSync(join(folderOf(name), file), 'utf8')
    .trim()
    .replace(/\r\n/g, '\n');
}

export function noticeOf(packages) {
  const parts = [...packages.keys()].sort().map((name) => {
    const { version, license, author, homepage } = packageOf(name);
    const by = typeof author === 'string' ? author : author?.name;
    const head = [`${name} ${version}`, license, by, homepage].filter((part) => part !== undefined && part !== '').join(' · ');
    return `${head}\nin ${[...packages.get(name)].sort().join(', ')}\n\n${licenceOf(name, license)}`;
  });
  return `${parts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

/** True if NOTICE had to be changed. */
export function writeNotice(packages) {
  const file = join(root, 'NOTICE');
  const before = readFileSync(file, 'utf8');
  const after = `${before.split(mark)[0].trimEnd()}${mark}\n${noticeOf(packages)}`;
  if (after !== before) writeFileSync(file, after);
  return after !== before;
}
