/** The packed package in what its users build with: each trains two updates and must get the weights that plain Node gets. */

import { cp, readFile, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build as esbuild } from 'esbuild';
import type { Browser } from 'playwright';
import { createServer, build as viteBuild } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Consumer, installPacked, run, serve } from '../package/packed.ts';
import { copies, hasChromium, openChromium, trainedBy, writePage } from './page.ts';

const emitted = ['worker.js', 'rollout-worker.js', 'wasm/wasmeta.wasm', 'wasm/kernels.wasm', 'wasm/tfjs.wasm'];

let consumer: Consumer;
let hash: string;

const inFolder = (path: string) => join(consumer.folder, path);
const shipped = (path: string) => inFolder(`node_modules/wasmeta/build/${path}`);

beforeAll(async () => {
  consumer = await installPacked();
  const script = "import('./train.js').then(({ trainInPool }) => trainInPool()).then(({ hash }) => console.log(hash))";
  hash = (await run(process.execPath, ['-e', script], consumer.folder)).trim();
});

type Stats = { hasErrors(): boolean; toString(options: object): string };
type Webpack = (options: object, done: (error: Error | null, stats?: Stats) => void) => void;

/** Null in a checkout whose dependencies are older than package-lock.json. */
function findWebpack(): Webpack | null {
  try {
    return createRequire(import.meta.url)('webpack');
  } catch {
    console.log('webpack is skipped: npm ci has not installed it yet');
    return null;
  }
}

const webpack = findWebpack();

/** Bundles pool.js for a page that finds the other files under `publicPath`. */
function bundleByWebpack(folder: string, publicPath: string): Promise<void> {
  return new Promise((done, fail) => {
    if (webpack === null) throw new Error('webpack is missing');
    webpack(
      { mode: 'none', context: consumer.folder, entry: './pool.js', output: { path: folder, filename: 'main.js', publicPath } },
      (error, stats) => {
        if (error) fail(error);
        else if (stats?.hasErrors()) fail(new Error(stats.toString({ all: false, errors: true })));
        else done();
      },
    );
  });
}

describe('in Node', () => {
  it('CommonJS trains to the same weights', async () => {
    expect((await run(process.execPath, ['node.cjs'], consumer.folder)).trim()).toBe(hash);
  });

  it('an ES module by esbuild trains beside copies of the package’s files, and IIFE and CommonJS are refused with what helps', async () => {
    const options = { absWorkingDir: consumer.folder, bundle: true, platform: 'node', logLevel: 'error' } as const;
    const entry = {
      contents:
        "import { trainInPool } from './train.js'; trainInPool().then(({ hash }) => console.log(hash), (error) => console.log(error.code, error.message));",
      resolveDir: consumer.folder,
    };
    const logOverride = { 'empty-import-meta': 'silent' } as const;
    await esbuild({ ...options, stdin: entry, format: 'esm', outfile: inFolder('esbuild/main.mjs') });
    for (const format of ['cjs', 'iife'] as const)
      await esbuild({ ...options, stdin: entry, format, outfile: inFolder(`esbuild/${format}.cjs`), logOverride });
    for (const file of emitted) await cp(shipped(file), inFolder(`esbuild/${file}`));
    expect((await run(process.execPath, ['esbuild/main.mjs'], consumer.folder)).trim()).toBe(hash);
    for (const format of ['cjs', 'iife'])
      expect(await run(process.execPath, [`esbuild/${format}.cjs`], consumer.folder)).toMatch(
        /^E_UNSUPPORTED .*Bundle as an ES module.*serverExternalPackages/,
      );
  });
});

describe.skipIf(!hasChromium)('in a page', () => {
  let browser: Browser;
  let sizes: Map<string, number>;

  beforeAll(async () => {
    browser = await openChromium();
    sizes = new Map(await Promise.all(emitted.map(async (file) => [file, (await stat(shipped(file))).size] as const)));
  });
  afterAll(() => browser?.close());

  const once = Object.fromEntries(emitted.map((file) => [file, 1]));

  it.skipIf(webpack === null)('webpack’s bundle trains from another origin than the page’s, and holds each file once', async () => {
    const [pages, files] = [inFolder('webpack-page'), inFolder('webpack')];
    const other = await serve(files, { 'access-control-allow-origin': '*' });
    await bundleByWebpack(files, other.address);
    await writePage(pages, `${other.address}main.js`);
    const served = await serve(pages);
    expect(await trainedBy(browser, served.address)).toEqual({ hash });
    expect(await copies(files, sizes)).toEqual(once);
    await Promise.all([served.close(), other.close()]);
  });

  it('Vite’s build trains from another origin, and under a strict policy with Trusted Types', async () => {
    const other = await serve(inFolder('vite'), { 'access-control-allow-origin': '*' });
    const options = { root: consumer.folder, configFile: false, logLevel: 'error' } as const;
    const output = { target: 'es2022', minify: false, modulePreload: false, rollupOptions: { input: inFolder('pool.html') } };
    await viteBuild({ ...options, base: other.address, build: { ...output, outDir: inFolder('vite') } });
    const pages = inFolder('vite-page');
    await writePage(pages, '');
    await writeFile(join(pages, 'index.html'), await readFile(inFolder('vite/pool.html')));
    const served = await serve(pages);
    expect(await trainedBy(browser, served.address)).toEqual({ hash });
    expect(await copies(inFolder('vite/assets'), sizes)).toEqual(once);

    await viteBuild({ ...options, base: './', build: { ...output, outDir: inFolder('vite-strict') } });
    const policy =
      "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; img-src data:; require-trusted-types-for 'script'; trusted-types ";
    const strict = await serve(inFolder('vite-strict'), { 'content-security-policy': `${policy}wasmeta` });
    expect(await trainedBy(browser, `${strict.address}pool.html`)).toEqual({ hash });
    const stricter = await serve(inFolder('vite-strict'), { 'content-security-policy': `${policy}'none'` });
    expect((await trainedBy(browser, `${stricter.address}pool.html`)).failed).toMatch(
      /E_UNSUPPORTED: .*Add "wasmeta" to its trusted-types/,
    );
    await Promise.all([served, other, strict, stricter].map((server) => server.close()));
  });

  it('Vite’s development server trains', async () => {
    const server = await createServer({
      root: consumer.folder,
      configFile: false,
      logLevel: 'error',
      server: { host: '127.0.0.1', port: 0, hmr: false },
    });
    await server.listen();
    expect(await trainedBy(browser, `${server.resolvedUrls?.local[0]}pool.html`)).toEqual({ hash });
    await server.close();
  });
});
