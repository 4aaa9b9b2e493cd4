/** The site of the documentation as it is built: pages, search without a network, the API reference. Skipped where docs/site is not installed. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { serve } from '../../scripts/serve.mjs';
import { root, spawnAndWait } from '../../scripts/setup.mjs';
import { hasChromium, openChromium } from '../consumers/page.ts';

const site = join(root, 'docs/site');
const why = !existsSync(join(site, 'node_modules/vitepress'))
  ? 'docs/site is not installed: npm ci --prefix docs/site'
  : hasChromium
    ? null
    : 'no Chromium';
if (why !== null) console.log(`skipped: ${why}`);

test.skipIf(why !== null)('is built, finds pages by words, and explains every name that the package exports', async () => {
  expect(await spawnAndWait(process.execPath, [join(site, 'build.mjs')], { stdio: ['ignore', 'ignore', 'inherit'] })).toBe(0);
  const names = new Set(
    readdirSync(join(root, 'build/docs/api'), { recursive: true, encoding: 'utf8' }).map((path) => path.replace(/^.*\/|\.html$/g, '')),
  );
  expect(Object.keys(await import('wasmeta')).filter((name) => !names.has(name))).toEqual([]);

  const [{ address }, browser] = [await serve(join(root, 'build/docs')), await openChromium()];
  const page = await browser.newPage();
  const failed: string[] = [];
  page.on('requestfailed', (request) => failed.push(request.url()));
  page.on('request', (request) => {
    if (!request.url().startsWith(address) && !request.url().startsWith('data:')) failed.push(request.url());
  });
  await page.goto(address);
  await page.click('.VPNavBarSearch button');
  await page.fill('.VPLocalSearchBox input', 'hindsight');
  await page.waitForSelector('.VPLocalSearchBox .result');
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.pathname !== '/');
  await expect.poll(() => page.textContent('.vp-doc'), { timeout: 60_000 }).toMatch(/hindsight/i); // the address changes before the page does
  expect(failed).toEqual([]);
  await browser.close();
});
