/** The published results that `wasmeta reproduce` knows: settings, protocol and numbers, with their sources. */
import { resolveMaml } from '../algorithms/maml.ts';
import { resolveSupervisedMaml, sinusoidTest, supervisedMaml } from '../algorithms/supervised-maml.ts';
import type { Executor } from '../executors/executor.ts';
import { openRun } from '../runs/open-run.ts';
import { learnerOf } from './learners.ts';
import { ProgressLine, remark } from './output.ts';
import { presetFiles } from './presets.ts';
import { trainRun } from './training.ts';

export interface Score {
  readonly mean: number;
  /** null where it was not published. */
  readonly stderr: number | null;
}

export interface ReproductionRow {
  readonly setting: string;
  readonly axis: string;
  readonly ours: Score;
  readonly published: Score | null;
  /** Known exactly; null where it is not. */
  readonly exact: number | null;
  /** (ours − published) in standard errors of both together; null where theirs has none. */
  readonly difference: number | null;
}

export interface ReproductionOptions {
  readonly seeds: readonly number[];
  readonly out: string;
  readonly executor: Executor;
}

export interface Reproduction {
  readonly title: string;
  /** null if a signal stopped it; it goes on when it is asked for again. */
  run(options: ReproductionOptions): Promise<{ seconds: number; steps: number; rows: ReproductionRow[] } | null>;
}

function row(setting: string, axis: string, ours: Score, published: Score | null, exact: number | null = null): ReproductionRow {
  const both = Math.hypot(ours.stderr ?? 0, published?.stderr ?? 0);
  const difference = published === null || published.stderr === null ? null : (ours.mean - published.mean) / both;
  return { setting, axis, ours, published, exact, difference };
}

/** Rows of all seeds together: the mean of their means; its standard error from those of each. */
function together(rows: readonly ReproductionRow[], name: string): ReproductionRow[] {
  return [...new Set(rows.map(({ axis }) => axis))].map((axis) => {
    const same = rows.filter((one) => one.axis === axis);
    const mean = same.reduce((sum, { ours }) => sum + ours.mean, 0) / same.length;
    const stderr = Math.hypot(...same.map(({ ours }) => ours.stderr ?? 0)) / same.length;
    return row(name, axis, { mean, stderr }, same[0].published, same[0].exact);
  });
}

const stepNames = (steps: number) => Array.from({ length: steps + 1 }, (_, k) => `${k} ${k === 1 ? 'step' : 'steps'}`);

/** Finn et al. 2017, figure 4; numbers from the result files of cbfinn/maml_rl: 40 test tasks, α = 0.5, then α/2, 40 trajectories a step. */
export const navigation: Reproduction = {
  title: 'MAML on 2D navigation (Finn et al. 2017): return after gradient steps on fresh tasks',
  async run({ seeds, out, executor }) {
    const published = [
      { mean: -40.41, stderr: 2.04 },
      { mean: -11.68, stderr: 1.1 },
      { mean: -3.33, stderr: 0.28 },
      { mean: -3.23, stderr: 0.29 },
    ];
    const preset = presetFiles('maml').find(({ name }) => name === 'maml-navigation')?.config ?? {};
    const rows: ReproductionRow[] = [];
    let [seconds, steps] = [0, 0];
    for (const seed of seeds) {
      const { algo: _, ...options } = preset;
      const config = resolveMaml({ ...(options as unknown as Parameters<typeof resolveMaml>[0]), seed });
      const run = await openRun(`${out}/seed-${seed}`);
      const mode = (await run.hasCheckpoint()) ? 'resume' : 'overwrite';
      const trained = await trainRun({
        label: `seed ${seed}`,
        algo: 'maml',
        config,
        executor,
        run,
        checkpointEvery: 5,
        mode,
        quiet: false,
      });
      if (trained.exitCode !== null) {
        process.exitCode = trained.exitCode;
        return null;
      }
      seconds += trained.history.at(-1)?.['time/time_elapsed'] ?? 0;
      steps += trained.state.steps;
      const test = await learnerOf('maml').test(
        config,
        trained.state,
        { tasks: 40, seed: 9, greedy: false, steps: 3, trajectories: 40 },
        executor,
      );
      const names = stepNames(3);
      test.mean.forEach((mean, k) => {
        rows.push(row(`seed ${seed}`, names[k], { mean, stderr: test.stderr[k] }, published[k]));
      });
      remark(
        `seed ${seed}: ${test.mean.map((x, k) => `${x.toFixed(2)} ± ${test.stderr[k].toFixed(2)}`).join(', ')} after 0, 1, 2, 3 steps`,
      );
    }
    return { seconds, steps, rows: [...rows, ...together(rows, 'all seeds')] };
  },
};

/** Finn et al. 2017, figure 3 (MAML's own numbers as recalled from the paper, without standard errors); 5 points to adapt on. */
export const sinusoid: Reproduction = {
  title: 'Supervised MAML on sinusoids (Finn et al. 2017): mean squared error after gradient steps on fresh tasks',
  async run({ seeds, executor }) {
    const published: Record<number, number> = { 1: 0.67, 5: 0.38, 10: 0.35 };
    const rows: ReproductionRow[] = [];
    const start = Date.now();
    for (const seed of seeds) {
      const config = resolveSupervisedMaml({ seed, points: 5 });
      const progress = new ProgressLine(false);
      let parameters = new Float32Array();
      let smooth = 0;
      for await (const { iteration, loss, state } of supervisedMaml(config, executor)) {
        parameters = state.parameters as Float32Array<ArrayBuffer>;
        smooth = iteration === 1 ? loss : 0.99 * smooth + 0.01 * loss;
        progress.show(`seed ${seed}  ${iteration}/${config.iterations}  error ${smooth.toFixed(3)}`, iteration === config.iterations);
      }
      const test = await sinusoidTest(config, parameters, { tasks: 1000, seed: 9, points: 5, steps: 10 }, executor);
      const names = stepNames(10);
      for (const k of [0, 1, 5, 10]) {
        const theirs = published[k] === undefined ? null : { mean: published[k], stderr: null };
        rows.push(row(`seed ${seed}`, names[k], { mean: test.mean[k], stderr: test.stderr[k] }, theirs, k === 0 ? 3.0057 : null));
      }
    }
    return { seconds: (Date.now() - start) / 1000, steps: 0, rows: [...rows, ...together(rows, 'all seeds')] };
  },
};
