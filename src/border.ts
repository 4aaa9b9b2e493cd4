/** Functions of the package as others call them: what they are given is checked first (core/border.ts). What checks its options itself is exported as it is. */
import { multiTask, multiTaskParameters as ownParameters } from './algorithms/multi-task.ts';
import * as bootstrap from './core/bootstrap.ts';
import { guarded, jsonOf, optional } from './core/border.ts';
import {
  boolean,
  type Check,
  callable,
  fail,
  floats,
  integer,
  list,
  number,
  numbers,
  oneOf,
  onlyFields,
  record,
  seed,
  text,
} from './core/checks.ts';
import * as comparisons from './core/comparisons.ts';
import * as estimates from './core/estimates.ts';
import * as hash from './core/hash.ts';
import { philox as words } from './core/philox.ts';
import * as schema from './core/schema.ts';
import * as statistics from './core/statistics.ts';
import * as pose from './envs/bodies/body-pose.ts';
import { planarBody } from './envs/bodies/check-body.ts';
import * as mjcf from './envs/bodies/mjcf.ts';
import { canvas, envConfig as env, renderOptions, scene } from './envs/check-scene.ts';
import { portsOf as portsIn } from './envs/registry.ts';
import * as render from './envs/render.ts';
import * as beliefs from './evaluation/belief-test.ts';
import * as goals from './evaluation/goal-chances.ts';
import * as successes from './evaluation/success.ts';
import * as policies from './policies/policy.ts';
import { policyPorts, policyShape } from './policies/shape.ts';
import * as checkpoints from './runs/checkpoint.ts';
import * as runs from './runs/list-runs.ts';
import { bayesOptimum as optimum } from './strategies/optimum.ts';
import * as strategies from './strategies/registry.ts';
import { type Executor, mustRunJobs } from './workers/executor.ts';

const word: Check<number> = (title, value) => integer(title, value, 0, 2 ** 32 - 1);
const real: Check<number> = (title, value) => number(title, value);
const array: Check<ArrayLike<number>> = (title, value) => numbers(title, value);
const typed: Check<Float32Array | Int32Array | Uint8Array> = (title, value) =>
  value instanceof Float32Array || value instanceof Int32Array || value instanceof Uint8Array
    ? (numbers(title, value) as typeof value)
    : fail(title, 'a Float32Array, an Int32Array or a Uint8Array', value);

/** scores[run][task], as many tasks in each run. */
const scores: Check<estimates.Scores> = (title, value) => {
  const all = list(title, value, array, 1);
  all.forEach((run, r) => {
    if (run.length !== all[0].length || run.length === 0) fail(`${title}[${r}]`, `scores of ${all[0].length || 'one or more'} tasks`, run);
  });
  return all;
};

/** Runs of both on the same tasks. */
const paired =
  <R>(work: (a: estimates.Scores, b: estimates.Scores) => R, sameRuns: boolean) =>
  (a: estimates.Scores, b: estimates.Scores): R => {
    if (a[0].length !== b[0].length) fail('b', `scores of ${a[0].length} tasks, as a`, b[0]);
    if (sameRuns && a.length !== b.length) fail('b', `${a.length} runs, as a`, b);
    return work(a, b);
  };

/** Arithmetic mean, in f64 and in index order. */
export const mean = guarded(statistics.mean, { values: array });
/** Sample standard deviation (n − 1). */
export const deviation = guarded(statistics.deviation, { values: array });
/** Standard error of the mean, with n − 1. A single value says nothing about the spread: NaN. */
export const standardError = guarded(statistics.standardError, { values: array });
/** Interquartile mean: the mean of the middle half, with fractional weights at its two ends (Agarwal et al. 2021; scipy's trim_mean agrees where n is a multiple of 4). */
export const interquartileMean = guarded(statistics.interquartileMean, { values: array });
/** The estimate from the means of several seeds. */
export const overSeeds = guarded(estimates.overSeeds, { means: array });
/** The estimate from the values of one seed on its tasks. */
export const overTasks = guarded(estimates.overTasks, { values: array });
/** Over the seeds if there are several, else over the tasks of the one. */
export const overRuns = guarded(estimates.overRuns, { scores });
/** a − b, where run r of both played the same tasks: what the tasks have in common cancels. Over the seeds' differences, or over the tasks of one seed. */
export const pairedDifference = guarded(paired(comparisons.pairedDifference, true), { a: scores, b: scores });
/** The chance that a run of a is better than a run of b on a task: mean over tasks of P(X > Y) + P(X = Y)/2 over all pairs of runs (Mann and Whitney's U). */
export const probabilityOfImprovement = guarded(paired(comparisons.probabilityOfImprovement, false), { a: scores, b: scores });
/** Performance profile: for each threshold, the share of all runs and tasks with a score above it. */
export const performanceProfile = guarded(comparisons.performanceProfile, {
  scores,
  thresholds: (title, value) => list(title, value, real),
});
/** Percentile intervals. Draws come from Philox, so that the same scores and seed give the same intervals. */
export const scoreIntervals: typeof bootstrap.scoreIntervals = guarded(bootstrap.scoreIntervals, {
  scores,
  seed,
  options: optional((title, value) => {
    const given = record(title, value);
    onlyFields(title, given, ['tasks', 'resamples', 'level']);
    optional(boolean)(`${title}.tasks`, given.tasks);
    optional((name, count) => integer(name, count, 1, 1_000_000))(`${title}.resamples`, given.resamples);
    optional((name, level) => number(name, level, 0, 1))(`${title}.level`, given.level);
    return given;
  }),
});
/** Floats are hashed by their little-endian bytes. Every NaN is hashed as one fixed NaN, since engines may choose its bits freely. */
export const hashArrays = guarded(hash.hashArrays, { arrays: (title, value) => list(title, value, typed) });
/** Philox4x32-10 (Salmon et al. 2011): four random words of 32 bits from the key (seed, purpose) and the counter (task, episode, step, draw). */
export const philox = guarded(words, { seed: word, purpose: word, task: word, episode: word, step: word, draw: word });

const field: Check<object> = (title, value) =>
  (record(title, value) as { kind?: unknown }).kind === 'schema'
    ? (value as object)
    : fail(title, 'a field, such as wholeNumber(1, 10, 2)', value);
/** The whole number that a flag was given; `fallback` if it was not given. */
export const wholeNumber = guarded(schema.wholeNumber, { low: real, high: real, fallback: real });
/** A finite number in [low, high]. */
export const numberIn = guarded(schema.numberIn, { low: real, high: real, fallback: real });
/** A seed of Philox: 32 bits, unsigned. */
export const seedNumber = guarded(schema.seedNumber, { fallback: seed });
/** True or false. */
export const flag = guarded(schema.flag, { fallback: boolean });
/** One of a list of names; the message suggests the nearest. */
export const oneName: typeof schema.oneName = (known, fallback) => {
  oneOf('fallback', fallback, list('known', known, text, 1));
  return schema.oneName(known, fallback);
};
/** The defaults of fields. */
export const defaultsOf: typeof schema.defaultsOf = (fields) => {
  for (const [name, one] of Object.entries(record('fields', fields))) field(`fields.${name}`, one);
  return schema.defaultsOf(fields);
};

/** Sizes of an environment's observations and actions, as a policy needs them. */
export const portsOf = guarded(portsIn, { config: env });
/** Expected total reward of a trial of the Bayes-optimal policy; null where it is not known. */
export const bayesOptimum = guarded(optimum, { env });
/** Exact inference over the tasks of an environment; null where it is not known. */
export const exactPosterior = guarded(strategies.exactPosterior, { env });
/** An MJCF document; its `qpos[1]` counts from the height of the start. */
export const mjcfOf = guarded(mjcf.mjcfOf, { body: planarBody });
/** q: [degrees of freedom] x, z and pitch of the root, then the hinges. */
export const placedCapsules = guarded(
  (body: Parameters<typeof pose.placedCapsules>[0], q: ArrayLike<number>) =>
    pose.placedCapsules(body, numbers('q', q, body.links.length + 2, 'x, z and pitch of the root, then the hinges')),
  { body: planarBody, q: array },
);

/** Throws `E_ARGUMENT` or `E_UNKNOWN_NAME`, or `E_CONFIG` for several mistakes. */
export const resolvePolicy = guarded(policies.resolvePolicy, { spec: record, ports: policyPorts });
/** The tensors of a policy of this shape in one flat vector, in their order. */
export const parameterSlots = guarded(policies.parameterSlots, { shape: policyShape });
/** P, the numbers in the flat vector of a policy of this shape. */
export const numParameters = guarded(policies.numParameters, { shape: policyShape });
/**
 * Initial weights, a pure function of the seed. Biases are 0 and log σ is `logStd` (0). `weights`:
 * - `fan-in`: uniform in ±√(3/fan-in) (unit variance kept), the action head ×0.01 so that the first policy hardly depends on its input;
 * - `glorot`: uniform in ±√(6/(fan-in + fan-out)) (Glorot & Bengio 2010).
 * `gateBias` b: the gates that keep a recurrent net's memory (src/policies/cells.ts) start with biases spread evenly over 0 … b instead of 0, so that
 * its units forget within 2 … 1 + e^b steps, log-evenly (the idea of Tallec & Ollivier 2018).
 */
export const initialParameters: typeof policies.initialParameters = guarded(policies.initialParameters, {
  shape: policyShape,
  seed,
  options: optional((title, value) => {
    const given = record(title, value);
    onlyFields(title, given, ['logStd', 'weights', 'gateBias', 'firstTensor']);
    for (const name of ['logStd', 'gateBias']) optional(real)(`${title}.${name}`, given[name]);
    optional((name, weights) => oneOf(name, weights, policies.initialWeights))(`${title}.weights`, given.weights);
    optional(word)(`${title}.firstTensor`, given.firstTensor);
    return given;
  }),
});
/** The parameters that play in environment k: everything that takes a policy takes them with `config.policy`. */
export const multiTaskParameters = guarded(
  (config: Parameters<typeof ownParameters>[0], state: Parameters<typeof ownParameters>[1], k: number) => {
    integer('k', k, 0, config.envs.length - 1);
    return ownParameters(config, state, k);
  },
  {
    config: (_, value) => multiTask.resolve(value as typeof multiTask extends { resolve(given: infer Given): unknown } ? Given : never),
    state: (title, value) => {
      array(`${title}.parameters`, record(title, value).parameters);
      return value;
    },
    k: word,
  },
);

/**
 * `state` is nested plain objects of numbers, Float32Array and Float64Array. A field `a: { b }` becomes the tensor "a/b".
 * Throws `E_ARGUMENT` for what could not be read back.
 */
export const encodeCheckpoint = guarded(checkpoints.encodeCheckpoint, {
  algo: text,
  config: (title, value) => {
    jsonOf(title, record(title, value));
    return value;
  },
  state: record,
  score: optional((title, value) => (typeof value === 'number' ? value : fail(title, 'a number', value))),
});
/** Throws `E_CHECKPOINT_CORRUPT`. */
export const decodeCheckpoint = guarded(checkpoints.decodeCheckpoint, {
  file: (title, value) => {
    if (value instanceof Uint8Array && ArrayBuffer.isView(value)) return value;
    const { size, read } = record(title, value);
    integer(`${title}.size`, size, 0, Number.MAX_SAFE_INTEGER);
    callable(`${title}.read`, read);
    return value;
  },
  title: text,
});
/** What `openRun` opens. In Node the run folders in and below `folder` (none where it is not there); in browsers all runs, by name. */
export const listRuns = guarded(runs.listRuns, { folder: optional(text) });

/** A family without a drawing shows the returns of its episodes and its observation. Throws `E_UNSUPPORTED` for a canvas without a 2D context. */
export const renderScene = guarded(render.renderScene, { canvas, scene, options: optional(renderOptions) });
/** The task [W] that a finger at (x, y) CSS pixels of the canvas asks for; null where that is none. */
export const taskAt = guarded(render.taskAt, { canvas, scene, x: real, y: real, options: optional(renderOptions) });
/** The scene in words: for readers who do not see the canvas. */
export const describeScene = guarded(render.describeScene, { scene });

/** A policy with its parameters in an environment, as tests are given it. */
function acting(title: string, value: unknown): Record<string, unknown> {
  const given = record(title, value);
  const config = env(`${title}.env`, given.env);
  const shape = policies.resolvePolicy(given.policy as policies.PolicySpec, portsIn(config));
  floats(`${title}.parameters`, given.parameters, policies.numParameters(shape), `what ${shape.kind} needs`);
  seed(`${title}.seed`, given.seed);
  return { ...given, env: config };
}
const executor: Check<Executor> = (_, value) => {
  mustRunJobs(value);
  return value as Executor;
};
/** Throws `E_UNSUPPORTED` where the exact posterior is not known, or the model does not decode the reward of a place. */
export const beliefTest = guarded(beliefs.beliefTest, {
  options: (title, value) => {
    const given = acting(title, value);
    list(`${title}.decoder`, given.decoder, (name, size) => integer(name, size, 1, 4096), 1, 16);
    integer(`${title}.latent`, given.latent, 1, 4096);
    numbers(`${title}.model`, given.model);
    optional((name, samples) => integer(name, samples, 1, 10_000))(`${title}.samples`, given.samples);
    for (const name of ['decodes', 'decoderInputs']) if (given[name] !== 'family') list(`${title}.${name}`, given[name], text);
    oneOf(`${title}.likelihood`, given.likelihood, ['family', 'gaussian', 'bernoulli']);
    return given;
  },
  executor,
});
/** Goal-conditioned play on goals that training never drew, by the likeliest action: which episodes end at the goal. */
export const successTest = guarded(successes.successTest, {
  options: (title, value) => {
    const given = acting(title, value);
    optional((name, split) => oneOf(name, split, ['test', 'validate']))(`${title}.split`, given.split);
    return given;
  },
  executor,
});

/**
 * The chances [G] of the tasks of an exact posterior (`exactPosterior`), as an agent of one environment believes in them now. Throws `E_UNSUPPORTED` for an agent whose
 * model does not read the reward off the observation that a step leads to.
 */
export const goalChances = guarded(goals.goalChances, {
  agent: (title, value) => {
    if (value === null || typeof value !== 'object') fail(title, 'an agent, of loadAgent', value);
    callable(`${title}.expectedRewards`, (value as Record<string, unknown>).expectedRewards);
    return value;
  },
  posterior: (title, value) => {
    list(`${title}.reached`, record(title, value).reached, array);
    return value;
  },
});
