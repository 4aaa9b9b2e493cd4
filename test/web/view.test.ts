/** `wasmeta view`: the page with a run or an environment of the user's, from the command line; nothing runs that was not named. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium } from '../../scripts/setup.mjs';
import { wasmeta } from '../cli/command.ts';
import { moves, noChromium } from './site.ts';

const cli = new URL('../../build/cli.js', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'wasmeta-view-'));
const module = join(folder, 'walk.mjs');
const marker = join(folder, 'ran');
const started: ChildProcess[] = [];

// A folder in which the package is installed.
mkdirSync(join(folder, 'node_modules'));
symlinkSync(new URL('../..', import.meta.url).pathname, join(folder, 'node_modules/wasmeta'));
/** Writes down that it ran, in Node; imports the package and a file beside it. */
writeFileSync(join(folder, 'dt.mjs'), 'export const dt = 0.1;\n');
writeFileSync(
  module,
  `import { defineEnv, math } from 'wasmeta';
import { dt } from './dt.mjs';
if (typeof process !== 'undefined') process.getBuiltinModule('node:fs').writeFileSync(${JSON.stringify(marker)}, '');
export default defineEnv({
  id: 'Walk-v0',
  title: 'A walk on a line',
  observation: [{ name: 'place', unit: 'm' }],
  action: [{ name: 'speed', unit: 'm/s' }],
  task: [{ name: 'way', unit: '1', low: -1, high: 1 }],
  state: [{ name: 'place', unit: 'm' }],
  presets: { usual: { horizon: 20, episodes: 2 }, long: { horizon: 40, episodes: 2 } },
  ends: false,
  reset(state) {
    state[0] = 0;
  },
  step(state, action, task) {
    state[0] += dt * math.tanh(action[0]);
    return { reward: task[0] * action[0], terminated: false };
  },
  observe(state, task, out) {
    out[0] = state[0];
  },
});
`,
);
const run = join(folder, 'run');

interface Viewed {
  readonly address: string;
  readonly env: string | null;
  readonly run: string | null;
}

function view(...args: string[]): Promise<Viewed> {
  const child = spawn(process.execPath, [cli, 'view', ...args, '--port', '0', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  return new Promise((told, failed) => {
    child.stdout.once('data', (text: Buffer) => told(JSON.parse(text.toString()) as Viewed));
    child.once('exit', (code) => failed(new Error(`view ended with ${code}`)));
  });
}

beforeAll(() => {
  const settings = ['iterations=1', 'tasks=8', 'minibatches=1', 'anneal=false', 'policy.hidden=8'].flatMap((text) => ['--set', text]);
  const trained = wasmeta('train', '--env', module, ...settings, '--workers', '1', '--out', run, '--quiet');
  expect([trained.stderr, trained.status]).toEqual([expect.any(String), 0]);
  rmSync(marker);
});
afterAll(async () => {
  for (const child of started) {
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  }
  rmSync(folder, { recursive: true });
});

describe('wasmeta view', () => {
  test('a run on an environment of the user’s is refused unless its module is named, and nothing ran', () => {
    const { status, stderr } = wasmeta('view', run);
    expect([status, stderr]).toEqual([2, expect.stringMatching(/Walk-v0/)]);
    expect(existsSync(marker)).toBe(false);
  });

  test('refuses what is no run, no module and no port', () => {
    for (const [args, sentence] of [
      [[join(folder, 'gone')], /gone/],
      [['--env', join(folder, 'gone.mjs')], /gone.mjs/],
      [['--port', '70000'], /"--port" expected .*65535/],
    ] as const)
      expect(wasmeta('view', ...args)).toMatchObject({ status: expect.any(Number), stdout: '', stderr: expect.stringMatching(sentence) });
  });

  test('serves the page plainly, the module by its bytes, and to localhost alone', async () => {
    const { address, env } = await view('--env', module);
    expect([env, existsSync(marker)]).toEqual(['Walk-v0', true]);
    const told = (await (await fetch(new URL('view/view.json', address))).json()) as { env: { url: string }; run: null };
    expect(told).toEqual({ env: { id: 'Walk-v0', url: './view/env/walk.mjs' }, run: null });
    expect(await (await fetch(new URL(told.env.url, address))).text()).toBe(readFileSync(module, 'utf8'));
    expect((await fetch(new URL('view/env/run/config.json', address))).status).toBe(404);
    const { port } = new URL(address);
    const status = await new Promise((done, fail) => {
      request({ port, path: '/view/view.json', headers: { host: `elsewhere.example:${port}` } }, (response) => {
        response.resume();
        done(response.statusCode);
      })
        .on('error', fail)
        .end();
    });
    expect(status).toBe(403);
  });
});

describe.skipIf(noChromium)('in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: findChromium() as string, args: ['--no-sandbox', '--disable-gpu'] });
  });
  afterAll(() => browser?.close());

  async function shown(address: string): Promise<{ page: Page; problems: string[] }> {
    const page = await browser.newPage();
    page.setDefaultTimeout(300_000);
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    await page.goto(address);
    await page.waitForSelector('.episodes');
    return { page, problems };
  }

  test('run and environment are tabs: the run plays, is tested with the hash of evaluate, and training goes on from it', async () => {
    const { address } = await view(run, '--env', module);
    const { page, problems } = await shown(address);
    expect(await page.locator('.tabs button').allTextContents()).toEqual(expect.arrayContaining(['A walk on a line', 'run']));
    expect(await page.locator('.tabs [aria-current]').textContent()).toBe('run');
    await moves(page);
    await page.getByRole('button', { name: 'Test it' }).click();
    const tested = await page.getByText('SHA-256 of the trials').textContent();
    const { hash } = JSON.parse(wasmeta('evaluate', run, '--env', module, '--tasks', '200', '--json').stdout) as { hash: string };
    expect(tested).toContain(hash.slice(0, 16));
    await page.locator('.tabs button', { hasText: 'A walk on a line' }).click();
    await page.locator('.presets select').selectOption('long');
    await page.getByText(/Episode 1 of 2, step \d+ of 40/).waitFor();
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await page.waitForFunction(() => /Iteration \d/.test(document.querySelector('.training [role=status]')?.textContent ?? ''));
    expect(problems).toEqual([]);
    await page.close();
  });
});
