/** The way a visitor goes through the playground, in one piece: drag the goal, forget, train until it is learned, reload and go on, send a link, and a friend sees the same. */
import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { long } from '../long.ts';
import { button, described, iterationOf, moves, noChromium, siteFor, steps, trainedFor } from './site.ts';

const status = '.training [role=status]';
const returnsOf = async (page: Page) => (await page.$$eval('.episodes b', (cells) => cells.map((cell) => cell.textContent))).map(Number);
/** The pixels of the stage. */
const picture = (page: Page) => page.$eval('.scene', (canvas) => (canvas as HTMLCanvasElement).toDataURL());

describe.skipIf(noChromium)('a visitor', () => {
  const site = siteFor();

  test(`watches, drags, makes it forget${long ? ', trains to 90 %, reloads, goes on' : ''}`, async () => {
    // One pixel a point and no motion of its own, so that pictures can be compared.
    const options = { viewport: { width: 1024, height: 900 }, deviceScaleFactor: 1 } as const;
    const page = await site.playground('#show=direction&seed=3', options);
    await moves(page);
    await button(page, 'Pause').click();

    const before = await described(page);
    const box = await page.locator('.scene').boundingBox();
    if (box === null) throw new Error('the stage has no box');
    await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.5);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.3, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => described(page), { timeout: 60_000 }).not.toBe(before);

    await page.getByLabel('Forget between episodes').check();
    await expect.poll(() => new URL(page.url()).hash).toContain('forget=1');
    await page.getByLabel('Forget between episodes').uncheck();

    // A shorter training and a reload: playground.test.ts.
    if (long) await trainsToTheEnd(page);
    await page.close();
  });

  async function trainsToTheEnd(page: Page): Promise<void> {
    await button(page, 'Train').click();
    await trainedFor(page, 12);
    await page.reload();
    await page.waitForSelector('.episodes');
    await button(page, 'Train').click();
    await trainedFor(page, 1);
    expect(await iterationOf(page)).toBeGreaterThan(10); // it goes on from what was kept
    await page.waitForFunction((at) => Number(/(\d+) % of the way/.exec(document.querySelector(at)?.textContent ?? '')?.[1]) >= 90, status);
    await page.waitForFunction((at) => /Done/.test(document.querySelector(at)?.textContent ?? ''), status);
    const hash = /SHA-256 of the weights ([0-9a-f]+)/.exec((await page.textContent(status)) ?? '')?.[1];
    expect(hash).toMatch(/^[0-9a-f]{16}$/);

    // In its second episode the trained agent walks the right way, whatever it tried first: random play earns about 0, and 25 is the most.
    if (await button(page, 'Pause').isVisible()) await button(page, 'Pause').click();
    await button(page, 'Again').click();
    await steps(page, 2 * 20);
    const [, second] = await returnsOf(page);
    expect(second).toBeGreaterThan(20);
  }

  test('what a link shows is the same in a profile that has seen nothing', async () => {
    const seen: { picture: string; words: string; weights: string | null }[] = [];
    let link = '#show=semicircle&seed=11&trial=2';
    for (let visit = 0; visit < 2; visit++) {
      const page = await site.playground(link, { reducedMotion: 'reduce', deviceScaleFactor: 1 });
      await steps(page, 70);
      const card = page.locator('.card', { has: page.getByRole('heading', { name: 'Hidden goal' }) });
      await card.scrollIntoViewIfNeeded();
      await card.getByText('checked here').waitFor();
      seen.push({ picture: await picture(page), words: await described(page), weights: await card.locator('code').getAttribute('title') });
      link = new URL(page.url()).hash;
      await page.context().close();
    }
    expect(link).toContain('trial=2');
    expect(seen[0]).toEqual(seen[1]);
    expect(seen[0].words).toMatch(/Episode 2 of 2/);
  });

  test('nothing went wrong on the way', () => {
    expect(site.problems).toEqual([]);
  });
});
