/**
 * How fast the playground is in Chromium, as a visitor meets it: time to first movement, frames a second while it trains, time until a training has
 * come 90 % of the way from random play to the oracle. After a build: `node scripts/playground-times.mjs [--seeds 1,2,3] [--save]`.
 * Prints one JSON document; `--save` writes docs/results/playground.json.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import { circumstances, load } from '../bench/peers/machine.mjs';
import { median } from '../bench/peers/measure.mjs';
import { serve } from './serve.mjs';
import { requireChromium, root } from './setup.mjs';
import { buildSite } from './web.mjs';

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '1,2,3' }, save: { type: 'boolean', default: false } } });
const seeds = values.seeds.split(',').map(Number);
const visits = 7;
const watchedMs = 10_000;
const tidy = (x, digits = 3) => Number(x.toPrecision(digits));

const before = load();
const site = join(root, 'build/site-of-times');
await buildSite(site);
const { address, close } = await serve(site);
const executablePath = await requireChromium(console.error);
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });

/** A page of a profile of its own: nothing cached, nothing kept. */
async function visit(hash, prepare = async (_page) => {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(900_000);
  await prepare(page);
  await page.goto(address + hash);
  await page.waitForSelector('.episodes');
  return { page, leave: () => context.close() };
}

/** Milliseconds from the start of navigation until the scene, as it describes itself, is another than it was at first. */
async function firstMovement() {
  const { page, leave } = await visit('', (fresh) =>
    fresh.addInitScript(() => {
      let first;
      const look = () => {
        const label = document.querySelector('.scene')?.getAttribute('aria-label') ?? 'loading';
        if (label === 'loading') return;
        first ??= label;
        if (label === first) return;
        Object.assign(globalThis, { movedAt: performance.now() });
        observer.disconnect();
      };
      const observer = new MutationObserver(look);
      observer.observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['aria-label'] });
    }),
  );
  const moved = await page.waitForFunction(() => /** @type {{ movedAt?: number }} */ (globalThis).movedAt);
  const ms = await moved.jsonValue();
  await leave();
  return ms;
}

/** Frames that the page gets, and the longest wait between two. */
const frames = (page) =>
  page.evaluate(
    (watched) =>
      new Promise((done) => {
        const times = [];
        const tick = (now) => {
          times.push(now);
          if (now - times[0] < watched) return requestAnimationFrame(tick);
          const gaps = times.slice(1).map((time, i) => time - times[i]);
          done({ perSecond: gaps.length / ((now - times[0]) / 1000), longestMs: Math.max(...gaps) });
        };
        requestAnimationFrame(tick);
      }),
    watchedMs,
  );

const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const statusHas = (page, pattern) =>
  page.waitForFunction((source) => new RegExp(source).test(document.querySelector('.training [role=status]')?.textContent ?? ''), pattern);

async function framesOf() {
  const { page, leave } = await visit('#show=semicircle');
  const idle = await frames(page);
  await press(page, 'Train');
  await statusHas(page, 'Iteration [3-9]');
  const training = await frames(page);
  await leave();
  return { idle, training };
}

/** Seconds from the press of “Train”, as the page counts them and as we do, and where the last episode then stands. */
async function learned(show, seed) {
  const { page, leave } = await visit(`#show=${show}`);
  const field = page.locator('.training input[type=number]').first();
  await field.fill(String(seed));
  await field.blur();
  const began = performance.now();
  await press(page, 'Train');
  await statusHas(page, '90 % after|Done;');
  const wall = (performance.now() - began) / 1000;
  const status = (await page.textContent('.training [role=status]')) ?? '';
  await leave();
  const reached = /90 % after ([\d.]+) s/.exec(status)?.[1];
  console.error(`${show}, seed ${seed}: ${status}`);
  return { seed, seconds: reached === undefined ? null : tidy(wall), steps: Number(/([\d.]+) M steps/.exec(status)?.[1]) * 1e6 };
}

const movements = [];
for (let i = 0; i < visits; i++) movements.push(await firstMovement());
console.error(`first movement after ${movements.map((ms) => ms.toFixed(0)).join(', ')} ms`);
const { idle, training } = await framesOf();
console.error(`frames a second: ${idle.perSecond.toFixed(1)}, while training ${training.perSecond.toFixed(1)}`);
const learning = [];
for (const show of ['semicircle', 'direction']) for (const seed of seeds) learning.push({ show, ...(await learned(show, seed)) });

const result = {
  name: 'playground',
  command: ['node scripts/playground-times.mjs', values.seeds === '1,2,3' ? '' : `--seeds ${values.seeds}`, '--save']
    .filter(Boolean)
    .join(' '),
  ...circumstances(),
  browser: `Chromium ${browser.version()}, headless, without GPU`,
  load: [before, load()],
  firstMovementMs: { median: tidy(median(movements)), lowest: tidy(Math.min(...movements)), highest: tidy(Math.max(...movements)), visits },
  framesPerSecond: Object.fromEntries(
    Object.entries({ idle, training }).map(([when, { perSecond, longestMs }]) => [
      when,
      { perSecond: tidy(perSecond), longestMs: tidy(longestMs) },
    ]),
  ),
  secondsTo90Percent: learning,
};
await browser.close();
await close();
console.log(JSON.stringify(result, null, 2));
if (values.save) writeFileSync(join(root, 'docs/results/playground.json'), `${JSON.stringify(result, null, 2)}\n`);
