/**
 * Builds build/: WebAssembly by asc, JavaScript by esbuild, types by tsc.
 * `--fast` leaves out the types and the WebAssembly for debugging.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { formatMessages, build as runEsbuild } from 'esbuild';
import { run, wasmTasks } from './compile-wasm.mjs';
import { bundledBy, importedByPages, writeNotice } from './notice.mjs';
import { TF_BANNER, tfChunk } from './tf-chunk.mjs';

const root = resolve(import.meta.dirname, '..');
const fast = process.argv.includes('--fast');
const startedAt = new Date();
const began = performance.now();
const note = (text) => console.log(`build: ${text}`);

/** Packages of others whose code stands in a file of ours. */
const bundled = new Map();

/** What the published main-thread bundles leave to the package manager. */
const MANIFEST = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8'));
const DEPENDENCIES = Object.keys({ ...MANIFEST.dependencies, ...MANIFEST.peerDependencies });

/** @satisfies {import('esbuild').BuildOptions} */
const COMMON = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  // Neutral: the same file runs in Node and in browsers.
  platform: 'neutral',
  target: 'es2022',
  mainFields: ['module', 'browser', 'main'],
  conditions: ['import'],
  legalComments: 'none',
  logLevel: 'silent', // `build` reports once, below
  outdir: 'build',
};

/** What the bundles of the main thread leave where it is, and what they take in as text. */
const LEFT_OUT = {
  external: ['#tf', 'node:*', ...DEPENDENCIES, ...DEPENDENCIES.map((name) => `${name}/*`)],
  loader: /** @type {const} */ ({ '.wasm': 'binary', '.html': 'text', '.css': 'text' }),
};

/** @param {Omit<import('esbuild').BuildOptions, 'metafile'>} options Answers with what was built of what, as `metafile`. */
async function build(options) {
  const result = await runEsbuild({ ...options, metafile: true }).catch(async ({ errors, message }) => {
    throw new Error(errors === undefined ? message : (await formatMessages(errors, { kind: 'error' })).join(''));
  });
  for (const text of await formatMessages(result.warnings, { kind: 'warning' })) console.warn(text);
  bundledBy(result.metafile, bundled);
  return result;
}

async function buildTf() {
  const { metafile } = await build({
    ...COMMON,
    entryPoints: [{ in: 'src/tf/entry.ts', out: 'tf' }],
    plugins: [tfChunk(), sharedErrors],
    banner: { js: TF_BANNER },
    minify: true,
  });
  refuseDynamicCode('build/tf.js', metafile, ['./errors.js']);
}

/** The error class lives in build/errors.js, so that `instanceof` holds across the lazily loaded tfjs. */
const sharedErrors = {
  name: 'shared-errors',
  setup(bundle) {
    bundle.onResolve({ filter: /core\/errors\.ts$/ }, () => ({ path: './errors.js', external: true }));
  },
};

async function buildMain() {
  const entries = present({
    index: 'src/index.ts',
    inline: 'src/inline.ts',
    node: 'src/node.ts',
    queue: 'src/queue.ts',
    benchmarks: 'src/bench/benchmarks.ts',
    cli: 'src/cli/main.ts',
    'site-server': 'src/cli/site-server.ts',
    errors: 'src/core/errors.ts',
  });
  const { metafile } = await build({
    ...COMMON,
    // A text, since an object would become a file of its own that every entry imports.
    define: { WASM_SHA256: JSON.stringify(JSON.stringify(shippedHashes())) },
    entryPoints: entries,
    splitting: true,
    chunkNames: 'chunk-[hash]',
    ...LEFT_OUT,
  });
  for (const [file, { imports }] of Object.entries(metafile.outputs))
    if (imports.some(({ path, kind }) => path === '#tf' && kind !== 'dynamic-import'))
      throw new Error(`${file} imports #tf statically: tfjs would always be loaded. Use import('#tf')`);
  for (const name of readdirSync(resolve(root, 'build')))
    if (name.startsWith('chunk-') && metafile.outputs[`build/${name}`] === undefined) rmSync(resolve(root, 'build', name));
  if (entries.some(({ out }) => out === 'cli')) makeExecutable(resolve(root, 'build/cli.js'));
}

/** SHA-256 of the .wasm files by the names that src/platform/assets.ts gives them; checked whenever they are loaded. */
function shippedHashes() {
  const files = { engine: 'wasmeta', kernels: 'kernels', tfjs: 'tfjs' };
  const hashOf = (file) =>
    createHash('sha256')
      .update(readFileSync(resolve(root, `build/wasm/${file}.wasm`)))
      .digest('hex');
  return Object.fromEntries(Object.entries(files).map(([title, file]) => [title, hashOf(file)]));
}

function makeExecutable(file) {
  const text = readFileSync(file, 'utf8');
  if (!text.startsWith('#!')) writeFileSync(file, `#!/usr/bin/env node\n${text}`);
  chmodSync(file, 0o755);
}

/** What the commands take, as data, from a bundle that is run once: --help and completion read it and load no command. */
async function describeCommands() {
  const file = resolve(root, 'build/define-commands.js');
  await build({
    ...COMMON,
    entryPoints: present({ 'define-commands': 'src/cli/define-commands.ts' }),
    ...LEFT_OUT,
  });
  const { status, stdout, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the commands can't be described: ${stderr}`);
  writeFileSync(resolve(root, 'build/commands.json'), stdout);
  rmSync(file);
}

/** Workers are one file each: a bundler can't split a worker, and a page may not find a second file. */
async function buildWorkers() {
  const workers = { worker: { plugins: [tfChunk()], banner: { js: TF_BANNER } }, 'rollout-worker': { plugins: [withoutTf] } };
  for (const entry of present({ worker: 'src/workers/worker.ts', 'rollout-worker': 'src/workers/rollout-worker.ts' })) {
    const { metafile } = await build({ ...COMMON, entryPoints: [entry], minify: true, ...workers[entry.out] });
    refuseDynamicCode(`build/${entry.out}.js`, metafile, []);
    leaveToRunTime(resolve(root, `build/${entry.out}.js`));
  }
}

/** Minified code has lost the words that tell bundlers to leave the import of a user's environment alone. */
function leaveToRunTime(file) {
  const text = readFileSync(file, 'utf8');
  const marked = text.replace(/\bimport\((\w+\.href)\)/, 'import(/* webpackIgnore: true *//* @vite-ignore */$1)');
  if (marked === text) throw new Error(`${file} has no import of a user's environment: drop this step`);
  writeFileSync(file, marked);
}

const withoutTf = {
  name: 'without-tf',
  setup(bundle) {
    bundle.onResolve({ filter: /^#tf$|^@tensorflow\// }, ({ importer }) => ({
      errors: [{ text: `the rollout worker has no tfjs, but ${importer} imports it` }],
    }));
  },
};

async function buildTypes() {
  await run('node_modules/typescript/bin/tsc', ['-p', 'tsconfig.types.json']);
  // tfjs's own types are not shipped, and would not compile for everyone: outside, its namespace is an opaque object.
  const file = resolve(root, 'build/types/src/tf/tf.d.ts');
  if (!existsSync(file)) return;
  const text = readFileSync(file, 'utf8');
  if (!text.includes("typeof import('#tf')")) throw new Error(`${file} no longer names #tf: drop this patch`);
  writeFileSync(file, text.replace("typeof import('#tf')", 'object'));
  dropUnreachableTypes();
  declareHost();
}

/** Entries refer to the host's types that ours name: no project needs the DOM's or Node's for them. */
function declareHost() {
  const { exports: entries } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8'));
  const types = resolve(root, 'build/types');
  copyFileSync(resolve(root, 'src/platform/host-types.d.ts'), resolve(types, 'host-types.d.ts'));
  for (const file of new Set(Object.values(entries).flatMap(({ types: path }) => (path === undefined ? [] : [resolve(root, path)])))) {
    const path = relative(dirname(file), resolve(types, 'host-types.d.ts')).replaceAll('\\', '/');
    writeFileSync(file, `/// <reference path="${path}" />\n${readFileSync(file, 'utf8')}`);
  }
}

/** Keeps the declarations that the package's entries lead to. Others, of internal files or of files that moved, would only be weight. */
function dropUnreachableTypes() {
  const folder = resolve(root, 'build/types');
  const { exports: entries } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8'));
  const queue = Object.values(entries).flatMap(({ types }) => (types === undefined ? [] : [resolve(root, types)]));
  const reached = new Set(queue);
  for (let file = queue.pop(); file !== undefined; file = queue.pop())
    for (const [, path] of readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g)) {
      const target = resolve(dirname(file), path.replace(/\.ts$|\.js$/, '.d.ts'));
      if (reached.has(target) || !existsSync(target)) continue;
      if (/from '#tf'/.test(readFileSync(target, 'utf8')))
        throw new Error(`${file} leads to ${target}, whose types need tfjs, which is not shipped`);
      reached.add(target);
      queue.push(target);
    }
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    if (name.endsWith('.d.ts') && !reached.has(resolve(folder, name))) rmSync(resolve(folder, name));
}

/** A report is one file: nothing in it has an address beside it. */
const ONE_SCRIPT = { logOverride: /** @type {const} */ ({ 'empty-import-meta': 'silent' }) };

async function buildReport() {
  const [entry] = present({ 'report-client': 'src/report/client/client.ts' });
  if (entry) await build({ ...COMMON, entryPoints: [entry], format: 'iife', platform: 'browser', minify: true, ...ONE_SCRIPT });
}

/** Fails when a self-contained file imports something, asks for a module at run time, or names what only CommonJS has. */
function refuseDynamicCode(file, metafile, allowed) {
  const imports = metafile.outputs[file].imports.map(({ path }) => path).filter((path) => !allowed.includes(path));
  if (imports.length > 0) throw new Error(`${file} is not self-contained: it imports ${imports.join(', ')}`);
  // One import at run time is meant: that of a user's environment (src/platform/import-module.ts).
  const text = readFileSync(resolve(root, file), 'utf8').replace(/\bimport\(\s*(?:\/\*.*?\*\/\s*)*\w+\.href\)/, '');
  const found = text.match(/\b__(?:file|dir)name\b|\brequire\s*\(|\bimport\s*\(|\bprocess\s*\.\s*on\b|uncaughtException/);
  if (found !== null) throw new Error(`${file} contains ${found[0]}`);
}

function present(entries) {
  return Object.entries(entries)
    .filter(([, path]) => existsSync(resolve(root, path)) || note(`${path}: skipped, does not exist`))
    .map(([out, path]) => ({ in: path, out }));
}

/** The playground of `wasmeta view`, from what has just been built. */
async function buildPages() {
  const { buildSite } = await import('./web.mjs');
  await buildSite();
}

function copyTfWasm() {
  copyFileSync(
    resolve(root, 'node_modules/@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm'),
    resolve(root, 'build/wasm/tfjs.wasm'),
  );
}

function fail(error) {
  console.error(`build: ${error.message}`);
  process.exitCode = 1;
}

/** Runs tasks in order, two at a time; one that fails does not stop the others. */
async function inPairs(tasks) {
  const queue = [...tasks];
  const worker = async () => {
    for (let task = queue.shift(); task !== undefined; task = queue.shift()) await task().catch(fail);
  };
  await Promise.all([worker(), worker()]);
}

mkdirSync(resolve(root, 'build/wasm'), { recursive: true });
copyTfWasm();
await inPairs(await wasmTasks({ debug: !fast, note }));
await inPairs([...(fast ? [] : [buildTypes]), buildMain, describeCommands, buildTf, buildWorkers, buildReport]);
if (!fast && process.exitCode !== 1) await buildPages().catch(fail);
if (process.exitCode !== 1 && writeNotice(importedByPages(bundled))) note('NOTICE: written');
// What run folders name where there is no checkout.
writeFileSync(resolve(root, 'build/commit'), spawnSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' }).stdout ?? '');
// The time of the last build of its kind, for scripts/setup.mjs; it is from before the first source was read.
if (process.exitCode !== 1) {
  const stamp = resolve(root, fast ? 'build/stamp-fast' : 'build/stamp');
  writeFileSync(stamp, '');
  utimesSync(stamp, startedAt, startedAt);
}
note(`${process.exitCode === 1 ? 'failed after' : 'done in'} ${((performance.now() - began) / 1000).toFixed(1)} s`);
