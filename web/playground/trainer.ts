/** Training in this browser: a learner in workers of its own, its run kept in IndexedDB, so that it goes on after a reload. */
import { abortable, type Checkpoint, createPool, type LearnerConfig, type LearnerState, learnerOf, type Pool, rollout } from 'wasmeta';
import { KeptRun } from './kept-run.ts';
import type { LinkedTraining, Recipe } from './link.ts';
import { proofOf } from './proof.ts';

export interface CurvePoint {
  readonly steps: number;
  readonly first: number;
  readonly last: number;
}

export interface Progress {
  readonly iteration: number;
  readonly iterations: number;
  readonly steps: number;
  readonly seconds: number;
  readonly stepsPerSecond: number;
  readonly secondsLeft: number;
  /** How far the last episode has come from random play (0) to the oracle (1), over the last few iterations; null where there is no oracle. */
  readonly share: number | null;
  /** Seconds from the start until that share first was 0.9; null before, and in a training that went on with an earlier one. */
  readonly reachedAfter: number | null;
  readonly curve: readonly CurvePoint[];
}

export interface Yardsticks {
  readonly random: number | null;
  readonly oracle: number | null;
}

export interface TrainingCallbacks {
  begun(yardsticks: Yardsticks): void;
  /** After each iteration, with a copy of its state. */
  moved(progress: Progress, state: LearnerState): void;
  /** Something that ends no training, as a sentence. */
  warned(sentence: string): void;
}

export interface TrainerOptions {
  /** A file's checkpoint: training goes on from it if it is of the same settings, unless what is kept has got further. */
  readonly from?: Checkpoint;
  /** true: from the start, whatever is kept; and nothing is kept of it. */
  readonly fresh?: boolean;
  /** Iterations after which it ends. Default: the config's. */
  readonly until?: number;
}

const checkpointEvery = 10;
/** Iterations whose returns are averaged: one alone jumps by chance. */
const averaged = 5;
/** What counts as learned. */
const goodShare = 0.9;

export class Trainer {
  readonly algo: string;
  readonly config: LearnerConfig;
  readonly #learner: ReturnType<typeof learnerOf>;
  readonly #options: TrainerOptions;
  #stop: AbortController | null = null;
  /** As it was after the last iteration that came to its end. */
  #state: LearnerState | null = null;
  #proof: LinkedTraining | null = null;

  /** Throws what the learner's check of its config throws. */
  constructor({ algo, ...settings }: Recipe, options: TrainerOptions = {}) {
    this.algo = algo;
    this.#learner = learnerOf(algo);
    this.config = this.#learner.resolve(settings);
    this.#options = options;
  }

  /** What has come of it, for a link; null before its end. */
  get proof(): LinkedTraining | null {
    return this.#proof;
  }

  stop(): void {
    this.#stop?.abort(new DOMException('stopped', 'AbortError'));
  }

  /** Trains to the end, or until `stop`; goes on with what is kept of this config. Resolves with whether it was done. */
  async run({ begun, moved, warned }: TrainingCallbacks): Promise<boolean> {
    this.#stop = new AbortController();
    const pressed = performance.now();
    const { fresh = false, until = this.config.iterations, from } = this.#options;
    const pool = createPool({ workers: Math.min(4, Math.max(2, navigator.hardwareConcurrency - 1)) });
    const { algo, config } = this;
    const kept = fresh ? null : await KeptRun.open({ algo, config, shown: this.#learner.progress, warned });
    const curve: CurvePoint[] = [...(kept?.curve ?? [])];
    try {
      const executor = abortable(pool, this.#stop.signal);
      const yardsticks = await this.#yardsticks(pool);
      begun(yardsticks);
      const state = this.#farthest(fresh ? [] : [kept?.state, this.#stateOf(from)]);
      let reachedAfter: number | null = null;
      const began = { at: performance.now(), iteration: state.iteration, steps: state.steps };
      const { first, last } = this.#learner.progress;
      for await (const { iteration, steps, metrics } of this.#learner.train(this.config, executor, state)) {
        const reached = this.#learner.clone(state);
        this.#state = reached;
        curve.push({ steps, first: metrics[first], last: metrics[last] });
        const seconds = (performance.now() - began.at) / 1000;
        const done = iteration - began.iteration;
        const share = shareOf(curve, yardsticks);
        if (began.iteration === 0 && share !== null && share >= goodShare) reachedAfter ??= (performance.now() - pressed) / 1000;
        moved(
          {
            iteration,
            iterations: until,
            steps,
            seconds,
            stepsPerSecond: (steps - began.steps) / seconds,
            secondsLeft: (seconds / done) * (until - iteration),
            share,
            reachedAfter,
            curve,
          },
          reached,
        );
        const ends = iteration >= until || this.#stop.signal.aborted;
        if (ends || iteration % checkpointEvery === 0) await kept?.save(state, { iteration, ...metrics, 'time/total_timesteps': steps });
        if (ends) break;
      }
      return !this.#stop.signal.aborted;
    } catch (error) {
      if (!this.#stop.signal.aborted) throw error;
      if (this.#state !== null) await kept?.save(this.#state);
      return false;
    } finally {
      if (this.#state !== null) this.#proof = await proofOf(this.algo, this.config, this.#state, pool).catch(() => null);
      await pool.close();
      await kept?.release();
    }
  }

  /** The state of a checkpoint that is of this config; undefined for another. */
  #stateOf(checkpoint: Checkpoint | undefined): unknown {
    const same = checkpoint?.algo === this.algo && JSON.stringify(this.#learner.resolve(checkpoint.config)) === JSON.stringify(this.config);
    return same ? checkpoint?.state : undefined;
  }

  #farthest(states: readonly unknown[]): LearnerState {
    const found = states.filter((state) => state !== undefined).map((state) => this.#learner.check(this.config, state));
    const [farthest = this.#learner.initial(this.config)] = found.sort((a, b) => b.iteration - a.iteration);
    return farthest;
  }

  /** What random play and the oracle earn in an episode of this environment. */
  async #yardsticks(pool: Pool): Promise<Yardsticks> {
    const [env] = this.#learner.environments(this.config);
    if (env === undefined) return { random: null, oracle: null };
    const of = async (kind: 'random' | 'oracle') => {
      try {
        const { returns } = await rollout({ env, policy: { kind }, tasks: 500, split: 'yardstick' }, pool);
        return returns.reduce((a, b) => a + b, 0) / returns.length;
      } catch {
        return null; // the family has no oracle
      }
    };
    return { random: await of('random'), oracle: await of('oracle') };
  }
}

function shareOf(curve: readonly CurvePoint[], { random, oracle }: Yardsticks): number | null {
  const recent = curve.slice(-averaged);
  if (random === null || oracle === null || recent.length < averaged) return null;
  return (recent.reduce((sum, { last }) => sum + last, 0) / averaged - random) / (oracle - random);
}
