/** The scenes of a film: what its rows hold as the moments that drawings read. */
import type { Moment } from '../envs/drawings/drawing.ts';
import type { Scene } from '../envs/render.ts';
import type { EnvConfig } from '../envs/spec.ts';
import type { ReportFilm } from './data.ts';

/** Rows of a film [episode][moment] with states of S numbers. */
export function momentsOf(episodes: ReportFilm['episodes'], S: number): Moment[][] {
  return episodes.map((rows) =>
    rows.map((row) => {
      const moved = row.length > S;
      return { state: row.slice(0, S), action: moved ? row.slice(S, -1) : null, reward: moved ? row[row.length - 1] : null };
    }),
  );
}

/** Moment t of the trial, counted through its episodes, with all that was before it. */
export function sceneAt(config: EnvConfig, task: ArrayLike<number>, episodes: readonly (readonly Moment[])[], moment: number): Scene {
  let t = moment;
  let e = 0;
  while (e < episodes.length - 1 && t >= episodes[e].length) t -= episodes[e++].length;
  const past = [...episodes.slice(0, e), episodes[e].slice(0, t + 1)];
  return { config, task, state: episodes[e][t].state, observation: [], past };
}
