/** wasmeta.h under clang's wasm32 target: the template keeps the contract, and the library has the bits of the package's maths and random numbers. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { math } from 'wasmeta';
import { Random } from '../../src/envs/user/random.ts';

const root = new URL('../../', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'wasmeta-clang-'));
afterAll(() => rmSync(folder, { recursive: true }));
const options = ['--target=wasm32', '-O3', '-mbulk-memory', '-nostdlib', '-Wl,--no-entry', '-I', join(root, 'include')];
const missing = () => !found('clang') || !found('wasm-ld');
const found = (program: string) => spawnSync(program, ['--version']).status === 0;

test('the template in C builds, and passes the check', ({ skip }) => {
  if (missing()) skip('clang or wasm-ld is not installed');
  const wasmeta = (cwd: string, ...args: string[]) =>
    spawnSync(process.execPath, [join(root, 'build/cli.js'), ...args], { cwd, encoding: 'utf8' });
  expect(wasmeta(folder, 'new', 'env', 'mine', '--lang', 'c').status).toBe(0);
  const own = join(folder, 'mine');
  // The folder's own command: the package is in the folder around it.
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules/wasmeta'), 'dir');
  const built = spawnSync('npm', ['run', '--silent', 'build'], { cwd: own, encoding: 'utf8' });
  expect([built.status, built.stderr]).toEqual([0, '']);
  expect(wasmeta(own, 'check', 'mine.wasm').status).toBe(0);
});

/** A law that is not used, and the library's functions as exports. */
const exported = `
#define STATE 0
#define TASK 0
#define ACTION 1
#define OBSERVATION 0
#define SPEC ""
#include "wasmeta.h"
static void sample_task(float *task, wasmeta_random *r) {}
static void reset(double *state, const float *task, wasmeta_random *r) {}
static int step(double *state, const float *action, const float *task, wasmeta_random *r, float *rewards) { return 0; }
static void observe(const double *state, const float *task, float *out) {}
WASMETA_EXPORT(f_sin) double f_sin(double x) { return wasmeta_sin(x); }
WASMETA_EXPORT(f_cos) double f_cos(double x) { return wasmeta_cos(x); }
WASMETA_EXPORT(f_exp) double f_exp(double x) { return wasmeta_exp(x); }
WASMETA_EXPORT(f_log) double f_log(double x) { return wasmeta_log(x); }
static wasmeta_random stream;
WASMETA_EXPORT(at) void at(unsigned seed, unsigned split, unsigned s, unsigned task, unsigned episode, unsigned t) { stream = wasmeta_at(seed, split, s, task, episode, t); }
WASMETA_EXPORT(word) unsigned word(void) { return wasmeta_word(&stream); }
WASMETA_EXPORT(uniform) double uniform(double low, double high) { return wasmeta_uniform(&stream, low, high); }
WASMETA_EXPORT(integer) int integer(int n) { return wasmeta_integer(&stream, n); }
WASMETA_EXPORT(normal) double normal(double mean, double deviation) { return wasmeta_normal(&stream, mean, deviation); }
`;

test('its sin, cos, exp, log and random numbers are those of the package, to the bit', ({ skip }) => {
  if (missing()) skip('clang or wasm-ld is not installed');
  writeFileSync(join(folder, 'maths.c'), exported);
  const built = spawnSync('clang', [...options, '-o', 'maths.wasm', 'maths.c'], { cwd: folder, encoding: 'utf8' });
  expect([built.status, built.stderr]).toEqual([0, '']);
  const c = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(join(folder, 'maths.wasm')))).exports as Record<
    string,
    (...numbers: number[]) => number
  >;
  const random = new Random().at({ seed: 11, split: 1 }, 3, 5, 2, 7);
  const edges = [0, -0, 1, -1, 2 ** -27, -(2 ** -29), 2 ** -1040, Math.PI / 4, Math.PI / 2, 710, -745, -746, Infinity, NaN];
  // Uniform in |x| < 20, and over all orders of magnitude that the header promises.
  const spread = Array.from({ length: 50_000 }, (_, i) =>
    i % 2 === 0 ? random.uniform(-20, 20) : random.uniform(-1, 1) * 2 ** random.uniform(-40, 19.9),
  );
  for (const name of ['sin', 'cos', 'exp', 'log'] as const)
    for (const x of [...edges, ...spread]) {
      const at = name === 'log' ? Math.abs(x) : x;
      const [ours, theirs] = [math[name](at), c[`f_${name}`](at)];
      if (!Object.is(ours, theirs)) expect(`${name}(${at}) = ${theirs}`).toBe(`${name}(${at}) = ${ours}`);
    }
  random.at({ seed: 4_000_000_000, split: 2 }, 1, 123, 45, 6);
  c.at(4_000_000_000, 2, 1, 123, 45, 6);
  for (let i = 0; i < 2000; i++) {
    expect(c.word() >>> 0).toBe(random.word());
    expect(c.uniform(-3, 5)).toBe(random.uniform(-3, 5));
    expect(c.integer(1 + i)).toBe(random.integer(1 + i));
    expect(c.normal(0.5, 2)).toBe(random.normal(0.5, 2));
  }
});
