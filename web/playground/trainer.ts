/** Training on this page: a learner in the page's own workers, its run kept in IndexedDB, so that it goes on after a reload. */
import {
  abortable,
  createPool,
  encodeCheckpoint,
  hashArrays,
  type LearnerConfig,
  type LearnerState,
  learnerOf,
  openRun,
  type Pool,
  rollout,
} from 'wasmeta';

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
  /** After each iteration; the state is live. */
  moved(progress: Progress, state: LearnerState): void;
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
  readonly #name: string;
  #stop: AbortController | null = null;
  #state: LearnerState | null = null;

  /** Throws what the learner's check of its config throws. */
  constructor(recipe: Readonly<Record<string, unknown>> & { readonly algo: string }, name: string) {
    const { algo, ...options } = recipe;
    this.algo = algo;
    this.#learner = learnerOf(algo);
    this.config = this.#learner.resolve(options);
    this.#name = name;
  }

  get weightsHash(): string | null {
    return this.#state === null ? null : hashArrays([this.#state.parameters]);
  }

  /** The newest state as a checkpoint's bytes; null before the first iteration. */
  bytes(): Uint8Array | null {
    return this.#state === null ? null : encodeCheckpoint(this.algo, this.config, this.#state);
  }

  stop(): void {
    this.#stop?.abort(new DOMException('stopped', 'AbortError'));
  }

  /** Trains to the end, or until `stop`; goes on with what is kept of this name. Resolves with whether it was done. */
  async run({ begun, moved }: TrainingCallbacks): Promise<boolean> {
    this.#stop = new AbortController();
    const pressed = performance.now();
    const pool = createPool({ workers: Math.max(1, Math.min(4, navigator.hardwareConcurrency - 1)) });
    try {
      const executor = abortable(pool, this.#stop.signal);
      const yardsticks = await this.#yardsticks(pool);
      begun(yardsticks);
      const state = (await this.#kept()) ?? this.#learner.initial(this.config);
      let reachedAfter: number | null = null;
      const began = { at: performance.now(), iteration: state.iteration, steps: state.steps };
      const curve: CurvePoint[] = [];
      const { first, last } = this.#learner.progress;
      for await (const { iteration, steps, metrics } of this.#learner.train(this.config, executor, state)) {
        this.#state = state;
        curve.push({ steps, first: metrics[first], last: metrics[last] });
        const seconds = (performance.now() - began.at) / 1000;
        const done = iteration - began.iteration;
        const share = shareOf(curve, yardsticks);
        if (began.iteration === 0 && share !== null && share >= goodShare) reachedAfter ??= (performance.now() - pressed) / 1000;
        moved(
          {
            iteration,
            iterations: this.config.iterations,
            steps,
            seconds,
            stepsPerSecond: (steps - began.steps) / seconds,
            secondsLeft: (seconds / done) * (this.config.iterations - iteration),
            share,
            reachedAfter,
            curve,
          },
          state,
        );
        if (iteration % checkpointEvery === 0 || iteration === this.config.iterations) await this.#keep(state);
        if (this.#stop.signal.aborted) return false;
      }
      return true;
    } catch (error) {
      if (this.#stop.signal.aborted) return false;
      throw error;
    } finally {
      await pool.close();
    }
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

  async #kept(): Promise<LearnerState | null> {
    try {
      const run = await openRun(this.#name);
      if (!(await run.hasCheckpoint())) return null;
      const { algo, config, state } = await run.load();
      const same = algo === this.algo && JSON.stringify(this.#learner.resolve(config)) === JSON.stringify(this.config);
      if (!same || (state as LearnerState).iteration >= this.config.iterations) return null;
      return this.#learner.check(this.config, state);
    } catch {
      return null; // no storage here, or kept by an older version: training begins anew
    }
  }

  async #keep(state: LearnerState): Promise<void> {
    try {
      await (await openRun(this.#name)).save(this.algo, this.config, state, state.iteration);
    } catch {
      // without storage a reload begins anew; training goes on
    }
  }
}

function shareOf(curve: readonly CurvePoint[], { random, oracle }: Yardsticks): number | null {
  const recent = curve.slice(-averaged);
  if (random === null || oracle === null || recent.length < averaged) return null;
  return (recent.reduce((sum, { last }) => sum + last, 0) / averaged - random) / (oracle - random);
}
