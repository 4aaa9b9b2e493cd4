/** The benchmark page of the built site, in Chromium; and what the server of `npm run web` refuses. */
import { copyFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serve } from '../../scripts/serve.mjs';
import { noChromium, siteFor } from './site.ts';

const root = new URL('../..', import.meta.url).pathname;
let served: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  served = await serve(root, { isolated: true });
});
afterAll(() => served?.close());

/** With the path as it is: fetch would tidy `..` away. */
function status(path: string, method = 'GET'): Promise<number | undefined> {
  const { hostname, port } = new URL(served.address);
  return new Promise((done, fail) => {
    const asked = httpRequest({ hostname, port, path, method }, (response) => {
      response.resume();
      done(response.statusCode);
    });
    asked.on('error', fail).end();
  });
}

describe('the server', () => {
  test('names types that browsers insist on, and isolates when asked', async () => {
    const head = async (path: string) => (await fetch(new URL(path, served.address), { method: 'HEAD' })).headers;
    expect((await head('build/wasm/wasmeta.wasm')).get('content-type')).toBe('application/wasm');
    expect((await head('build/worker.js')).get('content-type')).toMatch(/^text\/javascript/);
    expect((await head('node_modules/comlink/dist/esm/comlink.mjs')).get('content-type')).toMatch(/^text\/javascript/);
    expect((await head('web/')).get('cross-origin-opener-policy')).toBe('same-origin');
    expect((await head('web/')).get('cross-origin-embedder-policy')).toBe('require-corp');
  });

  test('gives nothing outside its folder, nothing hidden and no folders', async () => {
    for (const path of [
      '/../../etc/passwd',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/..%2f..%2fetc/passwd',
      '/.git/config',
      '/web',
      '/gone.js',
      '/%00',
      '/%',
    ])
      expect([path, await status(path)]).toEqual([path, 404]);
    expect(await status('/web/')).toBe(200);
    expect(await status('/web/', 'POST')).toBe(405);
  });
});

describe.skipIf(noChromium)('the page', () => {
  const site = siteFor();
  beforeAll(() => copyFileSync(new URL('walk.mjs', import.meta.url), join(site.folder, 'walk.mjs')));

  async function measured(query: string) {
    const before = site.problems.length;
    const page = await site.open(`bench.html?${query}&start`);
    const done = await page.waitForFunction(() => document.documentElement.dataset.done);
    const cells = await page.$$eval('#rows tr', (lines) => lines.map((line) => [...line.children].map((cell) => cell.textContent)));
    const answer = {
      done: await done.jsonValue(),
      cells,
      status: await page.textContent('#status'),
      problems: site.problems.slice(before),
    };
    await page.close();
    return answer;
  }

  test('measures kernel, stepping by hand, rollouts and the learner', async () => {
    for (const [name, rows] of [
      ['step/', 2],
      ['vector/', 1],
      ['rollout/PointMass-v0/gru-64', 2],
      ['kernel/tanh', 1],
    ] as const) {
      const { done, cells, problems } = await measured(`name=${name}&batches=256&workers=1,2&runs=1`);
      expect([done, problems]).toEqual(['true', []]);
      expect(cells).toHaveLength(rows);
      for (const [found, , , median] of cells) {
        expect(found).toContain(name);
        expect(Number(median?.replaceAll(',', ''))).toBeGreaterThan(0);
      }
    }
  });

  test('measures an environment of the user by its address, and a policy of their own', async () => {
    const query = 'env=./walk.mjs&policy=lstm-8&batches=64&workers=1&runs=1';
    for (const name of ['step/', 'rollout/']) {
      const { done, cells, problems, status } = await measured(`${query}&name=${name}`);
      expect([done, problems, status]).toEqual(['true', [], expect.any(String)]);
      expect(cells.map(([found]) => found)).toEqual([`${name}Walk-v0${name === 'step/' ? '' : '/lstm-8'}`]);
    }
  });

  test('says what is wrong with a choice, and measures nothing', async () => {
    expect(await measured('name=nothing&batches=64')).toMatchObject({
      done: 'failed',
      cells: [],
      status: expect.stringMatching(/E_UNKNOWN_NAME/),
    });
    expect(await measured('name=step/&workers=two')).toMatchObject({ done: 'failed', cells: [], status: expect.stringMatching(/"two"/) });
  });
});
