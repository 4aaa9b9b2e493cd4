/** Every page of the documentation: its links lead somewhere, its commands exist, and a reader finds it from the README. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;
/** docs/site holds what makes the site, and no pages. */
const folders = [
  '',
  ...readdirSync(join(root, 'docs'), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() && entry.name !== 'site' ? [entry.name] : [],
  ),
];
const docs = folders.flatMap((folder) =>
  readdirSync(join(root, 'docs', folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);
const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...docs.map((name) => join('docs', name))];
const textOf = (page: string) => readFileSync(join(root, page), 'utf8');

/** Files that a page links to, relative to the root, with their anchors. */
const linksOf = (page: string) =>
  [
    ...textOf(page)
      .replaceAll(/```[\s\S]*?```|`[^`\n]*`/g, '')
      .matchAll(/\]\(([^)\s]+)\)/g),
  ]
    .map(([, link]) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [path, anchor] = link.split('#');
      return { link, file: path === '' ? page : relative(root, resolve(root, dirname(page), path)), anchor };
    });

/** Anchors of headings, as they are made on sites that show Markdown. */
const anchorsOf = (page: string) =>
  [...textOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

test.each(pages)('%s links to files and headings that exist', (page) => {
  const broken = linksOf(page).filter(
    ({ file, anchor }) =>
      !existsSync(join(root, file)) || (anchor !== undefined && file.endsWith('.md') && !anchorsOf(file).includes(anchor)),
  );
  expect(broken.map(({ link }) => link)).toEqual([]);
});

test('every page is found from the README', () => {
  const found = new Set(['README.md']);
  for (const page of found) for (const { file } of linksOf(page)) if (file.endsWith('.md') && existsSync(join(root, file))) found.add(file);
  expect(docs.map((name) => join('docs', name)).filter((page) => !found.has(page))).toEqual([]);
});

test('the index names every page, and every page leads back to it', () => {
  const index = join('docs', 'README.md');
  const others = docs.map((name) => join('docs', name)).filter((page) => page !== index);
  const named = linksOf(index).map(({ file }) => file);
  expect(others.filter((page) => !named.includes(page))).toEqual([]);
  expect(others.filter((page) => !linksOf(page).some(({ file }) => file === index))).toEqual([]);
});

/** Pages that name what is gone. */
const tellsOfBefore = ['CHANGELOG.md', join('docs', 'upgrade.md')];

test('every command that a page names exists, with its flags', () => {
  const { commands } = JSON.parse(readFileSync(join(root, 'build/commands.json'), 'utf8')) as {
    commands: { name: string; args: { name: string }[] }[];
  };
  const unknown: string[] = [];
  let checked = 0;
  for (const page of pages.filter((name) => !tellsOfBefore.includes(name))) {
    const lines = [...textOf(page).matchAll(/`((?:npx )?wasmeta [a-z][^`\n]*)`|^(?:npx )?wasmeta [a-z].*$/gm)];
    for (const code of lines.map(([line, quoted]) => quoted ?? line)) {
      const name = /wasmeta ([a-z]+)/.exec(code)?.[1];
      const args = commands.find((command) => command.name === name)?.args.map((arg) => arg.name);
      const flags = [...code.split('#')[0].matchAll(/(?<=[\s[(])--([a-z-]+)/g)].map(([, flag]) => flag);
      if (name === 'help') continue;
      if (args === undefined || flags.some((flag) => !args.includes(flag) && flag !== 'help')) unknown.push(`${page}: ${code}`);
      checked++;
    }
  }
  expect(unknown).toEqual([]);
  expect(checked).toBeGreaterThan(60);
});

test.each(['docs/features.md', 'docs/README.md', 'CHANGELOG.md'])('%s says nothing twice', (page) => {
  const sections = textOf(page).split(/^## /m);
  for (const section of sections) {
    const said = section.split('\n').flatMap((line) => /^(\| [^|]{12,} \||- .{40})/.exec(line)?.[1] ?? []);
    expect(said.filter((line, i) => said.indexOf(line) < i)).toEqual([]);
  }
});
