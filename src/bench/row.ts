/** What one benchmark measured: a row of the printed table, and of the JSON document. */
export interface BenchRow {
  /** `step/<Env>`: kernel · `vector/<Env>`: VectorEnv.step · `rollout/<Env>/<policy>` · `train/…` · `kernel/…`, `learn/…`: the learner. */
  readonly name: string;
  /** Median over the runs. */
  readonly value: number;
  readonly unit: 'steps/s' | 's' | 'ms' | 'GFLOP/s' | 'M/s';
  readonly workers: number;
  readonly batch: number;
  readonly min: number;
  readonly max: number;
  readonly runs: number;
  /** For rows of the learner: the median of plain tfjs-wasm in the same process, and the median ratio over pairs of runs (how many times faster ours is). */
  readonly plain?: number;
  readonly faster?: number;
}
