/** The runs of a sweep as jobs on many machines: as many at the same time as the machines have workers, with one line of progress on all. */
import { basename } from 'node:path';
import type { Learner, LearnerConfig } from '../algorithms/learner.ts';
import { shareDone } from '../core/budget.ts';
import { clock, plural } from '../core/wording.ts';
import { trainRun, type Watcher } from '../experiments/training.ts';
import { now, pause } from '../platform/runtime.ts';
import type { QueueExecutor } from '../queue/executor.ts';
import { remoteLearner } from '../queue/remote-learner.ts';
import { openRun } from '../runs/open-run.ts';

export interface PlannedRun {
  readonly out: string;
  readonly learner: Learner;
  readonly config: LearnerConfig;
}

/** Machines that come while all runs are at work are noticed so often, ms. */
const noticeMs = 1000;

/** false if it was stopped; the runs at work end with a checkpoint then. */
export async function trainOnMachines(runs: readonly PlannedRun[], executor: QueueExecutor, watcher: Watcher): Promise<boolean> {
  const shares = runs.map(() => 0);
  const start = { at: now(), done: null as number | null };
  let stopped = false;

  function show(): void {
    const done = shares.reduce((sum, share) => sum + share, 0) / runs.length;
    start.done ??= done;
    const seconds = (now() - start.at) / 1000;
    const left = done > start.done ? `${clock((seconds * (1 - done)) / (done - start.done))} left` : '';
    const { machines } = executor.counts();
    const ended = shares.filter((share) => share >= 1).length;
    watcher.progress(
      [
        { text: `${ended} of ${plural(runs.length, 'run')} done`, rank: 0 },
        { text: `${Math.floor(100 * done)} %`, rank: 1 },
        { text: plural(machines, 'machine'), rank: 2 },
        { text: done >= 1 ? `in ${clock(seconds)}` : left, rank: 0 },
      ],
      done >= 1 || watcher.stopping,
    );
  }

  async function train({ out, learner, config }: PlannedRun, i: number): Promise<void> {
    const remote = remoteLearner(learner, executor, learner.checkpointEvery, i);
    const own: Watcher = {
      say: () => {},
      warn: (text) => watcher.warn(`${basename(out)}: ${text}`),
      progress: show,
      get stopping() {
        return watcher.stopping && remote.whole;
      },
    };
    const { measured: _, ...plain } = executor; // of all runs together, so it is no metric of one
    const run = await openRun(out);
    const watched: Learner = {
      ...remote.learner,
      async *train(...given) {
        for await (const iteration of remote.learner.train(...given)) {
          shares[i] = Math.min(0.999, shareDone(config, iteration));
          yield iteration;
        }
      },
    };
    const result = await trainRun({ label: basename(out), learner: watched, config, executor: plain, run, mode: 'continue', watcher: own });
    if (result.stopped) stopped = true;
    else shares[i] = 1;
    show();
  }

  const waiting = runs.map((run, i) => () => train(run, i));
  const atWork = new Set<Promise<unknown>>();
  const failures: unknown[] = [];
  while (failures.length === 0) {
    while (!watcher.stopping && waiting.length > 0 && atWork.size < executor.workers) {
      const work: Promise<unknown> = (waiting.shift() as () => Promise<void>)()
        .catch((error) => failures.push(error))
        .finally(() => atWork.delete(work));
      atWork.add(work);
    }
    if (atWork.size === 0) break;
    await Promise.race([...atWork, pause(noticeMs)]);
  }
  if (failures.length > 0) throw failures[0];
  return !stopped && waiting.length === 0;
}
