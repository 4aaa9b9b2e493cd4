/** Both pages by axe-core's rules, in light and dark, on a phone and on a desk: no violations. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { long } from '../long.ts';
import { button, noChromium, siteFor } from './site.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What is wrong with the page as it stands: rule, place and what to do, one line each. */
async function violations(page: Page): Promise<string[]> {
  const found = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as AxeResults;
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
  );
}

const looks = (['light', 'dark'] as const)
  .flatMap((colorScheme) => [360, 1440].map((width) => ({ colorScheme, width })))
  .filter(({ colorScheme, width }) => long || (colorScheme === 'light') === (width === 360));

describe.skipIf(noChromium)('axe-core', () => {
  const site = siteFor();

  test.each(looks)('finds nothing wrong with any tab, $colorScheme, $width px wide', async ({ colorScheme, width }) => {
    const page = await site.playground('', { colorScheme, viewport: { width, height: 800 } });
    await page.evaluate(axe); // evaluated, not added as a script: the page allows none but its own
    const tabs = page.locator('.tabs button');
    const names = await tabs.allTextContents();
    expect(names.length).toBeGreaterThan(6);
    for (const name of names) {
      await tabs.getByText(name, { exact: true }).click();
      await page.waitForFunction((text) => document.querySelector('.tabs [aria-current]')?.textContent === text, name);
      expect(await violations(page), name).toEqual([]);
    }
    await page.close();
  });

  test.each(looks)('finds nothing wrong with a training, $colorScheme, $width px wide', async ({ colorScheme, width }) => {
    const page = await site.playground('#show=direction', { colorScheme, viewport: { width, height: 800 } });
    await button(page, 'Train').click();
    await page.waitForSelector('.curve canvas');
    await page.evaluate(axe);
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  test.each(looks)('finds nothing wrong with the benchmark, $colorScheme, $width px wide', async ({ colorScheme, width }) => {
    const page = await site.open('bench.html?env=PointMass-v0&name=step/&batches=64&workers=1&runs=1&start', {
      colorScheme,
      viewport: { width, height: 800 },
    });
    await page.waitForFunction(() => document.documentElement.dataset.done);
    await page.evaluate(axe);
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  test('no page complained on the way', () => {
    expect(site.problems).toEqual([]);
  });
});
