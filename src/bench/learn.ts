/**
 * The rows of the benchmark about the learner, on the calling thread: kernels in GFLOP/s, gradients in ms. Each is compared with plain tfjs-wasm in the same
 * process, a second copy of tfjs without our kernels; runs of the two alternate.
 */

import { text } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { loadAssets } from '../platform/assets.ts';
import { now } from '../platform/runtime.ts';
import { startTf } from '../tf/backend.ts';
import type { Tf } from '../tf/tf.ts';
import { referenceMs } from './clock.ts';
import { type BenchRow, median, type Run, rowOf } from './row.ts';
import * as workloads from './workloads.ts';

interface Case {
  readonly name: string;
  readonly batch: number;
  readonly unit: 'ms' | 'GFLOP/s' | 'M/s';
  /** The value of one run, computed from its milliseconds. */
  readonly value: (ms: number) => number;
  /** What another library must know to do the same work. */
  readonly peer?: Pick<PeerWorkload, 'kind' | 'shape'>;
  readonly make: (tf: Tf, plain: boolean, read?: boolean) => workloads.Workload;
}

/** A workload that other libraries can do, too: from the same numbers (`filled`) to the same gradients. */
export interface PeerWorkload {
  readonly kind: 'product' | 'policy-gradient' | 'meta-gradient' | 'gru';
  readonly shape: Readonly<Record<string, unknown>>;
  /** Starts tfjs, with our kernels or as it is published; each call of what it answers does the work once and returns its numbers. */
  readonly open: (which: 'ours' | 'plain') => Promise<() => Float32Array[]>;
}

const asMs = (ms: number) => ms;

const products: [string, number, number, number, boolean, boolean][] = [
  ['layer', 2000, 64, 64, false, false],
  ['layer-input-gradient', 2000, 64, 64, false, true],
  ['layer-weight-gradient', 64, 64, 2000, true, false],
  ['head', 2000, 2, 64, false, false],
  ['gru-64-step', 32, 192, 64, false, false],
  ['gru-256-step', 64, 768, 256, false, false],
  ['square-512', 512, 512, 512, false, false],
];

const mlps: [string, workloads.MlpShape][] = [
  ['mlp-64-64-tanh', workloads.mamlShape],
  ['mlp-100-100-relu', { sizes: [2, 100, 100, 2], activation: 'relu', samples: 2000 }],
  ['mlp-256-256-tanh', { sizes: [17, 256, 256, 6], activation: 'tanh', samples: 2000 }],
];

/** T is smaller for larger batches, so that plain tfjs ends within seconds. */
const grus: [string, workloads.SequenceShape][] = [
  ['gru-64', workloads.gruShape],
  ['gru-128-b16', { T: 50, N: 16, I: 6, H: 128 }],
  ['gru-128-b64', { T: 50, N: 64, I: 6, H: 128 }],
  ['gru-128-b256', { T: 20, N: 256, I: 6, H: 128 }],
  ['gru-256-b16', { T: 50, N: 16, I: 6, H: 256 }],
  ['gru-256-b64', { T: 20, N: 64, I: 6, H: 256 }],
  ['gru-256-b256', { T: 10, N: 256, I: 6, H: 256 }],
];

const cases: Case[] = [
  ...products.map(
    ([name, M, N, K, ta, tb]): Case => ({
      name: `kernel/product-${name}`,
      batch: M,
      unit: 'GFLOP/s',
      value: (ms) => (2 * M * N * K) / ms / 1e6,
      peer: { kind: 'product', shape: { M, N, K, transposeA: ta, transposeB: tb } },
      make: (tf, _, read) => workloads.product(tf, M, N, K, ta, tb, read),
    }),
  ),
  ...(['tanh', 'sigmoid', 'exp', 'softplus'] as const).map(
    (name): Case => ({
      name: `kernel/${name}`,
      batch: workloads.elementwiseCount,
      unit: 'M/s',
      value: (ms) => workloads.elementwiseCount / ms / 1e3,
      make: (tf) => workloads.elementwise(tf, name),
    }),
  ),
  ...mlps.flatMap(([name, shape]): Case[] => [
    {
      name: `learn/policy-gradient/${name}`,
      batch: shape.samples,
      unit: 'ms',
      value: asMs,
      peer: { kind: 'policy-gradient', shape: { ...shape } },
      make: (tf, plain) => workloads.policyGradient(tf, shape, plain ? workloads.singleOps : undefined),
    },
    {
      name: shape === workloads.mamlShape ? 'learn/maml-meta-gradient' : `learn/maml-meta-gradient/${name}`,
      batch: shape.samples,
      unit: 'ms',
      value: asMs,
      peer: { kind: 'meta-gradient', shape: { ...shape } },
      make: (tf, plain) => workloads.metaGradient(tf, shape, plain ? workloads.singleOps : undefined),
    },
  ]),
  ...grus.map(
    ([name, shape]): Case => ({
      name: `learn/${name}`,
      batch: shape.N,
      unit: 'ms',
      value: asMs,
      peer: { kind: 'gru', shape: { ...shape } },
      make: (tf, plain) => (plain ? workloads.gruGradientFromOps(tf, shape) : workloads.gruGradient(tf, shape)),
    }),
  ),
];

export function learnBenchNames(): string[] {
  return cases.map(({ name }) => name);
}

/** The workload behind a row of the learner's benchmark, for bench/peers.mjs. */
export function peerWorkload(name: string): PeerWorkload {
  text('name', name);
  const found = cases.find((one) => one.name === name && one.peer !== undefined);
  if (found?.peer === undefined) {
    const known = cases.filter(({ peer }) => peer !== undefined).map((one) => one.name);
    throw new WasmetaError('E_UNKNOWN_NAME', `no workload for other libraries is named "${name}"`, { known });
  }
  const open = async (which: 'ours' | 'plain') => {
    const assets = await loadAssets({ learner: true });
    const tf = which === 'ours' ? await startTf(assets) : await plainTf(assets.tfjs as ArrayBuffer);
    return found.make(tf, which === 'plain', true);
  };
  return { ...found.peer, open };
}

export async function runLearnBenchmarks(
  wanted: (row: Pick<BenchRow, 'name' | 'batch' | 'workers'>) => boolean,
  runs: number,
  add: (measure: () => Promise<BenchRow>) => Promise<void>,
): Promise<void> {
  const chosen = cases.filter(({ name, batch }) => wanted({ name, batch, workers: 0 }));
  if (chosen.length === 0) return;
  const assets = await loadAssets({ learner: true });
  const [tf, plain] = [await startTf(assets), await plainTf(assets.tfjs as ArrayBuffer)];
  for (const { name, batch, unit, value, make } of chosen)
    await add(async () => {
      const [ours, theirs] = await inTurn(make(tf, false), make(plain, true), runs);
      const faster = median(theirs.map(({ value: ms }, i) => ms / ours[i].value));
      const measured = ours.map((run) => ({ ...run, value: value(run.value) }));
      return rowOf({ name, unit, workers: 0, batch, plain: value(median(theirs.map(({ value: ms }) => ms))), faster }, measured);
    });
}

/** Milliseconds of warm-up for both, with at least two runs each: before that, WebAssembly and JavaScript run unoptimised code. */
const warmUpMs = 400;

/** Milliseconds of each run after the warm-up; ours and theirs alternate, with the reference loop before each of ours. Short work is repeated within a run. */
async function inTurn(ours: workloads.Workload, theirs: workloads.Workload, runs: number): Promise<[Run[], Run[]]> {
  const times: [Run[], Run[]] = [[], []];
  const repeats = [ours, theirs].map((work) => {
    const end = now() + warmUpMs;
    work();
    let ms = 0;
    do {
      const start = now();
      work();
      ms = now() - start;
    } while (now() < end);
    return Math.max(1, Math.min(1000, Math.ceil(20 / Math.max(ms, 0.01))));
  });
  for (let run = 0; run < runs; run++) {
    const reference = await referenceMs(null); // a page may show the row before
    [ours, theirs].forEach((work, who) => {
      const start = now();
      for (let k = 0; k < repeats[who]; k++) work();
      times[who].push({ value: (now() - start) / repeats[who], referenceMs: reference });
    });
  }
  return times;
}

let plainStarted: Promise<Tf> | null = null;

/** Another copy of tfjs, under another address, so that it has a registry of its own. */
function plainTf(bytes: ArrayBuffer): Promise<Tf> {
  plainStarted ??= startPlain(bytes);
  return plainStarted;
}

async function startPlain(bytes: ArrayBuffer): Promise<Tf> {
  const address = `${new URL('./tf.js', import.meta.url).href}?plain`;
  const tf = (await import(/* @vite-ignore */ address)) as Tf;
  tf.setWasmBinary(bytes);
  await tf.startBackend();
  return tf;
}
