/** A worker with a runner that misbehaves on demand. Bundled by fake-pool.ts, because workers can't load TypeScript. */
import { parentPort as port } from 'node:worker_threads';
import { alive } from '../../src/core/alive.ts';
import { WasmetaError } from '../../src/core/errors.ts';
import { hostWorker } from '../../src/workers/worker-host.ts';

/** What a job may ask for. `once`: an Int32Array over shared memory; the misdeed happens only the first time. */
export interface FakeJob {
  kind: string;
  shard: number;
  value?: unknown;
  once?: Int32Array;
}

/** A module whose one function traps: (func (export "f") unreachable). */
const TRAP = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 5, 1, 3, 0, 0, 11]);

const misdeeds: Record<string, (job: FakeJob) => unknown> = {
  exit: () => process.exit(3),
  'throw-later': () => {
    setTimeout(() => {
      throw new TypeError('thrown outside any job');
    });
    return new Promise(() => {});
  },
  oom: () => {
    const kept: number[][] = [];
    for (;;) kept.push(new Array(100_000).fill(kept.length + 0.5));
  },
  hang: () => {
    for (;;);
  },
  silent: () => new Promise(() => {}),
  /** Works for `value` ms without a break and shows life after each step, as rollouts and kernels do. */
  busy: ({ value }) => {
    for (const end = performance.now() + (value as number); performance.now() < end; ) alive();
    return 'done';
  },
  garbage: () => {
    port?.on('message', () => {}); // stays alive
    const post = port?.postMessage.bind(port);
    if (port !== null) port.postMessage = (message: object) => post?.({ ...message, type: 'RAW', value: 'what is this' });
    return 1;
  },
  'typed-error': ({ value }) => {
    throw new WasmetaError('E_NOT_FINITE', 'the loss is NaN', { value, refuse: () => 1 });
  },
  'plain-error': () => {
    throw new RangeError('a bug');
  },
  trap: () => (new WebAssembly.Instance(new WebAssembly.Module(TRAP)).exports.f as () => void)(),
};

let jobs = 0;
const memory = new WebAssembly.Memory({ initial: 16 });

async function run(job: FakeJob): Promise<unknown> {
  jobs += 1;
  const misdeed = misdeeds[job.kind];
  if (misdeed !== undefined && (job.once === undefined || Atomics.add(job.once, 0, 1) === 0)) return misdeed(job);
  if (job.kind === 'count') return jobs;
  if (job.kind === 'view') return { view: new Float32Array(memory.buffer, 64, 4).fill(7) };
  if (job.kind === 'double') return { doubled: (job.value as Float32Array).map((x) => 2 * x) };
  return { shard: job.shard, value: job.value };
}

hostWorker(async () => ({ run, close() {} }) as never);
