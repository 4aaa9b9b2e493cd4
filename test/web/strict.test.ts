/** Strict pages and poor browsers: the content security policy of what is built, a site under a sub-path, and sentences where a browser lacks something. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { serve } from '../../scripts/serve.mjs';
import { button, moves, noChromium, siteFor, trainedFor } from './site.ts';

describe.skipIf(noChromium)('the site', () => {
  const site = siteFor();

  test.each(['index.html', 'bench.html'])('%s holds a strict policy and no script or style of its own', (name) => {
    const html = readFileSync(join(site.folder, name), 'utf8');
    const policy = /http-equiv="Content-Security-Policy"\s+content="([^"]*)"/.exec(html)?.[1] ?? '';
    const directives = Object.fromEntries(policy.split(';').map((part) => [part.trim().split(' ')[0], part.trim().split(' ').slice(1)]));
    expect(directives).toMatchObject({
      'default-src': ["'none'"],
      'script-src': ["'self'", "'wasm-unsafe-eval'"],
      'style-src': ["'self'"],
      'base-uri': ["'none'"],
      'form-action': ["'none'"],
    });
    expect(directives['connect-src'].filter((source) => !["'self'", 'blob:'].includes(source))).toEqual([]);
    expect(html.match(/<script(?![^>]*\bsrc=)[^>]*>|<style|\son\w+=|\sstyle=|javascript:/gi)).toBeNull();
    expect(html.indexOf('Content-Security-Policy')).toBeLessThan(html.indexOf('<script'));
  });

  test('names no other site and no root: every address in its pages is relative', () => {
    for (const name of readdirSync(site.folder).filter((file) => file.endsWith('.html')))
      for (const [, address] of readFileSync(join(site.folder, name), 'utf8').matchAll(/\b(?:src|href)="([^"]*)"/g))
        expect([name, address]).toEqual([name, expect.stringMatching(/^(?:\.\/|data:,$|#)/)]);
  });

  test('plays and trains under a sub-path', async () => {
    const above = await serve(dirname(site.folder));
    const page = await site.browser.newPage();
    page.setDefaultTimeout(300_000);
    const missing: string[] = [];
    page.on('response', (response) => !response.ok() && missing.push(response.url()));
    await page.goto(`${above.address}${basename(site.folder)}/#show=direction&seed=3`);
    await page.waitForSelector('.episodes');
    await moves(page);
    await button(page, 'Train').click();
    await trainedFor(page, 1);
    expect(missing).toEqual([]);
    await page.close();
    await above.close();
  });

  async function poor(script: string): Promise<Page> {
    const page = await site.browser.newPage();
    page.setDefaultTimeout(300_000);
    await page.addInitScript(script);
    // Scripts of workers as well: trainings run there.
    await page.route(/worker[^/]*\.js$/, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: `${script};${await response.text()}` });
    });
    await page.goto(site.address);
    return page;
  }

  const refused = (message: string) =>
    `WebAssembly.compile = () => Promise.reject(new WebAssembly.CompileError(${JSON.stringify(message)}))`;
  test.each([
    ['no SIMD', refused('invalid opcode 0xfd'), /needs WebAssembly with SIMD \(Safari 16\.4/],
    [
      'WebAssembly blocked by a policy',
      refused("Wasm code generation disallowed by embedder because 'unsafe-eval' …"),
      /may not run WebAssembly/,
    ],
    ['no WebAssembly', 'delete globalThis.WebAssembly', /has no WebAssembly, or it is switched off/],
  ])('says in a sentence: %s', async (_, script, sentence) => {
    const page = await poor(script);
    expect(await page.locator('.trouble').first().textContent()).toMatch(sentence);
    await page.close();
  });

  test.each([
    ['is refused', "indexedDB.open = () => { throw new DOMException('no storage here', 'SecurityError') }"],
    ['is not there', "Object.defineProperty(globalThis, 'indexedDB', { value: undefined })"],
  ])('plays and trains where storage %s, and says that nothing is kept', async (_, script) => {
    const page = await poor(script);
    await page.waitForSelector('.episodes');
    expect(await page.locator('.stage .trouble').count()).toBe(0);
    expect(await page.locator('.kept [role=alert]').textContent()).toMatch(/This browser shows nothing that it keeps/);
    await button(page, 'Train').click();
    expect(await page.locator('.training [role=alert]').textContent()).toMatch(/keeps nothing here .* save its weights as a file/);
    await trainedFor(page, 1);
    await page.close();
  });
});
