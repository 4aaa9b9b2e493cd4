/** What one benchmark measured: a row of the printed table, of the JSON document and of a saved file; and how a row stands to an earlier one. */
import { integer, record, text } from '../core/checks.ts';

export interface BenchRow {
  /** `step/<Env>`: kernel · `vector/<Env>`: VectorEnv.step · `rollout/<Env>/<policy>` · `train/<Env>/<learner>` · `kernel/…`, `learn/…`: the learner. */
  readonly name: string;
  /** Median over the runs. */
  readonly value: number;
  readonly unit: 'steps/s' | 'ms' | 'GFLOP/s' | 'M/s';
  /** 0: on the calling thread. */
  readonly workers: number;
  /** Environments of a job; tasks of an iteration; rows of a kernel. */
  readonly batch: number;
  readonly min: number;
  readonly max: number;
  readonly runs: number;
  /** Median of value × time of a reference loop right before and after it (for ms: divided by it): what is left when the speed of the machine is taken out. */
  readonly relative: number;
  /** Half of the runs lie within this share of `relative`. */
  readonly spread: number;
  /** For rows of the learner: the median of plain tfjs-wasm in the same process, and the median ratio over pairs of runs (how many times faster ours is). */
  readonly plain?: number;
  readonly faster?: number;
  /** Beside an earlier measurement: how many times faster now, `relative` by `relative`. */
  readonly ratio?: number;
}

/** What stays of one run: its value, and the milliseconds of the reference loop around it. */
export interface Run {
  readonly value: number;
  readonly referenceMs: number;
}

export function rowOf(
  about: Pick<BenchRow, 'name' | 'unit' | 'workers' | 'batch'> & Pick<Partial<BenchRow>, 'plain' | 'faster'>,
  runs: readonly Run[],
): BenchRow {
  const values = runs.map(({ value }) => value);
  const relatives = sorted(runs.map(({ value, referenceMs }) => (about.unit === 'ms' ? value / referenceMs : value * referenceMs)));
  const relative = median(relatives);
  const [low, high] = [0.25, 0.75].map((share) => relatives[Math.round(share * (relatives.length - 1))]);
  return {
    ...about,
    value: median(values),
    min: Math.min(...values),
    max: Math.max(...values),
    runs: runs.length,
    relative,
    spread: (high - low) / relative,
  };
}

const sorted = (values: readonly number[]) => values.toSorted((a, b) => a - b);

export function median(values: readonly number[]): number {
  return sorted(values)[values.length >> 1];
}

/** By what a row is found again in a file. */
export function keyOf(row: Pick<BenchRow, 'name' | 'workers' | 'batch'>): string {
  const { name, workers, batch } = record('row', row);
  return `${text('row.name', name)} · batch ${integer('row.batch', batch, 0)} · workers ${integer('row.workers', workers, 0)}`;
}

/** How many times faster a row is than before. */
export function ratioTo(before: BenchRow, now: BenchRow): number {
  return now.unit === 'ms' ? before.relative / now.relative : now.relative / before.relative;
}

/** A row at −10 % or worse is slower. */
export const slowerBelow = 0.9;
