/** Plays B tasks with θ, adapts to each, and plays again, K times; then the same inner steps once more from other parameters, on the same data. */
import { WasmetaError } from '../core/errors.ts';
import { portsOf } from '../envs/registry.ts';
import type { EnvConfig } from '../envs/spec.ts';
import { Adaptation, type AdaptationOptions } from '../losses/adaptation.ts';
import { type Again, gradientAgain, sumsAgain } from '../losses/readaptation.ts';
import type { OuterGradient, OuterSums, RecordedTasks } from '../losses/recorded-tasks.ts';
import { type PolicyShape, type PolicySpec, resolvePolicy } from '../policies/policy.ts';
import type { Surrogate } from '../policies/surrogates.ts';
import { taskAdvantages } from '../rollout/baseline.ts';
import { Collector } from '../rollout/collector.ts';
import { playTask } from '../rollout/task-paths.ts';
import type { GradientContext } from './context.ts';
import type { Kept } from './kept.ts';
import { type PlayedTask, rowsOf } from './maml-rows.ts';

/**
 * B tasks, each played by θ, adapted, played again, K times; then once more with what came out. All of it is a pure function of these data.
 * A round plays M episodes, and more of them where they end early, until they come to about M · H steps.
 */
export interface AdaptSpec {
  /**
   * A hash of all the fields below, made once by the learner that makes the jobs; null if no other job follows, so that nothing is kept. An iteration has a
   * dozen jobs on one adaptation, and each must find out whether the adaptation at hand is its own. The ids tell it, without a look at every parameter.
   * This is sound because equal hashes mean equal data, and because the data travel with each job all the same: where no adaptation of this id is at
   * hand, it is made again from them.
   */
  readonly id: string | null;
  readonly env: EnvConfig;
  readonly policy: PolicySpec;
  /** θ [P] */
  readonly parameters: Float32Array;
  /** Step sizes of the K inner steps, [P] each. */
  readonly stepSizes: readonly Float32Array[];
  readonly seed: number;
  readonly split: number;
  readonly firstTask: number;
  readonly numTasks: number;
  /** M, episodes a task plays at a time between steps. */
  readonly episodes: number;
  readonly gamma: number;
  readonly lambda: number;
  readonly surrogate: Surrogate;
  readonly firstOrder: boolean;
}

/** Tasks that have adapted, with what their gradients need. */
export interface Adapted {
  readonly spec: AdaptSpec;
  /** [B, K + 1, M] */
  readonly returns: Float32Array;
  readonly counts: {
    readonly steps: number;
    /** Inner steps that were not finite and were not taken. */
    readonly diverged: number;
    /** Baseline fits that failed. */
    readonly singular: number;
  };
  /** What each of the K + 1 rounds recorded. */
  readonly rounds: readonly RecordedTasks[];
  /** Tasks [B] whose step k was taken back, because their policy could not act. */
  readonly undone: readonly (readonly boolean[])[];
  readonly adaptation: Adaptation;
  /** φ_K [B, P] */
  readonly phi: Float32Array;
}

type AgainFrom = Omit<Again, 'rounds'> & { readonly firstOrder: boolean };

export class Adapter {
  readonly #context: GradientContext;
  readonly #collectors: Kept<Collector>;

  constructor(context: GradientContext) {
    this.#context = context;
    this.#collectors = context.store(1, (collector) => collector.free());
  }

  /** The caller disposes of the adaptation. */
  adapt(spec: AdaptSpec): Adapted {
    const { numTasks: B, episodes: M, stepSizes } = spec;
    const adaptation = new Adaptation(this.#context.tf, optionsOf(spec, spec), spec.parameters, B);
    try {
      const returns = new Float32Array(B * (stepSizes.length + 1) * M);
      const rounds: RecordedTasks[] = [];
      const counts = { steps: 0, diverged: 0, singular: 0 };
      const undone: boolean[][] = [];
      for (let k = 0; k <= stepSizes.length; k++) {
        const round = this.#play(spec, adaptation, k, (task, values) => returns.set(values, (task * (stepSizes.length + 1) + k) * M));
        counts.steps += round.steps;
        counts.singular += round.singular;
        rounds.push(round.recorded);
        if (k > 0) {
          undone.push(round.undone);
          counts.diverged += round.undone.filter((was) => was).length;
        }
        if (k < stepSizes.length) counts.diverged += adaptation.step(round.recorded, stepSizes[k]).filter((taken) => !taken).length;
      }
      return { spec, returns, counts, rounds, undone, adaptation, phi: adaptation.phi() };
    } catch (error) {
      adaptation.dispose();
      throw error;
    }
  }

  /** The outer loss after adapting again from other parameters, on what was recorded. */
  sumsAgain(adapted: Adapted, from: AgainFrom): OuterSums {
    const program = !wasUndone(adapted) && sumsAgain(this.#context.tf, optionsOf(adapted.spec, from), { ...from, rounds: adapted.rounds });
    return program || this.#stepwise(adapted, from, (adaptation) => adaptation.outerSums(lastRound(adapted), from.acted, from.outer));
  }

  /** Its gradient through the steps. */
  gradientAgain(adapted: Adapted, from: AgainFrom): OuterGradient {
    const program =
      !wasUndone(adapted) && gradientAgain(this.#context.tf, optionsOf(adapted.spec, from), { ...from, rounds: adapted.rounds });
    return program || this.#stepwise(adapted, from, (adaptation) => adaptation.outerGradient(lastRound(adapted), from.acted, from.outer));
  }

  /** Where the recorded program does not serve: a step is not finite, or was taken back. */
  #stepwise<T>({ spec, rounds, undone }: Adapted, from: AgainFrom, use: (adaptation: Adaptation) => T): T {
    const adaptation = new Adaptation(this.#context.tf, optionsOf(spec, from), from.parameters, spec.numTasks);
    try {
      from.stepSizes.forEach((alpha, k) => {
        adaptation.step(rounds[k], alpha);
        if (undone[k].includes(true)) adaptation.undo(undone[k]);
      });
      return use(adaptation);
    } finally {
      adaptation.dispose();
    }
  }

  /** Round k: episodes of every task with its own row of φ. A task whose last step left a policy that can't act goes back to before that step. */
  #play(
    spec: AdaptSpec,
    adaptation: Adaptation,
    k: number,
    onReturns: (task: number, returns: Float32Array) => void,
  ): { recorded: RecordedTasks; steps: number; singular: number; undone: boolean[] } {
    const { numTasks: B } = spec;
    const P = spec.parameters.length;
    const collector = this.#collectorFor(spec);
    let phi = adaptation.phi();
    const tasks: PlayedTask[] = [];
    const undone = new Array<boolean>(B).fill(false);
    let [steps, singular] = [0, 0];
    for (let b = 0; b < B; b++) {
      const at = { seed: spec.seed, split: spec.split, task: spec.firstTask + b, round: k };
      const play = () => playTask(collector, phi.subarray(b * P, (b + 1) * P), at);
      const { paths, returns } = orElse(play, () => {
        if (k === 0) return null;
        undone[b] = true;
        adaptation.undo(undone.map((_, task) => task === b));
        phi = adaptation.phi();
        return play();
      });
      onReturns(b, returns);
      const fitted = taskAdvantages(paths, spec.gamma, spec.lambda);
      steps += fitted.steps;
      singular += fitted.singular ? 1 : 0;
      tasks.push({ paths, fitted });
    }
    return { recorded: rowsOf(tasks, spec.surrogate === 'dice'), steps, singular, undone };
  }

  #collectorFor(spec: AdaptSpec): Collector {
    const { env, policy, episodes } = spec;
    return this.#collectors.get(
      [env, policy, episodes],
      () => new Collector(this.#context.engine, { ...env, episodes: 1 }, shapeOf(spec), episodes, true),
    );
  }
}

function optionsOf(spec: AdaptSpec, { firstOrder }: { readonly firstOrder: boolean }): AdaptationOptions {
  return { shape: shapeOf(spec), surrogate: spec.surrogate, firstOrder };
}

function wasUndone({ undone }: Adapted): boolean {
  return undone.some((tasks) => tasks.includes(true));
}

/** The round that was played with φ. */
export function lastRound({ rounds }: Adapted): RecordedTasks {
  return rounds[rounds.length - 1];
}

function shapeOf({ policy, env }: AdaptSpec): PolicyShape {
  return resolvePolicy(policy, portsOf(env));
}

/** What `work` answers, or `other` if something was not finite; an error is thrown where `other` answers null. */
function orElse<T>(work: () => T, other: () => T | null): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof WasmetaError) || error.code !== 'E_NOT_FINITE') throw error;
    const answer = other();
    if (answer === null) throw error;
    return answer;
  }
}
