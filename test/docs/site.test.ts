/** What the site of the documentation is made of, without building it; test/outside builds it. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { contents, pageOf, places, root } from '../../docs/site/pages.mjs';

const where = places();
const all = new Set(where.values());

test('every link of a page of the site leads to a page, an image or the view of a file', () => {
  let checked = 0;
  const broken = [...where].flatMap(([path, place]) => {
    const links = [
      ...pageOf(path, where)
        .replaceAll(/```[\s\S]*?```|`[^`\n]*`/g, '')
        .matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g),
    ];
    return links
      .map(([, link, source]) => (link ?? source).split('#')[0])
      .filter((link) => link !== '' && !/^[a-z]+:/.test(link))
      .filter((link) => {
        checked++;
        if (link.startsWith('/sources/')) return !existsSync(join(root, link.slice('/sources/'.length).replace(/\.html$/, '')));
        const target = normalize(join(dirname(place), link));
        return !all.has(target) && !existsSync(join(root, 'docs', target));
      })
      .map((link) => `${path}: ${link}`);
  });
  expect(broken).toEqual([]);
  expect(checked).toBeGreaterThan(300);
});

test('the side bar has every page of docs once', () => {
  const shown = contents().flatMap(({ pages }) => pages.map(({ place }) => place));
  expect(shown.length).toBe(new Set(shown).size);
  expect([...where].filter(([path, place]) => path.startsWith('docs/') && place !== 'index.md' && !shown.includes(place))).toEqual([]);
});

test('every name that the package exports has a comment, which the API reference shows', () => {
  const index = readFileSync(join(root, 'src/index.ts'), 'utf8');
  let checked = 0;
  const bare = [...index.matchAll(/export (?:type )?\{([^}]*)\} from '\.\/([^']+)'/g)].flatMap(([, names, file]) => {
    const text = readFileSync(join(root, 'src', file), 'utf8');
    return names
      .split(',')
      .map((name) => name.trim().replace(/^type /, ''))
      .filter((name) => name !== '')
      .filter((name) => {
        const [, before] =
          new RegExp(`([^\\n]*)\\nexport (?:async )?(?:function\\*?|const|class|interface|type) ${name}\\b`).exec(text) ?? [];
        checked++;
        return before !== undefined && !before.endsWith('*/');
      })
      .map((name) => `${file}: ${name}`);
  });
  expect(bare).toEqual([]);
  expect(checked).toBeGreaterThan(150);
});

test('the version of the package has its part of the changelog, and CITATION and README name it', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  expect(readFileSync(join(root, 'CHANGELOG.md'), 'utf8')).toContain(`\n## [${version}]`);
  expect(readFileSync(join(root, 'CITATION.cff'), 'utf8')).toContain(`\nversion: ${version}\n`);
  expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain(`wasmeta-${version}.tgz`);
});
