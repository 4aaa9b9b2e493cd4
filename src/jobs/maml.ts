/**
 * MAML: plays and adapts, and differentiates through it. The newest adaptation of each shard is kept, which only saves time: a job that finds another one,
 * or none, plays and adapts again, to the same bytes.
 */
import type { Adaptation } from '../losses/adaptation.ts';
import type { Acted, OuterGradient, OuterLoss, OuterSums } from '../losses/recorded-tasks.ts';
import { type Adapted, Adapter, type AdaptSpec, lastRound } from './adapt.ts';
import type { GradientContext } from './context.ts';

export type { OuterLoss, OuterSums } from '../losses/recorded-tasks.ts';
export type { AdaptSpec } from './adapt.ts';

/** Plays and adapts. With an id in the spec, what other MAML jobs need of it stays where it is. */
export interface AdaptJob {
  readonly kind: 'adapt';
  readonly shard: number;
  readonly spec: AdaptSpec;
  /** Which adapted parameters are answered: none, their sum over the tasks, or each task's. */
  readonly phi: 'none' | 'sum' | 'each';
}

export interface AdaptResult {
  /** [B, K + 1, M] */
  readonly returns: Float32Array;
  readonly steps: number;
  /** Inner steps that were not finite and were not taken. */
  readonly diverged: number;
  /** Baseline fits that failed. */
  readonly singular: number;
  /** Σ_b φ_K [P] or φ_K [B, P], as asked for; null for `none`. */
  readonly phi: Float32Array | null;
}

/** Gradient of the outer loss through the inner steps, with the adapt job's data but from other parameters. Sums over the shard's tasks. */
export interface MetaGradientJob {
  readonly kind: 'meta-gradient';
  readonly shard: number;
  readonly spec: AdaptSpec;
  /** θ and α where the gradient is wanted; null: those of the spec. */
  readonly at: { readonly parameters: Float32Array; readonly stepSizes: readonly Float32Array[] } | null;
  readonly outer: OuterLoss;
  /** E-MAML: for each task of the shard, the weight of its exploration's log-likelihood; null without. */
  readonly exploration: Float32Array | null;
}

export type MetaGradientResult = OuterGradient;

/** Outer loss, with the exploration term of the gradient, and KL at other parameters: TRPO's line search. */
export interface MetaLossJob {
  readonly kind: 'meta-loss';
  readonly shard: number;
  readonly spec: AdaptSpec;
  readonly parameters: Float32Array;
  /** As in `MetaGradientJob`. */
  readonly exploration: Float32Array | null;
}

export type MetaLossResult = OuterSums;

/** Product of the Fisher matrix, summed over the shard's tasks, with a vector [P]. */
export interface FisherJob {
  readonly kind: 'fisher';
  readonly shard: number;
  readonly spec: AdaptSpec;
  readonly vector: Float32Array;
}

export interface FisherResult {
  readonly product: Float32Array;
}

interface Kept {
  readonly adapted: Adapted;
  /** Made by the first Fisher job. */
  fisher: ReturnType<Adaptation['fisher']> | null;
  /** Heads of φ on the last round; made by the first job that needs them. */
  acted: Acted | null;
}

export function mamlHandlers(context: GradientContext) {
  const adapter = new Adapter(context);
  const kept = context.store<Kept>(Number.POSITIVE_INFINITY, ({ fisher, adapted }) => {
    fisher?.dispose();
    adapted.adaptation.dispose();
  });

  function keptFor(shard: number, spec: AdaptSpec): Kept {
    if (spec.id === null || kept.peek(shard)?.adapted.spec.id !== spec.id) kept.drop(shard);
    return kept.get(shard, () => ({ adapted: adapter.adapt(spec), fisher: null, acted: null }));
  }

  function actedOf(here: Kept): Acted {
    here.acted ??= here.adapted.adaptation.acted(lastRound(here.adapted));
    return here.acted;
  }

  return {
    adapt({ shard, spec, phi }: AdaptJob): AdaptResult {
      if (spec.id !== null) return resultOf(keptFor(shard, spec).adapted, phi);
      const adapted = adapter.adapt(spec);
      adapted.adaptation.dispose();
      return resultOf(adapted, phi);
    },

    'meta-gradient'({ shard, spec, at, outer, exploration }: MetaGradientJob): MetaGradientResult {
      const here = keptFor(shard, spec);
      const { adapted } = here;
      const acted = actedOf(here);
      const result =
        at === null
          ? adapted.adaptation.outerGradient(lastRound(adapted), acted, outer)
          : adapter.gradientAgain(adapted, { ...at, firstOrder: spec.firstOrder, acted, outer });
      if (exploration === null) return result;
      const extra = adapted.adaptation.exploration(adapted.rounds[0], (at ?? spec).parameters, exploration);
      return { ...result, loss: result.loss + extra.loss, gradient: result.gradient.map((g, i) => g + extra.gradient[i]) };
    },

    'meta-loss'({ shard, spec, parameters, exploration }: MetaLossJob): MetaLossResult {
      const here = keptFor(shard, spec);
      const { adapted } = here;
      const { stepSizes } = spec;
      const sums = adapter.sumsAgain(adapted, { parameters, stepSizes, firstOrder: true, acted: actedOf(here), outer: { kind: 'ratio' } });
      if (exploration === null) return sums;
      return { ...sums, loss: sums.loss + adapted.adaptation.explorationLoss(adapted.rounds[0], parameters, exploration) };
    },

    fisher({ shard, spec, vector }: FisherJob): FisherResult {
      const here = keptFor(shard, spec);
      here.fisher ??= here.adapted.adaptation.fisher(lastRound(here.adapted));
      return { product: here.fisher.product(vector) };
    },
  };
}

/** Copies: a result's buffers are given away, and the adaptation may be kept. */
function resultOf({ spec, returns, counts, phi }: Adapted, asked: AdaptJob['phi']): AdaptResult {
  const answer = { none: () => null, each: () => phi.slice(), sum: () => sumOverTasks(phi, spec.parameters.length) }[asked]();
  return { returns: returns.slice(), ...counts, phi: answer };
}

/** φ [B, P] → [P] */
function sumOverTasks(phi: Float32Array, P: number): Float32Array {
  const sum = new Float32Array(P);
  for (let i = 0; i < phi.length; i++) sum[i % P] += phi[i];
  return sum;
}
