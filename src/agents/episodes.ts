/** Episodes that an agent has played in somebody's loop, as the time-major rows that its gradient step reads. */
import { fail, finite, record } from '../core/checks.ts';
import { familyOf, portsOf } from '../envs/registry.ts';
import type { EnvConfig } from '../envs/spec.ts';
import { type PolicySpec, resolvePolicy } from '../policies/policy.ts';
import type { TaskPaths } from '../rollout/task-paths.ts';

/** One episode of T steps. */
export interface EpisodeData {
  /** [T, O], what the agent acted on: without the last observation. */
  readonly observations: ArrayLike<number>;
  /** [T, A], as the agent gave them; discrete: [T]. */
  readonly actions: ArrayLike<number>;
  /** [T] */
  readonly rewards: ArrayLike<number>;
  /** [T], `agent.logProbabilities` after each action. Default: computed again, which may differ in the last bits. */
  readonly logProbabilities?: ArrayLike<number>;
}

/** Paths whose log-probabilities may be missing. */
export interface GivenPaths extends Omit<TaskPaths, 'logProbabilities'> {
  readonly logProbabilities: Float32Array | null;
}

/** Throws `E_ARGUMENT` or `E_NOT_FINITE`. */
export function pathsOf(env: EnvConfig, policy: PolicySpec, episodes: readonly EpisodeData[]): GivenPaths {
  if (!Array.isArray(episodes) || episodes.length < 2) fail('episodes', 'at least 2 episodes { observations, actions, rewards }', episodes);
  const ports = portsOf(env);
  const { inputs: protocol, inputSize: I } = resolvePolicy(policy, ports);
  const [O, width] = [ports.observationSize, ports.actionWidth];
  const discrete = 'n' in familyOf(env.id).action(env);
  const A = discrete ? 1 : width;
  const lengths = episodes.map((episode, m) => checkEpisode(`episodes[${m}]`, episode, O, A));
  const [M, T] = [episodes.length, Math.max(...lengths)];
  const rows = { inputs: new Float32Array(T * M * I), actions: new Float32Array(T * M * A) };
  const [rewards, valid, logs] = [0, 0, 0].map(() => new Float32Array(T * M));
  episodes.forEach(({ observations, actions, rewards: paid, logProbabilities }, m) => {
    for (let t = 0; t < lengths[m]; t++) {
      const row = t * M + m;
      for (let o = 0; o < O; o++) rows.inputs[row * I + o] = observations[t * O + o];
      for (let a = 0; a < A; a++) rows.actions[row * A + a] = actions[t * A + a];
      rewards[row] = paid[t];
      logs[row] = logProbabilities?.[t] ?? 0;
      valid[row] = 1;
      if (protocol !== 'trial') continue;
      const carried = row * I + O;
      if (t === 0) rows.inputs[carried + width + 1] = 1;
      else {
        if (discrete) rows.inputs[carried + actions[t - 1]] = 1;
        else for (let a = 0; a < A; a++) rows.inputs[carried + a] = actions[(t - 1) * A + a];
        rows.inputs[carried + width] = paid[t - 1];
      }
    }
  });
  const known = episodes.every(({ logProbabilities }) => logProbabilities !== undefined);
  return {
    numTrials: M,
    taken: T,
    inputSize: I,
    actionSize: A,
    ...rows,
    trainingRewards: rewards,
    valid,
    logProbabilities: known ? logs : null,
  };
}

/** Its length T. */
function checkEpisode(path: string, episode: EpisodeData, O: number, A: number): number {
  record(path, episode);
  const { observations, actions, rewards, logProbabilities } = episode;
  const T = rewards?.length ?? 0;
  if (T < 1) fail(`${path}.rewards`, 'at least one reward', rewards);
  const sized = (title: string, values: ArrayLike<number> | undefined, size: number) => {
    if (values?.length !== size) fail(`${path}.${title}`, `${size} numbers (${T} steps × ${size / T})`, values);
    finite(`${path}.${title}`, values);
  };
  sized('observations', observations, T * O);
  sized('actions', actions, T * A);
  sized('rewards', rewards, T);
  if (logProbabilities !== undefined) sized('logProbabilities', logProbabilities, T);
  return T;
}
