/**
 * A whole run, simulated from one seed: a training with files, workers and clock, disturbed at random and taken up again until nothing disturbs it.
 * Throws where a promise is broken: the weights of an undisturbed run, no checkpoint lost, typed errors alone, no hang, nothing left open.
 */

import { defineLearner } from '../../src/algorithms/learner.ts';
import { WasmetaError } from '../../src/core/errors.ts';
import { hashArrays } from '../../src/core/hash.ts';
import { seedNumber } from '../../src/core/schema.ts';
import { trainRun } from '../../src/experiments/training.ts';
import { folderFiles } from '../../src/runs/folder-files.ts';
import { Run } from '../../src/runs/run.ts';
import { createPool } from '../../src/workers/pool.ts';
import { EMPTY_MODULE } from '../workers/empty-module.ts';
import { FakeThread, type Misdeed } from './fake-thread.ts';
import { failure, MemoryDisk } from './memory-disk.ts';
import { jumpWallClock, sleepAll, virtually } from './virtual-clock.ts'; // first: it stands in for the clock

interface SumJob {
  readonly kind: 'sum';
  readonly shard: number;
  readonly parameters: Float32Array;
}

/** What a worker computes: arithmetic whose order of summing shows in the bits. */
function gradient({ shard, parameters }: SumJob): Float32Array {
  return parameters.map((value, i) => Math.fround(value * 0.37 + (shard + 1) / (i + 3)));
}

const shards = 3;

const learner = defineLearner({
  name: 'simulated',
  title: 'a learner for the simulation',
  settings: { seed: seedNumber(1), iterations: seedNumber(7) },
  parts: {},
  environments: () => [],
  initial: ({ seed }) => ({ iteration: 0, steps: 0, parameters: Float32Array.from({ length: 20 }, (_, i) => (seed % 97) / (i + 1)) }),
  async iterate(_, state, executor) {
    const jobs = Array.from({ length: shards }, (__, shard) => ({ kind: 'sum', shard, parameters: state.parameters }));
    const gradients = (await executor.run(jobs as never)) as unknown[] as Float32Array[];
    for (const one of gradients) for (let i = 0; i < one.length; i++) state.parameters[i] = Math.fround(state.parameters[i] * 0.9 + one[i]);
    state.steps += 10;
    return { 'time/total_timesteps': state.steps, 'rollout/ep_rew_first': 0, 'rollout/ep_rew_last': (state.steps * 7) % 40 };
  },
  tests: {
    axis: 'episode',
    returns: () => Promise.reject(new Error('not tested')),
    test: () => Promise.reject(new Error('not tested')),
  },
});

/** Mulberry32, in [0, 1). */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const faults = [
  'one call of the disk fails',
  'the disk fails from a call on',
  'writes and reads are short',
  'the process is killed at a call of the disk',
  'the power is cut at a call of the disk',
  'the folder is removed',
  'another process takes the run over',
  'the newest checkpoint is damaged',
  'workers misbehave',
  'the time of day jumps',
  'the machine sleeps',
  'it is asked to stop',
] as const;
export type Fault = (typeof faults)[number];

const misdeeds: readonly Misdeed[] = ['die', 'silent', 'late', 'noise', 'unreadable', 'garbage'];
const mayEndWith = ['E_IO', 'E_WORKER_LOST', 'E_DEADLINE', 'E_CHECKPOINT_CORRUPT'];
const folder = '/home/runs/one';
const checkpoints = `${folder}/checkpoints`;

export interface Story {
  readonly faults: ReadonlySet<Fault>;
  readonly attempts: number;
  readonly codes: readonly string[];
  /** Every fault with its place, for whoever reads of a broken promise. */
  readonly told: readonly string[];
}

/** Throws with the seed and what had happened. */
export async function simulate(seed: number): Promise<Story> {
  const told: string[] = [];
  try {
    return await virtually(() => live(seed, told));
  } catch (error) {
    throw new Error(`seed ${seed}: ${error instanceof Error ? error.stack : String(error)}\n  ${told.join('\n  ')}`, { cause: error });
  }
}

async function live(seed: number, told: string[]): Promise<Story> {
  const random = randomOf(seed);
  const below = (n: number) => Math.floor(random() * n);
  const config = learner.resolve({ seed, iterations: 3 + below(6) });
  const checkpointEvery = 1 + below(3);
  const expected = await undisturbed(config);
  const disk = new MemoryDisk();
  disk.fs.mkdirSync('/home/runs', { recursive: true });
  for (const path of ['/', '/home']) disk.fs.fsyncSync(disk.fs.openSync(path, 'r'));
  disk.kill();
  const all = new Set<Fault>();
  const codes: string[] = [];
  let saved = 0;
  const disturbed = 1 + below(5);
  for (let attempt = 1; attempt <= disturbed + 1; attempt++) {
    const drawn = new Set<Fault>();
    if (attempt <= disturbed) for (let i = 0; i <= below(2); i++) drawn.add(faults[below(faults.length)]);
    for (const fault of drawn) all.add(fault);
    told.push(`attempt ${attempt} from ${saved}: ${[...drawn].join(', ') || 'undisturbed'}`);
    const end = await attempted(drawn);
    told.push(`  ${end}`);
    if (end !== 'done' && end !== 'stopped') codes.push(end);
    if (attempt > disturbed && end !== 'done') throw new Error(`undisturbed, it ended with ${end}`);
  }
  return { faults: all, attempts: disturbed + 1, codes, told };

  async function attempted(drawn: ReadonlySet<Fault>): Promise<string> {
    if (drawn.has('the newest checkpoint is damaged')) damageNewest();
    const mode = await mustHoldSaved();
    const dead = { killed: false, cut: false };
    const moment = new Map([...drawn].map((fault) => [fault, 1 + below(fault.startsWith('the folder') ? 150 : 250)]));
    let calls = 0;
    let stopping = false;
    const code = ['EIO', 'ENOSPC', 'EROFS', 'EMFILE'][below(4)];
    disk.before = (call, path, bytes) => {
      if (dead.killed) throw failure('EKILLED');
      calls++;
      const now = (fault: Fault) => moment.get(fault) === calls;
      if (now('the process is killed at a call of the disk') || now('the power is cut at a call of the disk')) {
        dead.killed = true;
        dead.cut = now('the power is cut at a call of the disk');
        stopping = true;
        told.push(`  ${dead.cut ? 'cut' : 'killed'} at ${call} ${path}`);
        throw failure('EKILLED');
      }
      if (now('the time of day jumps')) jumpWallClock((random() - 0.5) * 1e10);
      if (now('the machine sleeps')) sleepAll(random() * 1e8);
      if (now('it is asked to stop')) stopping = true;
      if (now('the folder is removed')) {
        told.push(`  folder removed at ${call} ${path}`);
        disk.drop(folder);
        saved = 0;
      }
      if (now('another process takes the run over') && disk.bytesOf(`${folder}/run.lock`) !== null)
        disk.put(`${folder}/run.lock`, new TextEncoder().encode('{"pid":1,"host":"elsewhere","since":"2026-01-01T00:00:00Z"}'));
      const from = moment.get('the disk fails from a call on') ?? Number.POSITIVE_INFINITY;
      if (now('one call of the disk fails') || calls >= from) {
        told.push(`  ${code} at ${call} ${path}`);
        throw failure(code);
      }
      return drawn.has('writes and reads are short') && random() < 0.5 ? Math.max(1, Math.floor(bytes * random())) : undefined;
    };
    const rate = drawn.has('workers misbehave') ? 0.3 * random() : 0;
    const draw = (): Misdeed => (random() < rate ? misdeeds[below(misdeeds.length)] : 'none');
    const executor = createPool({
      workers: 1 + below(4),
      deadlineMs: 1000,
      retries: 3,
      wasm: { engine: EMPTY_MODULE, kernels: EMPTY_MODULE, tfjs: EMPTY_MODULE },
      worker: () => new FakeThread(draw, (job) => gradient(job as SumJob)),
    });
    const run = new Run(folderFiles(folder, disk.fs));
    const save = run.save.bind(run);
    run.save = async (algo, its, state, score) => {
      await save(algo, its, state, score);
      saved = disk.bytesOf(`${checkpoints}/${String(state.iteration).padStart(8, '0')}.safetensors`) === null ? saved : state.iteration;
    };
    const watcher = {
      say: () => {},
      warn: (text: string) => told.push(`  warning: ${text.slice(0, 200)}`),
      progress: () => {},
      get stopping() {
        return stopping;
      },
    };
    const end = await trainRun({ label: 'one', learner, config, executor, run, checkpointEvery, mode, watcher }).then(
      ({ stopped, weightsHash }) => {
        if (!stopped && weightsHash !== expected) throw new Error('the weights differ from those of an undisturbed run');
        return stopped ? 'stopped' : 'done';
      },
      (error) => {
        if (isForeign(error)) {
          // Nothing proves that what is left was a run's: its user makes room.
          disk.drop(folder);
          saved = 0;
          return error.code;
        }
        if (!(error instanceof WasmetaError) || !mayEndWith.includes(error.code)) throw error;
        told.push(`  ${error.message.slice(0, 300)}`);
        return error.code;
      },
    );
    await executor.close();
    disk.before = () => undefined;
    if (!dead.killed && disk.openFiles > 0) throw new Error(`${disk.openFiles} files were left open`);
    disk.kill();
    if (dead.cut) disk.powerCut(random);
    // The other process goes; a lock that a power cut emptied grows old.
    if (drawn.has('another process takes the run over') || dead.cut) disk.drop(`${folder}/run.lock`);
    return end;
  }

  function isForeign(error: unknown): error is WasmetaError {
    return error instanceof WasmetaError && error.code === 'E_CONFIG' && disk.bytesOf(`${folder}/config.json`) === null;
  }

  /** The newest checkpoint that was said to be saved, or a newer one, can be read. Where there is none, the run begins anew. */
  async function mustHoldSaved(): Promise<'continue' | 'overwrite'> {
    const skipped: string[] = [];
    const loaded = await new Run(folderFiles(folder, disk.fs))
      .load('last', ({ message }) => skipped.push(message))
      .catch((error) => {
        if (saved > 0 || !(error instanceof WasmetaError))
          throw new Error(`the checkpoint of iteration ${saved} is lost`, { cause: error });
        return error.code;
      });
    if (typeof loaded === 'string') return loaded === 'E_CHECKPOINT_CORRUPT' ? 'overwrite' : 'continue';
    const { iteration } = loaded.state as { iteration: number };
    if (iteration < saved)
      throw new Error(`the checkpoint of iteration ${saved} is lost: ${iteration} is the newest, ${skipped.join('; ')}`);
    saved = iteration;
    return 'continue';
  }

  function damageNewest(): void {
    const whole = disk
      .namesIn(checkpoints)
      .filter((name) => /^\d+\.safetensors$/.test(name))
      .sort();
    const newest = whole.pop();
    if (newest === undefined) return;
    const bytes = (disk.bytesOf(`${checkpoints}/${newest}`) as Uint8Array).slice(0, random() < 0.3 ? below(300) : undefined);
    if (bytes.length > 0) bytes[below(bytes.length)] ^= 1 << below(8);
    disk.put(`${checkpoints}/${newest}`, bytes);
    saved = 0;
  }
}

/** The hash of the weights that plain arithmetic gives. */
async function undisturbed(config: ReturnType<typeof learner.resolve>): Promise<string> {
  const executor = { workers: 1, run: async (jobs: readonly unknown[]) => jobs.map((job) => gradient(job as SumJob)) };
  let weights = new Float32Array();
  for await (const { state } of learner.train(config, executor as never)) weights = state.parameters.slice();
  return hashArrays([weights]);
}
