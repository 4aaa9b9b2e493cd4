import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../../scripts/setup.mjs';
import { type Consumer, installPacked, isolating, repository, run, serve } from './packed.ts';

/** Every entry that has types, by what it exports. */
const ENTRIES = `
import { createPool } from 'wasmeta';
import { createInlineExecutor } from 'wasmeta/inline';
import { readText } from 'wasmeta/node';
import * as bench from 'wasmeta/bench';
import 'wasmeta/worker';
import 'wasmeta/rollout-worker';
export const text: string = readText('x');
export const all = [createPool({ workers: 1 }), createInlineExecutor(), bench];
`;

interface Trained {
  records: { iteration: number; steps: number; reward: number }[];
  hash: string;
}

let consumer: Consumer;
let inNode: { pool: Trained; inline: Trained; listeners: number };

beforeAll(async () => {
  consumer = await installPacked();
  inNode = JSON.parse(await run(process.execPath, ['node.js'], consumer.folder));
});

describe('the packed package', () => {
  it('contains what runs and nothing else', () => {
    const strangers = consumer.files.filter(
      (path) =>
        !/^(build\/[\w-]+\.js|build\/commit$|build\/types\/|build\/site\/(?:assets\/)?[\w.-]+$|build\/wasm\/\w+\.wasm$|recipes\/[\w-]+\/[\w-]+\.json$|assembly\/(?:env|math|normal|philox|random)\.ts$|include\/wasmeta\.h$|templates\/(?:as|c|js|ts)\/[\w.]+$|LICENSE|NOTICE|CHANGELOG\.md|README\.md|package\.json)/i.test(
          path,
        ),
    );
    expect(strangers).toEqual([]);
    for (const file of [
      'index.js',
      'inline.js',
      'node.js',
      'tf.js',
      'worker.js',
      'rollout-worker.js',
      'cli.js',
      'wasm/wasmeta.wasm',
      'wasm/kernels.wasm',
      'wasm/tfjs.wasm',
    ])
      expect(consumer.files).toContain(`build/${file}`);
  });

  it('trains by RL² in plain Node', () => {
    expect(inNode.pool.records.map(({ iteration }) => iteration)).toEqual([1, 2]);
    expect(inNode.pool.records.every(({ reward }) => Number.isFinite(reward))).toBe(true);
    expect(inNode.listeners).toBe(0);
  });

  it('trains to the same bits without workers', () => {
    expect(inNode.inline).toEqual(inNode.pool);
  });

  for (const resolution of ['nodenext', 'node16', 'bundler'])
    it(`has types for every entry that a strict consumer can check, by ${resolution}, with and without the library of the DOM`, async () => {
      const compiler = join(repository, 'node_modules/typescript/bin/tsc');
      const module = resolution === 'bundler' ? ['--module', 'esnext', '--moduleResolution', 'bundler'] : ['--module', resolution];
      const options = ['--ignoreConfig', '--strict', '--noEmit', '--skipLibCheck', 'false', ...module, '--target', 'es2023', '--types', ''];
      const readme = (await readFile(join(repository, 'README.md'), 'utf8')).match(/```js\n([\s\S]*?)```/)?.[1];
      await writeFile(join(consumer.folder, 'readme.ts'), readme as string);
      await writeFile(join(consumer.folder, 'entries.ts'), ENTRIES);
      await run(process.execPath, [compiler, ...options, '--lib', 'es2023', 'entries.ts'], consumer.folder);
      await run(process.execPath, [compiler, ...options, '--lib', 'es2023,dom', 'entries.ts', 'types.ts', 'readme.ts'], consumer.folder);
    });

  it('names types that it contains, for resolutions without `exports` too', async () => {
    const { exports: entries, typesVersions } = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8'));
    const typed = Object.entries(entries as Record<string, { types?: string }>).filter(([, { types }]) => types !== undefined);
    expect(typed.map(([entry]) => entry)).toEqual(
      expect.arrayContaining(['.', './inline', './node', './bench', './worker', './rollout-worker']),
    );
    for (const [entry, { types }] of typed) {
      expect(consumer.files).toContain(types?.slice(2));
      if (entry !== '.') expect(typesVersions['*'][entry.slice(2)]).toEqual([types]);
    }
  });

  it('can be required by CommonJS', async () => {
    const script = "const { rl2, createPool } = require('wasmeta'); console.log(typeof rl2.train, typeof createPool)";
    expect(await run(process.execPath, ['-e', script], consumer.folder)).toBe('function function\n');
  });

  it('passes publint', async () => {
    await run(process.execPath, [join(repository, 'node_modules/publint/src/cli.js'), '--strict', consumer.tarball], repository);
  });
});

const executablePath = findChromium();

describe.skipIf(process.env.WASMETA_NODE_ONLY === '1' || executablePath === null)('the packed package in a minified Vite build', () => {
  let browser: Browser;
  let dist: string;

  beforeAll(async () => {
    const { build } = await import('vite');
    dist = join(consumer.folder, 'dist');
    await build({ root: consumer.folder, configFile: false, logLevel: 'error', build: { outDir: dist, target: 'es2022' } });
    browser = await chromium.launch({
      executablePath: executablePath as string,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
    });
  });

  afterAll(() => browser?.close());

  for (const isolated of [false, true])
    it(`trains to the same bits as Node ${isolated ? 'with' : 'without'} cross-origin isolation`, async () => {
      const served = await serve(dist, isolated ? isolating : {});
      const page = await browser.newPage();
      page.setDefaultTimeout(300_000);
      const missing: string[] = [];
      page.on('response', (response) => {
        if (!response.ok()) missing.push(response.url());
      });
      try {
        await page.goto(served.address);
        const answer = await page.evaluate(() => (window as unknown as { answer: Promise<unknown> }).answer);
        expect(answer).toEqual({ pool: inNode.pool, inline: inNode.pool, isolated });
        expect(missing).toEqual([]);
      } finally {
        await page.close();
        await served.close();
      }
    });

  it("emits the package's workers and WebAssembly once each", async () => {
    const assets = await readdir(join(dist, 'assets'));
    for (const name of [/^wasmeta-.*\.wasm$/, /^kernels-.*\.wasm$/, /^tfjs-.*\.wasm$/, /^worker-.*\.js$/, /^rollout-worker-.*\.js$/])
      expect(assets.filter((file) => name.test(file))).toHaveLength(1);
    const pageScript = (await readFile(join(dist, 'index.html'), 'utf8')).match(/assets\/(index-[^"]+\.js)/)?.[1];
    const text = await readFile(join(dist, 'assets', pageScript as string), 'utf8');
    expect(text).not.toContain('ResizeNearestNeighbor'); // tfjs
  });
});
