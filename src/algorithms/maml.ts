/**
 * MAML for policies (Finn et al. 2017): learn θ so that K policy-gradient steps on a new task's own episodes make a good policy of it.
 *   φ₀ = θ,  φₖ₊₁ = φₖ − α ∇Lₖ(φₖ),  θ* = arg min_θ E_task[ L_outer(φ_K(θ)) ]
 *
 * One iteration: play M episodes of B fresh tasks with θ · adapt each task by K steps, each on fresh episodes · play with φ_K ·
 * outer gradient through the steps · outer update: TRPO, PPO (the clipped loss of ProMP, Rothfuss et al. 2019, without its penalty on the inner KL) or Reptile (Nichol et al. 2018).
 * Work is cut into shards of tasks by the config; sums are added in shard order. Details, metrics and sources: docs/algorithms/maml.md.
 */
import { budgetFields } from '../core/budget.ts';
import { fail, finite } from '../core/checks.ts';
import { hashData } from '../core/hash.ts';
import { split } from '../core/philox.ts';
import { type FieldsOf, flag, numberIn, oneName, seedNumber, wholeNumber } from '../core/schema.ts';
import { deviation, mean } from '../core/statistics.ts';
import { portsOf } from '../envs/registry.ts';
import { usualLaterStepSize } from '../evaluation/adaptation-test.ts';
import type { AdaptJob, AdaptResult, AdaptSpec, FisherJob, MetaGradientJob, MetaLossJob, OuterLoss, OuterSums } from '../jobs/maml.ts';
import { type AdamState, adamState, adamStep } from '../optim/adam.ts';
import { trpoStep } from '../optim/trpo.ts';
import { initialParameters, initialWeights, numParameters, resolvePolicy } from '../policies/policy.ts';
import { surrogates } from '../policies/surrogates.ts';
import { taskMeans } from '../rollout/rounds.ts';
import type { Executor } from '../workers/executor.ts';
import { defineLearner } from './learner.ts';
import { environment, type GivenOf, misfit, policy, type ValuesOf } from './parts.ts';
import { adapting } from './tests.ts';

const settings = {
  seed: seedNumber(1),
  ...budgetFields,
  /** B, tasks an iteration. */
  tasks: wholeNumber(1, 65_536, 40),
  /** Fixed shares of the B tasks; the unit of parallel work. */
  shards: wholeNumber(1, 1024, 8),
  /** M: a task is played for about M · H steps before each inner step and after the last; that is M episodes, or more where they end early. */
  episodes: wholeNumber(2, 4096, 20),
  /** K */
  innerSteps: wholeNumber(1, 10, 1),
  /** α */
  innerStepSize: numberIn(0, 100, 0.1),
  /** true: α is learned, one for each parameter (Meta-SGD, Li et al. 2017). With `outer: 'ppo'` only. */
  learnStepSizes: flag(false),
  /** How an inner step's loss is written; they agree in their gradient and differ in the curvature that the outer gradient sees. */
  surrogate: oneName(surrogates, 'likelihood-ratio'),
  /** true: the outer gradient ignores that curvature (first-order MAML). */
  firstOrder: flag(false),
  /** How the outer gradient moves θ: TRPO, PPO (with ratios clipped), or Reptile. */
  outer: oneName(['trpo', 'ppo', 'reptile'], 'trpo'),
  /** Step size of Adam (`ppo`), or of the move towards the adapted parameters (`reptile`). */
  learningRate: numberIn(0, 10, 1e-3),
  /** Adam steps an iteration (`ppo`). */
  outerSteps: wholeNumber(1, 100, 5),
  /** ε of the clipped ratio (`ppo`). */
  clip: numberIn(1e-3, 10, 0.3),
  /** Weight of E-MAML's exploration term (Stadie et al. 2018); 0: none. */
  exploration: numberIn(0, 100, 0),
  /** γ */
  gamma: numberIn(0, 1, 0.99),
  /** λ of generalised advantage estimation. */
  lambda: numberIn(0, 1, 1),
  /** log σ of the first policy. */
  initialLogStd: numberIn(-10, 3, 0),
  /** Its weights; how evenly one inner step moves the actions of all observations depends on them (docs/algorithms/maml.md). */
  initialWeights: oneName(initialWeights, 'glorot'),
  /** δ, largest mean KL of an update (`trpo`). */
  maxKl: numberIn(1e-9, 100, 0.01),
  /** Iterations of the conjugate gradient (`trpo`). */
  cgIterations: wholeNumber(1, 1000, 10),
  /** Added to the diagonal of the Fisher matrix. */
  cgDamping: numberIn(0, 1, 1e-5),
  /** Lengths tried before an update is given up, each this much shorter. */
  lineSearchSteps: wholeNumber(1, 100, 15),
  /** Each next length of the line search is this share of the one before (`trpo`). */
  lineSearchShrink: numberIn(0.01, 0.99, 0.8),
  /** What a NaN or infinity that is not an inner step's own costs: the run (`stop`, with `E_NOT_FINITE`) or the one update (`skip`, counted in the metrics). */
  onNotFinite: oneName(['stop', 'skip'], 'skip'),
};

/** The policy is an MLP without a value head. */
const parts = { env: environment, policy: policy({ kind: 'mlp', hidden: [64, 64], value: false }) };

/** All settings of MAML, checked (docs/settings.md). */
export interface MamlConfig extends FieldsOf<typeof settings>, ValuesOf<typeof parts> {}
/** Settings of MAML; what is left out has its default. */
export type MamlOptions = Partial<FieldsOf<typeof settings>> & GivenOf<typeof parts>;

/** All that training depends on besides the config: with it a run goes on to the same bits. */
export interface MamlState {
  iteration: number;
  /** Environment steps taken, before and after adapting. */
  steps: number;
  /** θ */
  readonly parameters: Float32Array;
  /** α, one for each parameter. */
  readonly stepSizes: Float32Array;
  /** Moments of Adam for θ and α together (`ppo`). */
  readonly adam: AdamState;
}

/** MAML for policies and its relatives: TRPO, clipped PPO or Reptile outside, policy-gradient steps inside (docs/algorithms/maml.md). */
export const maml = defineLearner({
  name: 'maml',
  title: 'MAML',
  alsoKnownAs: ['MAML-TRPO', 'TRPO', 'ProMP', 'Reptile', 'Meta-SGD', 'E-MAML', 'FOMAML'],
  settings,
  parts,
  fit(config, mistakes) {
    const { policy, tasks, shards, outer, learnStepSizes } = config;
    mistakes.attempt(() => {
      if (policy.kind !== 'mlp' || policy.value !== false)
        misfit('policy', '{ kind: "mlp", value: false }: MAML fits a linear baseline to each task');
    });
    mistakes.attempt(() => {
      if (tasks % shards !== 0) fail('tasks', `a multiple of shards (${shards})`, tasks);
    });
    mistakes.attempt(() => {
      if (learnStepSizes && outer !== 'ppo') misfit('learnStepSizes', `"outer" to be "ppo", got "${outer}"`);
    });
    return config;
  },
  initial(config: MamlConfig): MamlState {
    const shape = resolvePolicy(config.policy, portsOf(config.env));
    const P = numParameters(shape);
    return {
      iteration: 0,
      steps: 0,
      parameters: initialParameters(shape, config.seed, { logStd: config.initialLogStd, weights: config.initialWeights }),
      stepSizes: new Float32Array(P).fill(config.innerStepSize),
      adam: adamState(2 * P),
    };
  },
  acting: ({ env, policy, gamma, lambda, surrogate }, { parameters, stepSizes }) => {
    const adaptation = { stepSizes, laterStepSize: usualLaterStepSize, gamma, lambda, surrogate };
    return [{ env, policy, parameters, adaptation }];
  },
  iterate,
  /** The update is undone; its returns are not known. */
  skipped: (_, { steps }) => ({
    'rollout/ep_rew_mean': Number.NaN,
    'rollout/ep_rew_first': Number.NaN,
    'rollout/ep_rew_last': Number.NaN,
    'time/total_timesteps': steps,
    'train/skipped_updates': 1,
  }),
  tests: adapting<MamlConfig, MamlState>(({ gamma, lambda, surrogate, initialLogStd, initialWeights }, { stepSizes }) => ({
    stepSizes,
    gamma,
    lambda,
    surrogate,
    initialLogStd,
    initialWeights,
  })),
});

async function iterate(config: MamlConfig, state: MamlState, executor: Executor): Promise<Record<string, number>> {
  // Every shard plays, adapts and plays again, and keeps what it saw.
  const { env, policy, seed, episodes, gamma, lambda, surrogate } = config;
  const numTasks = config.tasks / config.shards;
  const shared = {
    env,
    policy,
    parameters: state.parameters.slice(),
    stepSizes: new Array<Float32Array>(config.innerSteps).fill(state.stepSizes.slice()),
    seed,
    split: split.train,
    numTasks,
    episodes,
    gamma,
    lambda,
    surrogate,
    firstOrder: config.firstOrder || config.outer === 'reptile',
  };
  const hash = hashData(shared);
  const specs = Array.from({ length: config.shards }, (_, shard): AdaptSpec => {
    const firstTask = state.iteration * config.tasks + shard * numTasks;
    return { ...shared, id: `${hash}/${firstTask}`, firstTask };
  });
  const adapted = await executor.run(
    specs.map((spec, shard): AdaptJob => ({ kind: 'adapt', shard, spec, phi: config.outer === 'reptile' ? 'sum' : 'none' })),
  );
  const total = (of: (result: AdaptResult) => number) => adapted.reduce((sum, result) => sum + of(result), 0);

  const update = updates[config.outer];
  const metrics = await update(config, state, executor, specs, adapted);
  finite(`parameters after iteration ${state.iteration}`, state.parameters);
  finite(`step sizes after iteration ${state.iteration}`, state.stepSizes);

  state.steps += total((r) => r.steps);
  const returns = taskMeans(adapted, config.innerSteps, config.episodes).map(mean);
  return {
    'rollout/ep_rew_mean': returns[config.innerSteps],
    'rollout/ep_rew_first': returns[0],
    'rollout/ep_rew_last': returns[config.innerSteps],
    'time/total_timesteps': state.steps,
    ...metrics,
    'train/diverged_steps': total((r) => r.diverged),
    'train/singular_baselines': total((r) => r.singular),
    'train/skipped_updates': 0,
  };
}

type Update = (
  config: MamlConfig,
  state: MamlState,
  executor: Executor,
  specs: readonly AdaptSpec[],
  adapted: readonly AdaptResult[],
) => Promise<Record<string, number>>;

const trpoUpdate: Update = async (config, state, executor, specs, adapted) => {
  const weights = explorationWeights(config, adapted);
  const here = await metaGradient(config, executor, specs, weights, null, { kind: 'ratio' });
  const step = await trpoStep(
    state.parameters,
    {
      ...here,
      fisher: async (vector) => {
        const parts = await executor.run(specs.map((spec, shard): FisherJob => ({ kind: 'fisher', shard, spec, vector })));
        return meanOf(
          parts.map((part) => part.product),
          config.tasks,
        );
      },
      evaluate: async (parameters) => {
        const parts = await executor.run(
          specs.map((spec, shard): MetaLossJob => ({ kind: 'meta-loss', shard, spec, parameters, exploration: weights?.[shard] ?? null })),
        );
        return outerMeans(parts, config.tasks);
      },
    },
    config,
  );
  state.parameters.set(step.parameters);
  return {
    'train/policy_gradient_loss': here.loss,
    'train/approx_kl': step.kl,
    'train/kl_before': here.kl,
    'train/improvement': step.improvement,
    'train/line_search_steps': step.triedLengths,
    'train/rejected_updates': step.accepted ? 0 : 1,
  };
};

const ppoUpdate: Update = async (config, state, executor, specs, adapted) => {
  const P = state.parameters.length;
  const weights = explorationWeights(config, adapted);
  const all = new Float32Array(2 * P);
  let first = { loss: 0, kl: 0 };
  let last = first;
  for (let i = 0; i < config.outerSteps; i++) {
    const at =
      i === 0 ? null : { parameters: state.parameters.slice(), stepSizes: new Array(config.innerSteps).fill(state.stepSizes.slice()) };
    last = await metaGradient(config, executor, specs, weights, at, { kind: 'clip', clip: config.clip });
    if (i === 0) first = last;
    const { gradient, alphaGradient } = last as Awaited<ReturnType<typeof metaGradient>>;
    all.set(state.parameters);
    all.set(state.stepSizes, P);
    const both = new Float32Array(2 * P);
    both.set(gradient);
    if (config.learnStepSizes) both.set(alphaGradient, P);
    adamStep(all, both, state.adam, config.learningRate);
    state.parameters.set(all.subarray(0, P));
    state.stepSizes.set(all.subarray(P));
  }
  return { 'train/policy_gradient_loss': first.loss, 'train/kl_before': first.kl, 'train/approx_kl': last.kl };
};

const reptileUpdate: Update = async (config, state, _executor, _specs, adapted) => {
  const target = meanOf(
    adapted.map(({ phi }) => phi as Float32Array), // sums, because the jobs have asked for them
    config.tasks,
  );
  let squares = 0;
  for (let i = 0; i < target.length; i++) {
    const move = config.learningRate * (target[i] - state.parameters[i]);
    state.parameters[i] += move;
    squares += move * move;
  }
  return { 'train/move_norm': Math.sqrt(squares) };
};

const updates: Readonly<Record<MamlConfig['outer'], Update>> = { trpo: trpoUpdate, ppo: ppoUpdate, reptile: reptileUpdate };

/** Means over the B tasks. */
async function metaGradient(
  config: MamlConfig,
  executor: Executor,
  specs: readonly AdaptSpec[],
  weights: readonly Float32Array[] | null,
  at: MetaGradientJob['at'],
  outer: OuterLoss,
) {
  const parts = await executor.run(
    specs.map((spec, shard): MetaGradientJob => ({ kind: 'meta-gradient', shard, spec, at, outer, exploration: weights?.[shard] ?? null })),
  );
  return {
    ...outerMeans(parts, config.tasks),
    gradient: meanOf(
      parts.map((part) => part.gradient),
      config.tasks,
    ),
    alphaGradient: meanOf(
      parts.map((part) => part.alphaGradient),
      config.tasks,
    ),
  };
}

/** E-MAML: exploration is worth what comes after it. Mean return after adapting, in deviations from that of all tasks; one array a shard. null without. */
function explorationWeights(
  { exploration, innerSteps: K, episodes: M, tasks, shards }: MamlConfig,
  adapted: readonly AdaptResult[],
): Float32Array[] | null {
  if (exploration === 0) return null;
  const after = taskMeans(adapted, K, M)[K];
  const spread = deviation(after) + 1e-8;
  const centre = mean(after);
  const perShard = tasks / shards;
  return adapted.map((_, shard) =>
    Float32Array.from(after.subarray(shard * perShard, (shard + 1) * perShard), (value) => (exploration * (value - centre)) / spread),
  );
}

function outerMeans(parts: readonly OuterSums[], tasks: number): OuterSums {
  const average = (of: (part: OuterSums) => number) => parts.reduce((sum, part) => sum + of(part), 0) / tasks;
  return { loss: average((part) => part.loss), kl: average((part) => part.kl) };
}

/** Added in the order of the shards, in f64. */
function meanOf(parts: readonly Float32Array[], count: number): Float32Array {
  const sum = new Float64Array(parts[0].length);
  for (const part of parts) for (let i = 0; i < sum.length; i++) sum[i] += part[i];
  return Float32Array.from(sum, (value) => value / count);
}
