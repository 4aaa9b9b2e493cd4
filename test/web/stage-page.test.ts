/** What stands around the stage, in Chromium: ghosts, episodes side by side, beliefs, gradient steps, a wanted speed that is turned, keys, and words for those who do not see. */
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serve } from '../../scripts/serve.mjs';
import { findChromium } from '../../scripts/setup.mjs';
import { builtSite, button, steps } from './site.ts';

const executablePath = findChromium();

describe.skipIf(process.env.WASMETA_NODE_ONLY === '1' || executablePath === null)('around the stage', () => {
  let browser: Browser;
  let served: Awaited<ReturnType<typeof serve>>;
  const problems: string[] = [];

  beforeAll(async () => {
    served = await serve(await builtSite());
    browser = await chromium.launch({ executablePath: executablePath as string, args: ['--no-sandbox', '--disable-gpu'] });
  });
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  /** Reduced motion: the stage stands still until it is asked to play. */
  async function open(hash: string, width = 1024): Promise<Page> {
    const page = await browser.newPage({ viewport: { width, height: 900 }, reducedMotion: 'reduce' });
    page.setDefaultTimeout(300_000);
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    await page.goto(`${served.address}${hash}`);
    await page.waitForSelector('.episodes');
    return page;
  }

  const described = (page: Page) => page.getAttribute('.scene', 'aria-label');
  const picture = (page: Page, selector = '.scene') => page.$eval(selector, (canvas) => (canvas as HTMLCanvasElement).toDataURL());

  test('stands still where motion is to be reduced, and steps, plays and goes on by keyboard', async () => {
    const page = await open('#show=semicircle');
    const before = await described(page);
    await page.waitForTimeout(300);
    expect(await described(page)).toBe(before);
    await page.keyboard.press('.');
    await expect.poll(() => described(page), { timeout: 60_000 }).toMatch(/step 1:/);
    await page.keyboard.press('n');
    expect(new URL(page.url()).hash).toContain('trial=1');
    const drawn = await picture(page);
    await page.keyboard.press('Shift+ArrowLeft');
    await expect.poll(() => picture(page), { timeout: 60_000 }).not.toBe(drawn);
    await page.keyboard.press(' ');
    await page.waitForFunction(() => /step [2-9]/.test(document.querySelector('.scene')?.getAttribute('aria-label') ?? ''));
    await page.close();
  });

  test('says in a live region what is to be seen, once it stands still', async () => {
    const page = await open('#show=grid');
    for (let i = 0; i < 3; i++) await button(page, 'Step').click();
    await page.waitForFunction(
      () => document.querySelector('[aria-live=polite]')?.textContent === document.querySelector('.scene')?.getAttribute('aria-label'),
    );
    expect(await page.textContent('[aria-live=polite]')).toMatch(/Episode 1 of 4, step 3/);
    await page.close();
  });

  test('ghosts are drawn when they are asked for; episodes side by side are another picture', async () => {
    const page = await open('#show=grid');
    await steps(page, 20);
    // A picture follows a frame later.
    const other = async (than: string) => {
      await expect.poll(() => picture(page), { timeout: 60_000 }).not.toBe(than);
      return picture(page);
    };
    const alone = await picture(page);
    await page.getByRole('checkbox', { name: /random play/ }).check();
    const withGhost = await other(alone);
    await page.getByRole('combobox', { name: /^Episodes/ }).selectOption('side');
    await other(withGhost);
    await page.locator('.scene').scrollIntoViewIfNeeded(); // the choice stands below it
    const box = await page.locator('.scene').boundingBox();
    if (box === null) throw new Error('the stage has no box');
    const before = await described(page);
    await page.mouse.click(box.x + box.width * 0.2, box.y + box.height * 0.3);
    await expect.poll(() => described(page), { timeout: 60_000 }).not.toBe(before);
    await page.close();
  });

  test('what is believed stands beside what could be known', async () => {
    const page = await open('#show=belief');
    const label = (n: number) => page.locator('.belief').nth(n).getAttribute('aria-label');
    expect(await label(0)).toBe('Could be known: the goal has a chance of 5 %');
    const before = await picture(page, '.belief');
    await steps(page, 60);
    await expect.poll(() => picture(page, '.belief'), { timeout: 60_000 }).not.toBe(before);
    await expect.poll(() => label(0), { timeout: 60_000 }).toBe('Could be known: the goal has a chance of 100 %');
    expect(Number(/(\d+) %/.exec((await label(1)) ?? '')?.[1])).toBeGreaterThan(50);
    await page.close();
  });

  test('gradient steps show the policy before and after, and what it earned', async () => {
    const page = await open('#show=maml&trial=6');
    await button(page, 'Play 20 episodes, take a step').click();
    await page.waitForSelector('.round');
    expect(await page.locator('.round').count()).toBe(2);
    await button(page, 'Take another step').click();
    await page.waitForFunction(() => document.querySelectorAll('.round').length === 3);
    const returns = (await page.$$eval('.strip p', (rows) => rows.map((row) => row.textContent))).map((text) =>
      Number(/[−-]?[\d.]+$/.exec(text ?? '')?.[0]),
    );
    expect(returns[1]).toBeGreaterThan(returns[0] + 5);
    await page.close();
  });

  test('a wanted speed is turned in the middle of an episode', async () => {
    const page = await open('#show=runner');
    for (let i = 0; i < 3; i++) await button(page, 'Step').click();
    await page.getByLabel('Speed to run at').fill('1.5');
    await expect.poll(() => described(page), { timeout: 60_000 }).toMatch(/step 3: the body should run at 1.50 m\/s/);
    expect(await page.getByRole('option', { name: /real time/ }).count()).toBe(1);
    await page.close();
  });

  test.each(['semicircle', 'grid', 'belief', 'bandit', 'maml', 'runner', 'puck', 'direction'])(
    'the tab %s fits a phone of 360 px and plays',
    async (show) => {
      const page = await open(`#show=${show}&speed=16`, 360);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
      const before = await described(page);
      await button(page, 'Play').click();
      await page.waitForFunction((text) => document.querySelector('.scene')?.getAttribute('aria-label') !== text, before);
      expect(await page.$('.trouble')).toBeNull();
      await page.close();
    },
  );

  test('a picture that is due while another tab opens draws nothing of the closed stage', async () => {
    const page = await open('#show=direction');
    // The canvas changes its size with every frame, so that a picture is always due.
    await page.evaluate(() => {
      const move = () => {
        const scene = document.querySelector<HTMLElement>('.scene');
        if (scene !== null) scene.style.width = `${90 + (performance.now() % 10)}%`;
        requestAnimationFrame(move);
      };
      move();
    });
    for (const tab of ['Grid', 'Direction', 'Grid', 'Direction']) {
      await button(page, tab).click();
      await page.waitForTimeout(500);
      expect(await page.$('.trouble')).toBeNull();
    }
    await page.close();
  });

  test('nothing went wrong on the way', () => {
    expect(problems).toEqual([]);
  });
});
