/**
 * MAML's jobs: play with θ, adapt, play with φ, and differentiate through it. The newest adaptation of each shard is kept, which only saves time:
 * a job that finds another one, or none, plays and adapts again, to the same bytes.
 */
import { WasmetaError } from '../core/errors.ts';
import type { Engine } from '../envs/engine.ts';
import { portsOf } from '../envs/registry.ts';
import type { Adaptation, RecordedTasks } from '../losses/adaptation.ts';
import type { Learner } from '../losses/learner.ts';
import { type PolicyShape, resolvePolicy } from '../policies/policy.ts';
import { taskAdvantages } from '../rollout/baseline.ts';
import { Collector } from '../rollout/collector.ts';
import { playTask } from '../rollout/task-paths.ts';
import type {
  AdaptJob,
  AdaptResult,
  AdaptSpec,
  FisherJob,
  FisherResult,
  MetaGradientJob,
  MetaGradientResult,
  MetaLossJob,
  MetaLossResult,
} from './jobs.ts';
import { type PlayedTask, rowsOf } from './maml-rows.ts';
import { sameNumbers } from './shard-parts.ts';

type MamlJob = AdaptJob | MetaGradientJob | MetaLossJob | FisherJob;

interface Adapted {
  readonly spec: AdaptSpec;
  readonly result: AdaptResult;
  /** What each of the K + 1 rounds recorded. */
  readonly rounds: readonly RecordedTasks[];
  /** Tasks [B] whose step k was taken back: their policy could not act. */
  readonly undone: readonly (readonly boolean[])[];
  readonly adaptation: Adaptation;
  /** φ_K [B, P] */
  readonly phi: Float32Array;
  fisher: ReturnType<Adaptation['fisher']> | null;
}

export class MamlShard {
  readonly #engine: Engine;
  readonly #learner: Learner;
  readonly #kept = new Map<number, Adapted>();
  #collector: { readonly key: string; readonly collector: Collector } | null = null;

  constructor(engine: Engine, learner: Learner) {
    this.#engine = engine;
    this.#learner = learner;
  }

  run(job: MamlJob): AdaptResult | MetaGradientResult | MetaLossResult | FisherResult {
    if (job.kind === 'adapt' && !job.keep) {
      const { result, adaptation } = this.#adapt(job.spec);
      adaptation.dispose();
      return result;
    }
    const adapted = this.#adapted(job.shard, job.spec);
    switch (job.kind) {
      case 'adapt':
        return adapted.result;
      case 'meta-gradient':
        return this.#metaGradient(job, adapted);
      case 'meta-loss':
        return this.#from(adapted, job.parameters, job.spec.stepSizes, true, (adaptation) =>
          adaptation.outerSums(last(adapted.rounds), adapted.phi, { kind: 'ratio' }),
        );
      case 'fisher':
        adapted.fisher ??= adapted.adaptation.fisher(last(adapted.rounds));
        return { product: adapted.fisher.product(job.vector) };
    }
  }

  close(): void {
    for (const shard of [...this.#kept.keys()]) this.#forget(shard);
    this.#collector?.collector.free();
    this.#collector = null;
  }

  #metaGradient(job: MetaGradientJob, adapted: Adapted): MetaGradientResult {
    const gradientOf = (adaptation: Adaptation) => {
      const result = adaptation.outerGradient(last(adapted.rounds), adapted.phi, job.outer);
      if (job.exploration === null) return result;
      const parameters = job.at?.parameters ?? job.spec.parameters;
      const extra = adaptation.explorationGradient(adapted.rounds[0], parameters, job.exploration);
      return { ...result, gradient: result.gradient.map((g, i) => g + extra[i]) };
    };
    if (job.at === null) return gradientOf(adapted.adaptation);
    return this.#from(adapted, job.at.parameters, job.at.stepSizes, job.spec.firstOrder, gradientOf);
  }

  /** Adapts again from other parameters, with the same data. */
  #from<T>(
    adapted: Adapted,
    parameters: Float32Array,
    stepSizes: readonly Float32Array[],
    firstOrder: boolean,
    use: (adaptation: Adaptation) => T,
  ): T {
    const { spec, rounds, undone } = adapted;
    const adaptation = this.#begin(spec, parameters, firstOrder);
    try {
      stepSizes.forEach((alpha, k) => {
        adaptation.step(rounds[k], alpha);
        if (undone[k].includes(true)) adaptation.undo(undone[k]);
      });
      return use(adaptation);
    } finally {
      adaptation.dispose();
    }
  }

  #adapted(shard: number, spec: AdaptSpec): Adapted {
    const kept = this.#kept.get(shard);
    if (kept !== undefined && sameSpec(kept.spec, spec)) return kept;
    this.#forget(shard);
    const adapted = this.#adapt(spec);
    this.#kept.set(shard, adapted);
    return adapted;
  }

  #adapt(spec: AdaptSpec): Adapted {
    const { numTasks: B, episodes: M, stepSizes } = spec;
    const adaptation = this.#begin(spec, spec.parameters, spec.firstOrder);
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
      const phi = adaptation.phi();
      const phiSum = new Float32Array(spec.parameters.length);
      for (let i = 0; i < phi.length; i++) phiSum[i % phiSum.length] += phi[i];
      return { spec, result: { returns, ...counts, phiSum }, rounds, undone, adaptation, phi, fisher: null };
    } catch (error) {
      adaptation.dispose();
      throw error;
    }
  }

  /** Round k: episodes of every task with its own row of φ. A task whose last step left a policy that can't act goes back before that step. */
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

  #begin(spec: AdaptSpec, parameters: Float32Array, firstOrder: boolean): Adaptation {
    return this.#learner.adaptation({ shape: shapeOf(spec), surrogate: spec.surrogate, firstOrder }, parameters, spec.numTasks);
  }

  #collectorFor(spec: AdaptSpec): Collector {
    const key = JSON.stringify([spec.env, spec.policy, spec.episodes]);
    if (this.#collector?.key !== key) {
      this.#collector?.collector.free();
      this.#collector = null;
      this.#collector = {
        key,
        collector: new Collector(this.#engine, { ...spec.env, episodes: 1 }, shapeOf(spec), spec.episodes, true),
      };
    }
    return this.#collector.collector;
  }

  #forget(shard: number): void {
    const kept = this.#kept.get(shard);
    this.#kept.delete(shard);
    kept?.fisher?.dispose();
    kept?.adaptation.dispose();
  }
}

function shapeOf(spec: AdaptSpec): PolicyShape {
  return resolvePolicy(spec.policy, portsOf(spec.env));
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

function last<T>(values: readonly T[]): T {
  return values[values.length - 1];
}

function sameSpec(a: AdaptSpec, b: AdaptSpec): boolean {
  if (a === b) return true;
  const { parameters: p, stepSizes: s, ...others } = a;
  const { parameters: q, stepSizes: r, ...theirs } = b;
  return (
    sameNumbers(p, q) &&
    s.length === r.length &&
    s.every((alpha, k) => sameNumbers(alpha, r[k])) &&
    JSON.stringify(others) === JSON.stringify(theirs)
  );
}
