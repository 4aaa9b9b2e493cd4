/** What a visitor brings and takes in Chromium: files that are opened or dropped, trainings that are kept, pictures, frames. */
import { readFileSync } from 'node:fs';
import type { Download, Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { button, described, iterationOf, moves, noChromium, siteFor, steps, trainedFor } from './site.ts';

const fileAt = (path: string) => new URL(`../../${path}`, import.meta.url).pathname;

describe.skipIf(noChromium)('files', () => {
  const site = siteFor();
  const open = (page: Page, ...paths: string[]) => page.locator('.opener input').setInputFiles(paths.map(fileAt));
  const openBytes = (page: Page, name: string, text: string) =>
    page.locator('.opener input').setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(text) });
  const refusal = (page: Page) => page.locator('.opener [role=alert]').textContent();
  const tabs = (page: Page) => page.locator('.tabs button').allTextContents();
  const contentOf = async (download: Download) => readFileSync(await download.path());

  test('weights from a file play in a tab of their own, and can’t be trained on', async () => {
    const page = await site.playground();
    await open(page, 'web/gallery/grid-rl2.safetensors');
    await page.locator('.tabs [aria-current]', { hasText: 'grid-rl2' }).waitFor();
    await moves(page);
    await expect.poll(() => described(page), { timeout: 60_000 }).toMatch(/walker/);
    expect(await page.locator('.training').count()).toBe(0);
    await page.context().close();
  });

  test('a dropped environment is a tab with its presets, and its first iterations are trained in workers', async () => {
    const page = await site.playground();
    const bytes = [...readFileSync(fileAt('test/envs/user/laws/bandit.wasm'))];
    await page.evaluate((content) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(content)], 'my bandit.wasm'));
      window.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    }, bytes);
    await page.locator('.presets select').waitFor();
    const before = await tabs(page);
    await moves(page);
    await page.locator('.presets select').selectOption({ index: 0 });
    expect(await tabs(page)).toEqual(before);
    await button(page, 'Train').click();
    await trainedFor(page, 1);
    await button(page, 'Stop').click();
    await button(page, 'Train').waitFor();
    await page.context().close();
  });

  test('what can’t be opened is answered with a sentence, and the stage stays', async () => {
    const page = await site.playground();
    const before = await tabs(page);
    for (const [name, text, sentence] of [
      ['photo.png', 'png', /^photo.png is neither weights .* nor an environment/],
      ['walk.mjs', 'export default {}', /^walk.mjs is a script.*wasmeta view --env walk.mjs/],
      ['cut.safetensors', 'short', /^cut.safetensors /],
      ['empty.wasm', '\0asm\x01\0\0\0', /empty.wasm expected exports/],
    ] as const) {
      await openBytes(page, name, text);
      await page.waitForFunction((part) => document.querySelector('.opener [role=alert]')?.textContent?.includes(part), name);
      expect(await refusal(page)).toMatch(sentence);
    }
    expect(await tabs(page)).toEqual(before);
    expect(await page.locator('.scene').count()).toBe(1);
    await page.context().close();
  });

  test('a kept training is listed after a reload, goes on, is downloaded and removed', async () => {
    const page = await site.playground('#show=direction&seed=3');
    await button(page, 'Train').click();
    await trainedFor(page, 3);
    await button(page, 'Stop').click();
    await button(page, 'Train').waitFor();
    const stopped = await iterationOf(page);
    await page.reload();
    await page.waitForSelector('.episodes');
    const row = page.locator('.kept li');
    await row.waitFor();
    expect(await row.textContent()).toContain(`rl2, PointMass-v0 walking-direction, seed 1 iteration ${stopped} of 120`);

    const downloading = page.waitForEvent('download');
    await row.getByRole('button', { name: 'Download' }).click();
    expect((await contentOf(await downloading)).subarray(8).toString('latin1')).toContain('wasmeta-2');

    await row.getByRole('button', { name: 'Go on' }).click();
    await page.locator('.tabs [aria-current]', { hasText: `iteration ${stopped}` }).waitFor();
    await button(page, 'Train').click();
    await trainedFor(page, stopped + 1);
    await button(page, 'Stop').click();
    await button(page, 'Train').waitFor();
    await row.getByRole('button', { name: 'Remove' }).click();
    await page.getByText('No training yet.').waitFor();
    await page.context().close();
  });

  test('the stage is saved as PNG and as SVG', async () => {
    const page = await site.playground('#show=grid&seed=3');
    for (const [name, head] of [
      ['Picture (PNG)', /^.PNG/],
      ['Picture (SVG)', /^<svg xmlns.*<title>Episode \d of 4, step \d+: the walker is/],
    ] as const) {
      const downloading = page.waitForEvent('download');
      await button(page, name).click();
      expect((await contentOf(await downloading)).toString('latin1')).toMatch(head);
    }
    await page.context().close();
  });

  test('a frame shows the stage alone, and what is copied leads there', async () => {
    const page = await site.playground('#show=grid&seed=3');
    await button(page, 'Copy <iframe>').click();
    const text = await page.locator('.share textarea').inputValue();
    const address = /^<iframe src="([^"]+)" title="[^"]+" width="640"/.exec(text)?.[1].replaceAll('&amp;', '&') ?? '';
    const inner = await site.open(new URL(address).hash);
    await inner.waitForSelector('.episodes');
    expect(await inner.locator('.scene').isVisible()).toBe(true);
    for (const hidden of ['header', '.tabs', '.panel', '.training', '.share', '.opener', '.about', 'footer'])
      expect([hidden, await inner.locator(hidden).isVisible()]).toEqual([hidden, false]);
    expect(new URL((await inner.getByText('Open the playground').getAttribute('href')) as string, inner.url()).hash).not.toContain('embed');
    await page.context().close();
    await inner.context().close();
  });

  test('another player goes beside the first, on the same task and at the same step', async () => {
    const page = await site.playground('#show=semicircle&seed=7');
    await button(page, 'Pause').click();
    await button(page, 'Again').click();
    await page.locator('.rival select').selectOption('random');
    await page.waitForSelector('.second .scene');
    await steps(page, 70);
    const [first, second] = await page.$$eval('.scene', (scenes) => scenes.map((scene) => scene.getAttribute('aria-label') ?? ''));
    expect(first).toMatch(/^Episode 2 of 2, step 10:/);
    expect(second).not.toBe(first);
    const said = (text: string) => [text.split(':')[0], /goal[^;]*/.exec(text)?.[0]];
    expect(said(second)).toEqual(said(first));
    await page.context().close();
  });

  test('nothing went wrong on the way, the content security policy included', () => {
    expect(site.problems).toEqual([]);
  });
});
