/**
 * Writes down a training as it goes: every iteration's metrics, a checkpoint every so many iterations and at the end.
 * A checkpoint's score is the mean over the iterations since the checkpoint before it.
 */
import { optional } from '../core/border.ts';
import { isDone } from '../core/budget.ts';
import { callable, fail, record as fieldsIn, integer, list, text } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { now } from '../platform/runtime.ts';
import type { MetricsLine, MetricsLog } from './metrics-log.ts';
import type { Run } from './run.ts';

/** The part of an iteration that every algorithm yields. */
export interface Iteration {
  readonly iteration: number;
  readonly steps: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly state: { readonly iteration: number };
}

/** Whose training is recorded, how often a checkpoint is written, and when to stop. */
export interface RecordOptions {
  readonly algo: string;
  readonly config: { readonly iterations: number; readonly steps?: number };
  /** Iterations between checkpoints. */
  readonly checkpointEvery: number;
  /** Environment steps taken before the first iteration of this call. */
  readonly stepsBefore: number;
  /** How good an iteration was, for the best checkpoint: higher is better. Default: the mean return of the last episode. */
  readonly score?: (metrics: Readonly<Record<string, number>>) => number;
  /** Is called with the error if a file could not be written; training goes on and the write is tried again. */
  readonly warn: (error: WasmetaError) => void;
  /** Further metrics, asked for after every iteration: those of the executor, for example. */
  readonly measured?: () => Readonly<Record<string, number>>;
  /** Is called after every iteration; if it returns true, a checkpoint is saved and training ends. */
  readonly stopped?: () => boolean;
}

const lastReturn = (metrics: Readonly<Record<string, number>>) => metrics['rollout/ep_rew_last'];

/** Yields each iteration's line once it is written. Throws `E_IO` only if the last checkpoint can't be written. */
export async function* record(
  iterations: AsyncIterable<Iteration>,
  run: Run,
  log: MetricsLog,
  options: RecordOptions,
): AsyncGenerator<MetricsLine, void, undefined> {
  checkGiven(iterations, run, log, options);
  const { algo, config, checkpointEvery, stepsBefore, warn, score = lastReturn, measured = () => ({}), stopped = () => false } = options;
  const before = log.lines.at(-1)?.['time/time_elapsed'] ?? 0;
  const start = now();
  let scores: number[] = [];
  for await (const { iteration, steps, metrics, state } of iterations) {
    const seconds = (now() - start) / 1000;
    const fps = Math.round((steps - stepsBefore) / Math.max(seconds, 1e-3));
    const line = { iteration, ...metrics, ...measured(), 'time/fps': fps, 'time/time_elapsed': before + seconds };
    await orWarn(warn, () => log.append(line));
    scores.push(score(metrics));
    const last = isDone(config, { iteration, steps }) || stopped();
    if (last || iteration % checkpointEvery === 0) {
      const mean = scores.reduce((a, b) => a + b, 0) / scores.length;
      const save = () => run.save(algo, config, state, mean);
      // The last checkpoint is tried twice; a second failure is an error.
      if (!(await orWarn(warn, save)) && last) await save();
      if (last) await orWarn(warn, () => log.settle());
      scores = [];
    }
    yield line;
    if (last) return;
  }
}

function checkGiven(iterations: unknown, run: unknown, log: unknown, options: unknown): void {
  if (typeof (Object(iterations) as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator] !== 'function')
    fail('iterations', 'what a learner’s train answers', iterations);
  const { save } = Object(run) as Partial<Run>;
  callable('run.save', save);
  const { append, lines } = Object(log) as Partial<MetricsLog>;
  callable('log.append', append);
  list('log.lines', lines, fieldsIn, 0, Number.MAX_SAFE_INTEGER);
  const { algo, config, checkpointEvery, stepsBefore, warn, score, measured, stopped } = fieldsIn('options', options);
  text('options.algo', algo);
  fieldsIn('options.config', config);
  integer('options.checkpointEvery', checkpointEvery, 1, Number.MAX_SAFE_INTEGER);
  integer('options.stepsBefore', stepsBefore, 0, Number.MAX_SAFE_INTEGER);
  callable('options.warn', warn);
  for (const [name, value] of Object.entries({ score, measured, stopped })) optional(callable)(`options.${name}`, value);
}

async function orWarn(warn: (error: WasmetaError) => void, write: () => Promise<void>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (!(error instanceof WasmetaError) || error.code !== 'E_IO') throw error;
    warn(error);
    return false;
  }
}
