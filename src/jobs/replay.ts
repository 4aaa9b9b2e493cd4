/** Steps trials again by the actions that were recorded, and keeps every state: what a drawing needs, and a record of observations does not hold. */
import type { SplitName } from '../core/philox.ts';
import type { EnvConfig } from '../envs/spec.ts';
import { VectorEnv } from '../envs/vector-env.ts';
import type { Assets } from '../platform/assets.ts';

/** Tasks firstTask … firstTask + numTasks − 1 of (seed, split), and the actions of a record of their trials, [T, N, A]. */
export interface ReplayJob {
  readonly kind: 'replay';
  readonly shard: number;
  readonly env: EnvConfig;
  readonly seed: number;
  readonly split: SplitName;
  readonly firstTask: number;
  readonly numTasks: number;
  readonly actions: Float32Array;
}

/** One trial: its task ω [W], and its episodes from the start of each, [episode][moment]. A row is a state [S]; but for the first, the action [A] and the reward that led there follow. */
export interface Film {
  readonly task: number[];
  readonly episodes: number[][][];
}

export const replayHandlers = (assets: Assets) => ({
  /** None where a user's module does not show its states. */
  replay({ env, seed, split, firstTask, numTasks: N, actions }: ReplayJob): Film[] {
    const vector = new VectorEnv(assets.engine, env, N);
    try {
      if (!vector.showsStates) return [];
      const { tasks } = vector.reset({ seed, split, firstTask });
      const [W, S] = [tasks.length / N, vector.state().length / N];
      const rows = (all: Float64Array, n: number) => Array.from(all.subarray(n * S, (n + 1) * S));
      const start = vector.state();
      const films = Array.from({ length: N }, (_, n): Film => {
        return { task: Array.from(tasks.subarray(n * W, (n + 1) * W)), episodes: [[rows(start, n)]] };
      });
      const { actionSpace } = vector;
      const width = actionSpace.kind === 'box' ? actionSpace.shape[1] : 1;
      const over = new Set<number>();
      for (let at = 0; at < actions.length && over.size < N; at += N * width) {
        const { rewards, terminated, truncated } = vector.step(actions.slice(at, at + N * width));
        const [now, ended] = [vector.state(), vector.finalState()];
        films.forEach(({ episodes }, n) => {
          if (over.has(n)) return;
          const ends = terminated[n] === 1 || truncated[n] === 1;
          const action = actions.subarray(at + n * width, at + (n + 1) * width);
          episodes[episodes.length - 1].push([...rows(ends ? ended : now, n), ...action, rewards[n]]);
          if (ends && episodes.length === env.episodes) over.add(n);
          else if (ends) episodes.push([rows(now, n)]);
        });
      }
      return films;
    } finally {
      vector.close();
    }
  },
});
