/**
 * The replay of a goal-conditioned learner: whole episodes in a ring, with the observation that their last step led to, and minibatches of their transitions with
 * hindsight. It is plain data in the learner's state, so that a checkpoint resumes to the same bits and any number of workers gives the same weights.
 */
import { philox, purposeOf, split, stream, toUniform } from '../core/philox.ts';
import { mustHaveRoom } from '../core/room.ts';
import { placeIn } from '../envs/goal-inputs.ts';
import { familyOf } from '../envs/registry.ts';
import { countsOf, type EnvConfig, isDrawn } from '../envs/spec.ts';
import type { KeptSteps } from '../jobs/trials.ts';

/** O, A, W: numbers of an observation without its goal, of an action and of a goal. H: horizon. */
export interface ReplaySizes {
  readonly O: number;
  readonly A: number;
  readonly W: number;
}

export interface Replay {
  /** Episodes ever put in. */
  count: number;
  /** [episodes, H + 1, O] without goals; behind an episode's last step the observation that it led to. */
  readonly observations: Float32Array;
  /** [episodes, H, A] */
  readonly actions: Float32Array;
  /** [episodes, W] */
  readonly goals: Float32Array;
  /** [episodes], steps taken. */
  readonly lengths: Float32Array;
}

export function emptyReplay(episodes: number, H: number, { O, A, W }: ReplaySizes): Replay {
  mustHaveRoom('replay', episodes * (H + 1) * O);
  mustHaveRoom('replay', episodes * H * A);
  return {
    count: 0,
    observations: new Float32Array(episodes * (H + 1) * O),
    actions: new Float32Array(episodes * H * A),
    goals: new Float32Array(episodes * W),
    lengths: new Float32Array(episodes),
  };
}

/** Puts episodes in place of the oldest. The record's inputs and finals have the goal behind the observation. */
export function remember(replay: Replay, H: number, { O, A, W }: ReplaySizes, record: KeptSteps): void {
  const { numTrials: N, inputSize } = record;
  const episodes = replay.lengths.length;
  for (let n = 0; n < N; n++) {
    const place = replay.count % episodes;
    const first = place * (H + 1);
    let length = 0;
    for (; length < record.steps && record.valid[length * N + n] === 1; length++) {
      const from = length * N + n;
      replay.observations.set(record.inputs.subarray(from * inputSize, from * inputSize + O), (first + length) * O);
      replay.actions.set(record.actions.subarray(from * A, (from + 1) * A), (place * H + length) * A);
    }
    replay.observations.set(record.finals.subarray(n * (O + W), n * (O + W) + O), (first + length) * O);
    replay.goals.set(record.tasks.subarray(n * W, (n + 1) * W), place * W);
    replay.lengths[place] = length;
    replay.count++;
  }
}

interface Draw {
  readonly env: EnvConfig;
  readonly seed: number;
  readonly iteration: number;
  /** How many transitions. */
  readonly count: number;
  /** Chance that a transition is shown with a place reached later as its goal. */
  readonly relabel: number;
  /** Which places may be shown: those that `region` or `taskList` let be drawn, or all. */
  readonly hindsight: 'drawn' | 'reached';
}

/**
 * Transitions, each of the replay's as likely as any other; some with the goal of a place reached by this step or a later one of the episode, the last included, if
 * hindsight may show it.
 */
export function drawTransitions(replay: Replay, H: number, { O, A, W }: ReplaySizes, draw: Draw) {
  const { env, seed, iteration, count, relabel, hindsight } = draw;
  const { goal } = familyOf(env.id);
  const place = goal?.place(env);
  const counts = goal && countsOf(env, goal.coordinates);
  const ends = running(replay);
  const reachedAt = (at: number) => {
    const observation = replay.observations.subarray(at * O, (at + 1) * O);
    if (goal?.counts?.(observation) === false) return undefined;
    const reached = place && placeIn(observation, place);
    return reached !== undefined && (hindsight === 'reached' || isDrawn(env, reached, counts)) ? reached : undefined;
  };
  const observations = new Float32Array(count * O);
  const actions = new Float32Array(count * A);
  const goals = new Float32Array(count * W);
  for (let i = 0; i < count; i++) {
    const [which, whether, later] = philox(seed, purposeOf(split.train, stream.replay), i, iteration, 0, 0);
    const step = Math.floor((which / 2 ** 32) * ends[ends.length - 1]);
    const e = firstBeyond(ends, step);
    const T = replay.lengths[e];
    const t = T - (ends[e] - step);
    const at = e * (H + 1) + t;
    observations.set(replay.observations.subarray(at * O, (at + 1) * O), i * O);
    actions.set(replay.actions.subarray((e * H + t) * A, (e * H + t + 1) * A), i * A);
    const shown = toUniform(whether) < relabel ? reachedAt(at + 1 + Math.floor(toUniform(later) * (T - t))) : undefined;
    goals.set(shown ?? replay.goals.subarray(e * W, (e + 1) * W), i * W);
  }
  return { observations, actions, goals };
}

/** Steps of the episodes up to each, this one included. */
function running({ lengths, count }: Replay): Float64Array {
  const ends = new Float64Array(Math.min(count, lengths.length));
  let sum = 0;
  for (let e = 0; e < ends.length; e++) {
    sum += lengths[e];
    ends[e] = sum;
  }
  return ends;
}

/** The first place whose number is above `value`, in numbers that rise. */
function firstBeyond(rising: Float64Array, value: number): number {
  let [low, high] = [0, rising.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rising[middle] > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
