/** A run that was saved and goes on elsewhere ends with the weights of one that was never interrupted. */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
// @ts-expect-error: the build has no types beside it
import { createPool, decodeCheckpoint, encodeCheckpoint, hashArrays, resolveRl2, rl2 } from '../../build/index.js';
// @ts-expect-error: the build has no types beside it
import { createInlineExecutor } from '../../build/inline.js';
import type { Rl2Options, Rl2State } from '../../src/algorithms/rl2.ts';
import type { Executor } from '../../src/executors/executor.ts';

const options = {
  env: { id: 'PointMass-v0', preset: 'pearl-semicircle', horizon: 8, episodes: 2 },
  tasks: 16,
  shards: 4,
  minibatches: 2,
  iterations: 6,
  seed: 11,
} as const;

const policies: [string, Rl2Options['policy']][] = [
  ['gru', { kind: 'gru', hidden: 16 }],
  ['lstm', { kind: 'lstm', hidden: 8 }],
  ['mlp', { kind: 'mlp', hidden: [16, 16], inputs: 'trial' }],
];

interface Saved {
  file: Uint8Array;
  hash: string;
  metrics: Readonly<Record<string, number>>[];
}

/** Trains up to an iteration and leaves it as a checkpoint. */
async function train(config: Rl2Options, until: number, executor: Executor, from?: Uint8Array): Promise<Saved> {
  const state: Rl2State | undefined = from && decodeCheckpoint(from, 'a test').state;
  const saved: Saved = { file: new Uint8Array(), hash: '', metrics: [] };
  try {
    for await (const { iteration, metrics, state: now } of rl2(config, executor, state)) {
      saved.metrics.push(metrics);
      if (iteration < until) continue;
      saved.file = encodeCheckpoint('rl2', resolveRl2(config), now);
      saved.hash = hashArrays([now.parameters, now.adam.m, now.adam.v]);
      break;
    }
  } finally {
    await executor.close();
  }
  return saved;
}

describe.each(policies)('6 iterations of a %s', (_, policy) => {
  test.each([false, true])(
    'are 3, a checkpoint and 3 more with other workers, to the last byte (learning rate annealed: %o)',
    async (anneal) => {
      const config = { ...options, policy, anneal };
      const whole = await train(config, 6, createInlineExecutor());
      const half = await train(config, 3, createPool({ workers: 3 }));
      const rest = await train(config, 6, createPool({ workers: 2 }), half.file);
      expect(rest.hash).toBe(whole.hash);
      expect([...half.metrics, ...rest.metrics]).toEqual(whole.metrics);
      expect(rest.file).toEqual(whole.file);
      expect(half.hash).not.toBe(whole.hash);
    },
  );
});

const cli = new URL('../../build/cli.js', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'wasmeta-resume-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function start(out: string, iterations: number, ...more: string[]) {
  const settings = [
    `iterations=${iterations}`,
    'tasks=16',
    'minibatches=2',
    'env.horizon=8',
    'anneal=false',
    'policy={"kind":"gru","hidden":8}',
  ];
  const args = [
    'train',
    '--preset',
    'pearl-semicircle',
    '--seed',
    '4',
    '--json',
    '--quiet',
    '--checkpoint',
    '2',
    '--out',
    join(folder, out),
  ];
  return spawn(process.execPath, [cli, ...args, ...settings.flatMap((one) => ['--set', one]), ...more], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function ended(child: ReturnType<typeof start>): Promise<{ code: number | null; out: string; err: string }> {
  const texts = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    texts.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    texts.err += chunk;
  });
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, ...texts };
}

const metricsOf = (out: string) =>
  readFileSync(join(folder, out, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .map(({ 'time/fps': _f, 'time/time_elapsed': _t, ...metrics }) => metrics); // the clock's own

describe('wasmeta train', () => {
  test('--resume with more iterations gives the weights and metrics of one long run', async () => {
    const long = await ended(start('long', 6));
    expect([long.code, long.err]).toEqual([0, '']);
    const short = JSON.parse((await ended(start('short', 3, '--workers', '1'))).out);
    const resumed = JSON.parse((await ended(start('short', 6, '--resume', '--workers', '3'))).out);
    expect(resumed.weightsHash).toBe(JSON.parse(long.out).weightsHash);
    expect([short.iterations, resumed.iterations, resumed.steps]).toEqual([3, 6, 2 * short.steps]);
    expect(metricsOf('short')).toEqual(metricsOf('long'));
    expect(metricsOf('short')).toHaveLength(6);
  });

  test('killed in the middle leaves a checkpoint, and goes on from it to the same weights', { timeout: 60_000 }, async () => {
    const wanted = JSON.parse((await ended(start('undisturbed', 60))).out).weightsHash;
    const child = start('killed', 60);
    const end = ended(child);
    const checkpoint = join(folder, 'killed/checkpoint.safetensors');
    while (!existsSync(checkpoint) && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 2));
    child.kill('SIGKILL');
    expect((await end).code).toBe(null);
    expect(decodeCheckpoint(new Uint8Array(readFileSync(checkpoint)), 'killed').state.iteration).toBeLessThan(60);
    expect(JSON.parse((await ended(start('killed', 60, '--resume'))).out).weightsHash).toBe(wanted);
    expect(metricsOf('killed')).toEqual(metricsOf('undisturbed'));
  });

  test('--resume refuses a checkpoint of another config, or with one bit flipped, with exit code 2 and one line', async () => {
    await ended(start('base', 2));
    const file = join(folder, 'base/checkpoint.safetensors');
    const before = readFileSync(file);
    const other = await ended(start('base', 4, '--resume', '--set', 'gamma=0.5'));
    expect([other.code, other.out]).toEqual([2, '']);
    expect(other.err).toMatch(/^wasmeta: .*belongs to another run.*\n$/);
    expect(readFileSync(file)).toEqual(before);

    cpSync(join(folder, 'base'), join(folder, 'flipped'), { recursive: true });
    const flipped = Uint8Array.from(before);
    flipped[flipped.length - 100] ^= 1;
    writeFileSync(join(folder, 'flipped/checkpoint.safetensors'), flipped);
    const damaged = await ended(start('flipped', 4, '--resume'));
    expect([damaged.code, damaged.out]).toEqual([2, '']);
    expect(damaged.err).toMatch(/^wasmeta: .*checkpoint\.safetensors.*\n$/);
  });
});
