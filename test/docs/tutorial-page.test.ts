/** The page of docs/learn/4-in-the-browser.md, served by Vite as the tutorial says: it trains and draws in Chromium. */
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'vite';
import { expect, test } from 'vitest';
import { root } from '../../scripts/setup.mjs';
import { hasChromium, openChromium } from '../consumers/page.ts';

const [, html] = /```html\n([\s\S]*?)```/.exec(readFileSync(join(root, 'docs/learn/4-in-the-browser.md'), 'utf8')) ?? [];

test('has twelve lines of its own', () => {
  const script = html.slice(html.indexOf('import {'), html.indexOf('</script>')).trim();
  expect(script.split('\n').filter((line) => /\w/.test(line)).length).toBeLessThanOrEqual(12);
});

test.skipIf(!hasChromium)('trains and draws in Chromium', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'page-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules/wasmeta'));
  writeFileSync(join(folder, 'index.html'), html.replace('iterations: 30', 'iterations: 2'));
  const server = await createServer({
    root: folder,
    configFile: false,
    logLevel: 'error',
    server: { host: '127.0.0.1', port: 0, hmr: false, fs: { strict: false } },
  });
  await server.listen();
  const browser = await openChromium();
  const page = await browser.newPage();
  page.setDefaultTimeout(300_000);
  await page.goto(server.resolvedUrls?.local[0] as string);
  await page.waitForFunction(() => document.getElementById('said')?.textContent?.startsWith('iteration 2: return'));
  const blank = await page.evaluate(() => document.createElement('canvas').toDataURL().length);
  await page.waitForFunction((least) => (document.getElementById('stage') as HTMLCanvasElement).toDataURL().length > least, blank + 2000);
  await browser.close();
  await server.close();
});
