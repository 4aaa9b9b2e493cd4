/** The site as it is built now, served to this machine and opened in a browser. */
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, expect } from 'vitest';
import { serve } from '../../scripts/serve.mjs';
import { buildIsStale, findChromium, root } from '../../scripts/setup.mjs';
import { buildSite } from '../../scripts/web.mjs';
import { once } from '../once.ts';

const executablePath = findChromium();
/** Where `npm test --node` is asked for, or there is no Chromium, tests of pages are skipped. */
export const noChromium = process.env.WASMETA_NODE_ONLY === '1' || executablePath === null;
const inChromium = { ...(executablePath !== null && { executablePath }), args: ['--no-sandbox', '--disable-gpu'] };

export interface Site {
  readonly address: string;
  readonly browser: Browser;
  /** The folder that is served, to other files of tests as well. */
  readonly folder: string;
  /** What pages complained of, since the file began: errors, and answers that are none. */
  readonly problems: readonly string[];
  /** A page of a profile of its own that has shown its stage. Close its context, or leave that to the end. */
  playground(hash?: string, options?: Parameters<Browser['newContext']>[0]): Promise<Page>;
  /** The same of any page, as soon as it is loaded. */
  open(path: string, options?: Parameters<Browser['newContext']>[0]): Promise<Page>;
}

/** A copy of what the whole build wrote, unless that is older than its sources. */
export const builtSite = (): Promise<string> =>
  once('site', async (folder) => {
    if (buildIsStale()) await buildSite(folder);
    else await cp(join(root, 'build/site'), folder, { recursive: true });
    return folder;
  });

/** Call it where tests are collected; what it gives is there once they run. */
export function siteFor(): Site {
  const problems: string[] = [];
  let browser: Browser | undefined;
  let served: Awaited<ReturnType<typeof serve>> | undefined;
  let folder: string | undefined;
  beforeAll(async () => {
    folder = await builtSite();
    served = await serve(folder);
    browser = await chromium.launch(inChromium);
  });
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });
  const there = <T>(thing: T | undefined): T => {
    if (thing === undefined) throw new Error('the site is there once tests run');
    return thing;
  };
  const site: Site = {
    problems,
    get folder() {
      return there(folder);
    },
    get address() {
      return there(served).address;
    },
    get browser() {
      return there(browser);
    },
    async open(path, options = {}) {
      const context = await site.browser.newContext({ viewport: { width: 1024, height: 900 }, ...options });
      const page = await context.newPage();
      page.setDefaultTimeout(300_000);
      page.on('pageerror', (error) => problems.push(error.message));
      page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
      page.on('response', (response) => !response.ok() && problems.push(response.url()));
      await page.goto(`${site.address}${path}`);
      return page;
    },
    async playground(hash = '', options = {}) {
      const page = await site.open(hash, options);
      await page.waitForSelector('.episodes');
      return page;
    },
  };
  return site;
}

/** The stage in words; a reader of screens gets the same. */
export const described = async (page: Page) => (await page.getAttribute('.scene', 'aria-label')) ?? '';

/** Waits until the picture is another one. */
export async function moves(page: Page): Promise<void> {
  const before = await described(page);
  await page.waitForFunction((text) => document.querySelector('.scene')?.getAttribute('aria-label') !== text, before);
  expect(await page.$('.trouble')).toBeNull();
}

export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** Presses "Step" so many times, a frame apart. */
export const steps = (page: Page, times: number) =>
  button(page, 'Step').evaluate(async (step, most) => {
    for (let i = 0; i < most; i++) {
      (step as HTMLButtonElement).click();
      await new Promise(requestAnimationFrame);
    }
  }, times);

/** The iteration that a training has done, as its status says. */
export const iterationOf = async (page: Page) =>
  Number(/Iteration (\d+)/.exec((await page.textContent('.training [role=status]')) ?? '')?.[1] ?? 0);

export async function trainedFor(page: Page, iterations: number): Promise<void> {
  await page.waitForFunction(
    (least) => Number(/Iteration (\d+)/.exec(document.querySelector('.training [role=status]')?.textContent ?? '')?.[1] ?? 0) >= least,
    iterations,
  );
}
