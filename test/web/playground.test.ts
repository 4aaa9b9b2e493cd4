/** The playground in Chromium, as a visitor goes through it: it moves by itself, a finger moves the goal, forgetting costs, a training plays on the stage, a link shows the same. */
import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { button, described, iterationOf, moves, noChromium, siteFor, steps, trainedFor } from './site.ts';

describe.skipIf(noChromium)('the playground', () => {
  const site = siteFor();

  /** Steps to the end of the trial; the returns of its episodes. */
  async function returnsOf(page: Page, episodes: number, horizon: number): Promise<number[]> {
    await steps(page, episodes * horizon);
    return (await page.$$eval('.episodes b', (cells) => cells.map((cell) => cell.textContent))).map(Number);
  }

  test('moves by itself, with no click', async () => {
    const page = await site.playground();
    await expect.poll(() => described(page), { timeout: 60_000 }).toMatch(/Episode 1 of 2/);
    await moves(page);
    await page.close();
  });

  test('a link shows the same trial; memory makes the second episode better, forgetting does not', async () => {
    const results: number[][] = [];
    for (const hash of ['#show=semicircle&seed=7&trial=1', '#show=semicircle&seed=7&trial=1', '#show=semicircle&seed=7&trial=1&forget=1']) {
      const page = await site.playground(hash);
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
    const page = await site.playground('#show=semicircle&seed=7');
    await button(page, 'Pause').click();
    const before = await described(page);
    const box = await page.locator('.scene').boundingBox();
    if (box === null) throw new Error('the stage has no box');
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 3);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 4, { steps: 3 });
    await page.mouse.up();
    await expect.poll(() => described(page), { timeout: 60_000 }).not.toBe(before);
    await page.close();
  });

  test.each(['grid', 'belief', 'bandit', 'maml', 'runner', 'direction'])('the tab %s plays', async (show) => {
    const page = await site.playground(`#show=${show}&seed=3&speed=16`);
    await moves(page);
    await page.close();
  });

  test('a training moves its curve and plays on the stage; a reload goes on with it', async () => {
    const page = await site.playground('#show=direction&seed=3');
    await button(page, 'Train').click();
    await trainedFor(page, 12);
    await button(page, 'Stop').click();
    await button(page, 'Train').waitFor();
    expect(await iterationOf(page)).toBeGreaterThan(11);
    await page.reload();
    await page.waitForSelector('.episodes');
    await button(page, 'Train').click();
    await trainedFor(page, 1);
    expect(await iterationOf(page)).toBeGreaterThan(10); // from the checkpoint after iteration 10
    await button(page, 'Stop').click();
    await page.close();
  });

  test('nothing went wrong on the way', () => {
    expect(site.problems).toEqual([]);
  });
});
