/** The playground in Chromium, as a visitor goes through it: it moves by itself, a finger moves the goal, forgetting costs, a training plays on the stage, a link shows the same. */
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serve } from '../../scripts/serve.mjs';
import { findChromium } from '../../scripts/setup.mjs';
import { buildSite } from '../../scripts/web.mjs';

/** A site of its own: tests run side by side. */
const site = new URL('../../build/site-of-playground-test', import.meta.url).pathname;
const executablePath = findChromium();

describe.skipIf(process.env.WASMETA_NODE_ONLY === '1' || executablePath === null)('the playground', () => {
  let browser: Browser;
  let served: Awaited<ReturnType<typeof serve>>;
  const problems: string[] = [];

  beforeAll(async () => {
    await buildSite(site);
    served = await serve(site);
    browser = await chromium.launch({ executablePath: executablePath as string, args: ['--no-sandbox', '--disable-gpu'] });
  });
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  async function open(hash = ''): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1024, height: 900 } });
    page.setDefaultTimeout(300_000);
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    await page.goto(`${served.address}${hash}`);
    await page.waitForSelector('.episodes');
    return page;
  }

  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
  const described = async (page: Page) => (await page.getAttribute('.scene', 'aria-label')) ?? '';
  /** Steps to the end of the trial; the returns of its episodes. */
  async function returnsOf(page: Page, episodes: number, horizon: number): Promise<number[]> {
    for (let i = 0; i < episodes * horizon; i++) await button(page, 'Step').click();
    return (await page.$$eval('.episodes b', (cells) => cells.map((cell) => cell.textContent))).map(Number);
  }

  test('moves by itself, with no click', async () => {
    const page = await open();
    const before = await described(page);
    await page.waitForFunction((text) => document.querySelector('.scene')?.getAttribute('aria-label') !== text, before);
    expect(before).toMatch(/Episode 1 of 2/);
    await page.close();
  });

  test('a link shows the same trial; memory makes the second episode better, forgetting does not', async () => {
    const results: number[][] = [];
    for (const hash of ['#show=semicircle&seed=7&trial=1', '#show=semicircle&seed=7&trial=1', '#show=semicircle&seed=7&trial=1&forget=1']) {
      const page = await open(hash);
      await button(page, 'Pause').click();
      await button(page, 'Again').click();
      results.push(await returnsOf(page, 2, 60));
      expect(new URL(page.url()).hash).toContain('trial=1');
      await page.close();
    }
    const [one, two, forgetful] = results;
    expect(one).toEqual(two);
    expect(one[1]).toBeGreaterThan(one[0] + 3);
    expect(forgetful[1]).toBeLessThan(one[1] - 3);
  });

  test('a finger moves the goal in the middle of an episode', async () => {
    const page = await open('#show=semicircle&seed=7');
    await button(page, 'Pause').click();
    const before = await described(page);
    const box = await page.locator('.scene').boundingBox();
    if (box === null) throw new Error('the stage has no box');
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 3);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 4, { steps: 3 });
    await page.mouse.up();
    expect(await described(page)).not.toBe(before);
    await page.close();
  });

  test.each(['grid', 'belief', 'bandit', 'maml', 'runner', 'direction'])('the tab %s plays', async (show) => {
    const page = await open(`#show=${show}&seed=3&speed=16`);
    const before = await described(page);
    await page.waitForFunction((text) => document.querySelector('.scene')?.getAttribute('aria-label') !== text, before);
    expect(await page.$('.trouble')).toBeNull();
    await page.close();
  });

  test('a training moves its curve and plays on the stage; a reload goes on with it', async () => {
    const page = await open('#show=direction&seed=3');
    const iteration = async () => Number(/Iteration (\d+)/.exec((await page.textContent('[role=status]')) ?? '')?.[1] ?? 0);
    const until = (least: number) =>
      page.waitForFunction(
        (n) => Number(/Iteration (\d+)/.exec(document.querySelector('[role=status]')?.textContent ?? '')?.[1] ?? 0) >= n,
        least,
      );
    await button(page, 'Train').click();
    await until(12);
    await button(page, 'Stop').click();
    await button(page, 'Train').waitFor();
    expect(await iteration()).toBeGreaterThan(11);
    await page.reload();
    await page.waitForSelector('.episodes');
    await button(page, 'Train').click();
    await until(1);
    expect(await iteration()).toBeGreaterThan(10); // from the checkpoint after iteration 10
    await button(page, 'Stop').click();
    await page.close();
  });

  test('nothing went wrong on the way', () => {
    expect(problems).toEqual([]);
  });
});
