/** What the site of the documentation is made of, without building it; test/outside builds it. */
import { existsSync } from 'node:fs';
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
