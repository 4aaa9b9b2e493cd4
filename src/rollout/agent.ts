/**
 * A trained policy that acts step by step, in anybody's loop: the trial protocol of docs/contract.md between two steps. The arithmetic is that of whole rollouts (the
 * engine's), so that the actions are the same bits.
 */
import { boolean, fail, finite, floats, integer, numbers, oneOf, onlyFields, record, seed as seedOf } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { type SplitName, split as splits } from '../core/philox.ts';
import { Engine } from '../envs/engine.ts';
import { familyOf, portsOf } from '../envs/registry.ts';
import { countsOf, type EnvConfig } from '../envs/spec.ts';
import { largestBatch } from '../envs/vector-env.ts';
import type { StepPart } from '../policies/belief.ts';
import { type BeliefReading, beliefsOf, withModel } from '../policies/belief-reading.ts';
import { numParameters, type PolicyShape, type PolicySpec, resolvePolicy } from '../policies/policy.ts';
import { type Outcome, observationsOf, outcomeOf } from './agent-inputs.ts';
import { RewardDecoder } from './expected-rewards.ts';
import { Seat } from './seat.ts';

/** What acts: a policy with its parameters, in an environment. */
export interface Acting {
  readonly env: EnvConfig;
  readonly policy: PolicySpec;
  /** Flat [P], as the policy's shape orders them. */
  readonly parameters: Float32Array;
  /** Whether it acts greedily unless it is asked not to. */
  readonly greedy?: boolean;
  /** Policies on a belief: how to read it off the hidden state. */
  readonly belief?: BeliefReading;
}

/** How an agent acts. */
export interface AgentOptions {
  /** N, environments that it acts in at once. Default 1. */
  readonly numEnvs?: number;
  /** true: the likeliest action instead of a sampled one. Default: as the learner is tested. */
  readonly greedy?: boolean;
  /** true: an ablation, every episode begins with an empty memory. */
  readonly forget?: boolean;
}

export const agentOptionNames = ['numEnvs', 'greedy', 'forget'];

/** The coordinates of the random numbers: with those of a rollout, the sampled actions are the same. */
export interface TrialsOptions {
  readonly seed?: number;
  /** Default `test`. */
  readonly split?: SplitName;
  /** Environment n samples with the numbers of task firstTask + n. Default 0. */
  readonly firstTask?: number;
  /** The first episode's number. Default 0. */
  readonly firstEpisode?: number;
  /** The tasks [N, W], for policies that are told: needed where the observations do not hold them. */
  readonly tasks?: ArrayLike<number>;
}

/** Draws of z that an expected reward is the mean of. */
const numDraws = 32;

/** Gaussian beliefs over a latent variable, [N, Z] each. */
export interface AgentBelief {
  readonly mean: Float32Array;
  readonly logVariance: Float32Array;
}

/**
 * A trained policy that acts step by step in anybody’s loop, in one environment or N at once; its memory can be seen and set (docs/how-to/act-in-my-own-
 * loop.md).
 */
export class Agent {
  readonly env: EnvConfig;
  readonly policy: PolicySpec;
  readonly numEnvs: number;
  /** true: the likeliest action. */
  greedy: boolean;
  readonly #module: WebAssembly.Module;
  readonly #shape: PolicyShape;
  readonly #seat: Seat;
  readonly #taskSize: number;
  #parameters: Float32Array;
  #belief: BeliefReading | null;
  /** Made when it is first asked. */
  #decoder: RewardDecoder | null = null;
  #forget = false;
  /** Tasks that it was told, as observations hold them. */
  #told: Float32Array | null = null;
  #acted = false;
  #closed = false;

  /** Use `loadAgent` or `createAgent`. Throws `E_UNSUPPORTED` for the oracle, which plays by the law of its environment. */
  constructor(module: WebAssembly.Module, { env, policy, parameters, greedy = false, belief }: Acting, options: AgentOptions = {}) {
    onlyFields('agent', record('agent', options), agentOptionNames);
    if (policy.kind === 'oracle')
      throw new WasmetaError('E_UNSUPPORTED', 'the oracle is asked of its environment: env.oracle()', { policy: policy.kind });
    const ports = portsOf(env);
    this.numEnvs = integer('numEnvs', options.numEnvs ?? 1, 1, largestBatch);
    this.#shape = resolvePolicy(policy, ports);
    this.env = env;
    this.policy = policy;
    this.greedy = boolean('greedy', options.greedy ?? greedy);
    this.#parameters = this.#checked(parameters);
    this.#belief = belief ?? null;
    this.#taskSize = env.context ? familyOf(env.id).task(env).length : 0;
    this.#module = module;
    this.#seat = new Seat(new Engine(module), this.#shape, ports, this.numEnvs);
    this.#seat.setParameters(this.#parameters);
    this.forget = options.forget ?? false;
    this.reset();
  }

  /** Whether nothing is remembered from one episode to the next; can be switched in the middle of a trial. */
  get forget(): boolean {
    return this.#forget;
  }

  set forget(forget: boolean) {
    this.#mustBeOpen('forget');
    this.#seat.setForget(boolean('forget', forget));
    this.#forget = forget;
  }

  /** [P]. Setting it puts other weights into the same memory: those of a training that goes on. */
  get parameters(): Float32Array {
    return this.#parameters.slice();
  }

  set parameters(parameters: Float32Array) {
    this.#mustBeOpen('parameters');
    this.#parameters = this.#checked(parameters);
    this.#seat.setParameters(this.#parameters);
  }

  /** Takes the newest weights of a training: its state, or what is in it. */
  update(state: { readonly parameters: Float32Array; readonly model?: Float32Array }): void {
    record('state', state);
    const { parameters, model } = state;
    this.parameters = parameters;
    if (this.#belief === null || model === undefined) return;
    this.#belief = withModel(this.#shape, this.#belief, model);
    this.#decoder = null;
  }

  /** Starts a trial in every environment: memories 0, inputs (o, 0, 0, 1). */
  reset(options: TrialsOptions = {}): void {
    this.#mustBeOpen('reset');
    onlyFields('reset options', record('reset options', options), ['seed', 'split', 'firstTask', 'firstEpisode', 'tasks']);
    const seed = seedOf('seed', options.seed ?? 0);
    const split = splits[oneOf('split', options.split ?? 'test', Object.keys(splits) as SplitName[])];
    const firstTask = integer('firstTask', options.firstTask ?? 0, 0, 2 ** 32 - 1);
    const firstEpisode = integer('firstEpisode', options.firstEpisode ?? 0, 0, 2 ** 32 - 1);
    const told = options.tasks === undefined ? null : this.#observed(options.tasks);
    this.#seat.begin(
      seed,
      split,
      (n) => firstTask + n,
      () => firstEpisode,
    );
    this.#told = told;
    this.#acted = false;
  }

  /** Tells a policy that knows its task another one, in the middle of a trial: [N, W]. */
  tell(tasks: ArrayLike<number>): void {
    this.#mustBeOpen('tell');
    this.#told = this.#observed(tasks);
  }

  /**
   * The next actions [N, A] (discrete: [N], whole numbers), a copy. `observation`: [N, O]; with the task behind each row, or without it where the agent was told
   * (`reset`, `tell`). `last`: what the actions before led to; at the start of a trial it is not read. After the end of an episode the observation is the first of the
   * next. Throws `E_ARGUMENT` or `E_NOT_FINITE` before anything has changed; `E_NOT_FINITE` where an action is not finite.
   */
  act(observation: ArrayLike<number>, last?: Outcome): Float32Array {
    this.#mustBeOpen('act');
    const read = observationsOf(observation, [this.numEnvs, this.#seat.observationSize, this.#taskSize], this.#told);
    const outcome = this.#acted ? outcomeOf(last, this.numEnvs, this.#shape.inputs === 'trial') : null;
    if (outcome !== null) this.#seat.settle(outcome.rewards, outcome.terminated, outcome.truncated);
    const bad = this.#seat.act(read, this.greedy);
    if (bad >= 0) throw new WasmetaError('E_NOT_FINITE', `the action of environment ${bad} is not finite`, { environment: bad });
    this.#acted = true;
    return this.#seat.actions();
  }

  /** Numbers of memory of one environment, 0 without a memory. */
  get hiddenSize(): number {
    return this.#seat.hiddenSize;
  }

  /** The memory [N, hiddenSize], a copy: cell after cell; of an LSTM h, then c. Set it to go on from another memory. */
  get hidden(): Float32Array {
    this.#mustBeOpen('hidden');
    return this.#seat.hidden();
  }

  set hidden(hidden: ArrayLike<number>) {
    this.#mustBeOpen('hidden');
    numbers('hidden', hidden, this.numEnvs * this.hiddenSize, `${this.numEnvs} environments × ${this.hiddenSize}`);
    finite('hidden', hidden);
    this.#seat.setHidden(hidden);
  }

  /** What is believed after the last observation; null for policies without a belief. */
  get belief(): AgentBelief | null {
    if (this.#belief === null) return null;
    return beliefsOf(this.#shape, this.#belief, this.hidden, this.numEnvs);
  }

  /**
   * The rewards that its belief expects of steps, [N, C], by the model that it was trained with: a chance where rewards have two values. `steps`: [C, R], what the model
   * reads of a step, in the order of `stepParts`: the observation that it leads to, the one before it, the action (one-hot if discrete). Throws `E_UNSUPPORTED` without
   * such a model.
   */
  expectedRewards(steps: ArrayLike<number>): Float32Array {
    const { mean, logVariance } = this.belief ?? this.#noRewards();
    const decoder = this.#rewardDecoder();
    numbers('steps', steps);
    if (steps.length === 0 || steps.length % decoder.width !== 0) fail('steps', `rows of ${decoder.width} numbers`, steps);
    finite('steps', steps);
    const Z = mean.length / this.numEnvs;
    const C = steps.length / decoder.width;
    const all = new Float32Array(this.numEnvs * C);
    for (let n = 0; n < this.numEnvs; n++) {
      const [from, to] = [n * Z, (n + 1) * Z];
      all.set(decoder.expected(mean.subarray(from, to), logVariance.subarray(from, to), steps), n * C);
    }
    return all;
  }

  /** What its model reads of a step to expect its reward; null without such a model. */
  get rewardInputs(): readonly StepPart[] | null {
    return this.#belief?.rewards?.decoderInputs ?? null;
  }

  /** Means (continuous) or logits (discrete) of the last actions, [N, A]. */
  get distribution(): Float32Array {
    return this.#outputs().distribution;
  }

  /** The values that the policy gave to its last inputs [N]; null without a value head. */
  get values(): Float32Array | null {
    return this.#shape.value ? this.#outputs().values : null;
  }

  /** Of the last actions, [N]. */
  get logProbabilities(): Float32Array {
    this.#mustBeOpen('logProbabilities');
    return this.#seat.logProbabilities();
  }

  /** What the policy read last, [N, I]. */
  get inputs(): Float32Array {
    this.#mustBeOpen('inputs');
    return this.#seat.inputs();
  }

  /** Another agent that acts like this one at the start of a trial, with other weights if given. */
  copy(parameters: Float32Array = this.#parameters): Agent {
    const { env, policy, greedy, numEnvs, forget } = this;
    const belief = this.#belief === null ? {} : { belief: this.#belief };
    return new Agent(this.#module, { env, policy, parameters, ...belief }, { numEnvs, greedy, forget });
  }

  /** Frees its memory. A second call does nothing; any other call after it throws `E_CLOSED`. */
  close(): void {
    if (!this.#closed) this.#seat.free();
    this.#closed = true;
  }

  #rewardDecoder(): RewardDecoder {
    const { rewards, ...reading } = this.#belief ?? this.#noRewards();
    this.#decoder ??= new RewardDecoder(
      this.#shape,
      { ...reading, rewards: rewards ?? this.#noRewards() },
      this.#seat.observationSize,
      numDraws,
    );
    return this.#decoder;
  }

  #noRewards(): never {
    throw new WasmetaError('E_UNSUPPORTED', 'this policy has no model that expects rewards', { policy: this.policy.kind });
  }

  #outputs() {
    this.#mustBeOpen('outputs');
    const [all, A] = [this.#seat.outputs(), this.#shape.headSize];
    return {
      distribution: all.filter((_, i) => i % (A + 1) < A),
      values: all.filter((_, i) => i % (A + 1) === A),
    };
  }

  #checked(parameters: Float32Array): Float32Array {
    floats('parameters', parameters, numParameters(this.#shape), `what ${this.#shape.kind} needs`);
    finite('parameters', parameters);
    return parameters.slice();
  }

  /** Tasks [N, W] as observations hold them: coordinates of a goal that do not count are 0. */
  #observed(tasks: ArrayLike<number>): Float32Array {
    const W = this.#taskSize;
    if (W === 0) fail('tasks', 'nothing: this policy is not told its task', tasks);
    numbers('tasks', tasks, this.numEnvs * W, `${this.numEnvs} environments × ${W}`);
    finite('tasks', tasks);
    const { goal } = familyOf(this.env.id);
    const counts = goal === undefined ? null : countsOf(this.env, goal.coordinates);
    return Float32Array.from(tasks, (x, i) => x * (counts?.[i % W] ?? 1));
  }

  #mustBeOpen(what: string): void {
    if (this.#closed) throw new WasmetaError('E_CLOSED', `"${what}" expected an open agent, but it was closed`, { call: what });
  }
}
