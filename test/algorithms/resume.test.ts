/** A run that was saved and goes on elsewhere ends with the weights of one that was never interrupted. */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createPool, decodeCheckpoint, encodeCheckpoint, hashArrays, metricTable, rl2 } from 'wasmeta';
import { createInlineExecutor } from 'wasmeta/inline';
import type { Rl2Options, Rl2State } from '../../src/algorithms/rl2.ts';
import type { Executor } from '../../src/workers/executor.ts';
import { long } from '../long.ts';

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
  ['mingru', { kind: 'mingru', hidden: 8, depth: 2 }],
  ['mlp', { kind: 'mlp', hidden: [16, 16], inputs: 'trial' }],
];

interface Saved {
  file: Uint8Array;
  hash: string;
  metrics: Readonly<Record<string, number>>[];
}

/** Trains up to an iteration and leaves it as a checkpoint. */
async function train(config: Rl2Options, until: number, executor: Executor, from?: Uint8Array): Promise<Saved> {
  const state: Rl2State | undefined = from && rl2.check(rl2.resolve(config), decodeCheckpoint(from, 'a test').state);
  const saved: Saved = { file: new Uint8Array(), hash: '', metrics: [] };
  for await (const { iteration, metrics, state: now } of rl2.train(config, executor, state)) {
    saved.metrics.push(metrics);
    if (iteration < until) continue;
    saved.file = encodeCheckpoint('rl2', rl2.resolve(config), now);
    saved.hash = hashArrays([now.parameters, now.adam.m, now.adam.v]);
    break;
  }
  return saved;
}

const executors = { none: createInlineExecutor(), three: createPool({ workers: 3 }), two: createPool({ workers: 2 }) };
afterAll(() => Promise.all(Object.values(executors).map((executor) => executor.close())));

describe.each(policies)('6 iterations of a %s', (_, policy) => {
  test.each([{}, { anneal: true }, { annealEntropy: true, centerRewards: true, gateBias: 3 }])(
    'are 3, a checkpoint and 3 more with other workers, to the last byte (%j)',
    async (more) => {
      const config = { ...options, policy, ...more };
      const whole = await train(config, 6, executors.none);
      const half = await train(config, 3, executors.three);
      const rest = await train(config, 6, executors.two, half.file);
      expect(rest.hash).toBe(whole.hash);
      expect([...half.metrics, ...rest.metrics]).toEqual(whole.metrics);
      expect(rest.file).toEqual(whole.file);
      expect(half.hash).not.toBe(whole.hash);
    },
  );
});

/** In [0, 1), fixed: a failing case can be repeated. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

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
    ...(more.includes('--workers') ? [] : ['--workers', '1']),
  ];
  return wasmeta(...args, ...settings.flatMap((one) => ['--set', one]), ...more);
}

function wasmeta(...args: string[]) {
  return spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
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

const runs = new Map<number, Promise<{ out: string; code: number | null; err: string; hash: string }>>();
/** A run of so many iterations that nothing disturbs, trained once: its folder and the hash of its weights. */
const undisturbed = (iterations: number) => {
  const out = `undisturbed-${iterations}`;
  const made =
    runs.get(iterations) ??
    ended(start(out, iterations)).then(({ code, err, out: text }) => ({ out, code, err, hash: JSON.parse(text).weightsHash as string }));
  runs.set(iterations, made);
  return made;
};

/** A copy of a run of two iterations. */
async function twoIterations(out: string): Promise<void> {
  const { out: made } = await undisturbed(2);
  cpSync(join(folder, made), join(folder, out), { recursive: true });
}

describe('wasmeta train', () => {
  test('--resume with more iterations gives the weights and metrics of one long run', async () => {
    const whole = await undisturbed(6);
    expect([whole.code, whole.err]).toEqual([0, '']);
    const short = JSON.parse((await ended(start('short', 3, '--workers', '1'))).out);
    const resumed = JSON.parse((await ended(start('short', 6, '--resume', '--workers', '3'))).out);
    expect(resumed.weightsHash).toBe(whole.hash);
    expect([short.iterations, resumed.iterations, resumed.steps]).toEqual([3, 6, 2 * short.steps]);
    expect(metricsOf('short')).toEqual(metricsOf(whole.out));
    expect(metricsOf('short')).toHaveLength(6);
    const known = metricTable.map(({ name }: { name: string }) => name);
    for (const name of Object.keys(JSON.parse(readFileSync(join(folder, whole.out, 'metrics.jsonl'), 'utf8').split('\n')[0])))
      expect(known).toContain(name);
  });

  /** Waits for its first checkpoint, then sends signals. */
  async function signalled(out: string, iterations: number, signal: NodeJS.Signals) {
    const child = start(out, iterations, '--overwrite');
    const end = ended(child);
    const checkpoints = join(folder, out, 'checkpoints');
    while (!existsSync(checkpoints) && child.exitCode === null) await sleep(2);
    await sleep(30 * random());
    child.kill(signal);
    return end;
  }
  const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const random = sequence(7);

  const kills = long ? 20 : 2;

  test(`killed at ${kills} random moments goes on to the same weights and metrics each time`, async () => {
    const whole = await undisturbed(60);
    for (let i = 0; i < kills; i++) {
      const out = `killed-${i}`;
      const { code, out: text } = await signalled(out, 60, 'SIGKILL');
      if (code === 0) expect(JSON.parse(text).weightsHash).toBe(whole.hash); // it had ended before
      expect(JSON.parse((await ended(start(out, 60, '--resume'))).out).weightsHash).toBe(whole.hash);
      expect(metricsOf(out)).toEqual(metricsOf(whole.out));
    }
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s finishes the iteration, writes a checkpoint, exits %i and goes on to the same weights', async (signal, code) => {
    // On a busy machine a short run may have ended before it is signalled: then a longer one is.
    let last = 60;
    let stopped = await signalled(signal, last, signal);
    while (stopped.code === 0) {
      last *= 4;
      stopped = await signalled(signal, last, signal);
    }
    const whole = await undisturbed(last);
    expect(stopped.code).toBe(code);
    const { iterations } = JSON.parse(stopped.out);
    expect(iterations).toBeLessThan(last);
    expect(metricsOf(signal)).toHaveLength(iterations);
    expect(existsSync(join(folder, signal, `checkpoints/${String(iterations).padStart(8, '0')}.safetensors`))).toBe(true);
    // The config is the run's own: nothing of it is said again.
    const resumed = await ended(wasmeta('train', '--out', join(folder, signal), '--resume', '--json', '--quiet'));
    expect(JSON.parse(resumed.out)).toMatchObject({ iterations: last, seed: 4, weightsHash: whole.hash });
    expect(metricsOf(signal)).toEqual(metricsOf(whole.out));
  });

  test('a second signal ends it at once', async () => {
    const child = wasmeta('train', '--set', 'tasks=4096', '--set', 'env.horizon=400', '--quiet', '--out', join(folder, 'twice'));
    const end = ended(child);
    while (!existsSync(join(folder, 'twice/config.json'))) await sleep(5);
    await sleep(300);
    const heard = new Promise((done) => child.stderr.once('data', done));
    child.kill('SIGINT');
    await heard;
    child.kill('SIGINT');
    expect((await end).code).toBe(130);
    expect(existsSync(join(folder, 'twice/checkpoints'))).toBe(false);
  });

  const newest = (out: string) => join(folder, out, 'checkpoints/00000002.safetensors');

  test('--resume refuses a checkpoint of another config, with exit code 2 and one line', async () => {
    await twoIterations('base');
    const before = readFileSync(newest('base'));
    for (const more of [
      ['--set', 'gamma=0.5'],
      ['--set', 'tasks=32'],
    ]) {
      const other = await ended(start('base', 4, '--resume', ...more));
      expect([other.code, other.out]).toEqual([2, '']);
      expect(other.err).toMatch(/^wasmeta: .*belongs to another run: different (gamma|tasks).*\n$/);
    }
    expect(readFileSync(newest('base'))).toEqual(before);
  });

  test('--resume refuses the only checkpoint with one bit flipped; with one before it, it warns and ends with the same weights', async () => {
    const { hash } = await undisturbed(6);
    await twoIterations('flipped');
    const flip = (name: string) => {
      const file = join(folder, 'flipped/checkpoints', name);
      const bytes = Uint8Array.from(readFileSync(file));
      bytes[bytes.length - 100] ^= 1;
      writeFileSync(file, bytes);
    };
    flip('00000002.safetensors');
    const damaged = await ended(start('flipped', 6, '--resume'));
    expect([damaged.code, damaged.out]).toEqual([2, '']);
    expect(damaged.err).toMatch(/^wasmeta: .*00000002\.safetensors is damaged.*\n$/);
    flip('00000002.safetensors');
    await ended(start('flipped', 4, '--resume'));
    flip('00000004.safetensors');
    const resumed = await ended(start('flipped', 6, '--resume'));
    expect(resumed.err).toMatch(/warning: .*00000004\.safetensors is damaged.*going on from the one before it/);
    expect(JSON.parse(resumed.out).weightsHash).toBe(hash);
  });

  test('a folder that holds a run is refused without --resume or --overwrite', async () => {
    await twoIterations('taken');
    const before = readFileSync(newest('taken'));
    const again = await ended(start('taken', 2));
    expect([again.code, again.err]).toEqual([2, expect.stringMatching(/^wasmeta: .* holds a run already: --resume .*--overwrite.*\n$/)]);
    expect(readFileSync(newest('taken'))).toEqual(before);
    expect((await ended(start('taken', 2, '--overwrite'))).code).toBe(0);
  });

  // A limit on the size of files stands for a full disk: checkpoints no longer fit, lines of metrics do.
  test('a disk that fills up costs warnings and the last checkpoint, not the training', async () => {
    await twoIterations('full');
    const size = Math.floor(readFileSync(newest('full')).length / 1024) - 1;
    const command = [
      process.execPath,
      cli,
      'train',
      '--resume',
      '--out',
      join(folder, 'full'),
      '--set',
      'iterations=7',
      '--json',
      '--checkpoint',
      '2',
    ];
    const child = spawn('bash', ['-c', `trap "" XFSZ; ulimit -f ${size}; exec "$0" "$@"`, ...command], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { code, err } = await ended(child);
    expect(code).toBe(2);
    expect(err.match(/warning: .*(00000004|00000006|00000007).*can't be written.*; training goes on/g)).toHaveLength(3);
    expect(metricsOf('full')).toHaveLength(7);
    const resumed = await ended(start('full', 7, '--resume'));
    expect(JSON.parse(resumed.out).iterations).toBe(7);
  });
});
