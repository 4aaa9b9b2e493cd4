/**
 * Pictures of both pages to be looked at: every tab, a training and the benchmark, in light and dark, 360, 768 and 1440 px wide, as PNGs of whole pages.
 * `node scripts/playground-pictures.mjs [FOLDER] [--only PART-OF-A-NAME]` after a build; FOLDER is build/pictures by default.
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import { serve } from './serve.mjs';
import { requireChromium, root } from './setup.mjs';
import { buildSite } from './web.mjs';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { only: { type: 'string', default: '' } } });
const folder = resolve(positionals[0] ?? join(root, 'build/pictures'));
mkdirSync(folder, { recursive: true });
const site = join(root, 'build/site-of-pictures');
await buildSite(site);
const { address, close } = await serve(site);
const browser = await chromium.launch({
  executablePath: await requireChromium(console.error),
  args: ['--no-sandbox', '--disable-gpu', '--hide-scrollbars'],
});

const steps = { bandit: 7, grid: 35, belief: 35 };

/** The stage of a tab in the middle of its trial, always the same; and all cards of the gallery seen once, so that they have pictures. */
async function tab(page, show) {
  await page.evaluate((count) => {
    const named = (name) => [...document.querySelectorAll('button')].find(({ textContent }) => textContent === name);
    named('Pause')?.click();
    named('Again')?.click();
    return new Promise((done) => {
      // The buttons follow a frame later.
      requestAnimationFrame(() => {
        for (let i = 0; i < count; i++) named('Step')?.click();
        done(undefined);
      });
    });
  }, steps[show] ?? 80);
  for (const card of await page.locator('.card').all()) {
    await card.scrollIntoViewIfNeeded();
    await card.getByText('checked here').waitFor();
  }
  await page.evaluate(() => scrollTo(0, 0));
}

async function training(page) {
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await page.waitForFunction(() => /Iteration [2-9]\d/.test(document.querySelector('.training [role=status]')?.textContent ?? ''));
}

const measured = (page) => page.waitForFunction(() => document.documentElement.dataset.done);

async function subjects() {
  const page = await browser.newPage();
  await page.goto(address);
  await page.waitForSelector('.episodes');
  const shows = [];
  for (const button of await page.locator('.tabs button').all()) {
    await button.click();
    await page.waitForFunction((text) => document.querySelector('.tabs [aria-current]')?.textContent === text, await button.textContent());
    await page.waitForFunction((known) => !known.includes(new URLSearchParams(location.hash.slice(1)).get('show') ?? ''), shows);
    shows.push(new URLSearchParams(new URL(page.url()).hash.slice(1)).get('show'));
  }
  await page.close();
  return [
    ...shows.map((show) => ({ name: show, path: `#show=${show}&seed=7&trial=1`, prepare: (page) => tab(page, show) })),
    { name: 'training', path: '#show=direction', prepare: training },
    { name: 'bench', path: 'bench.html?env=PointMass-v0&batches=64,1024&workers=1,2&runs=1&start', prepare: measured },
  ].filter(({ name }) => name.includes(values.only));
}

for (const { name, path, prepare } of await subjects())
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    const context = await browser.newContext({ colorScheme, viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    page.setDefaultTimeout(300_000);
    await page.goto(address + path);
    if (name !== 'bench') await page.waitForSelector('.episodes');
    await prepare(page);
    for (const [width, height] of [
      [1440, 900],
      [768, 1024],
      [360, 740],
    ]) {
      await page.setViewportSize({ width, height });
      await page.waitForTimeout(500);
      const file = join(folder, `${name}-${colorScheme}-${width}.png`);
      await page.screenshot({ path: file, fullPage: true });
      console.log(file);
    }
    await context.close();
  }
await browser.close();
await close();
