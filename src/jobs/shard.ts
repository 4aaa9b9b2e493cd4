/**
 * Does jobs, in a worker or on this thread: collect → advantages → gradient, all where the trajectories are.
 * What it remembers between jobs only saves time: a gradient job whose trials are not at hand plays them again, to the same bytes.
 */
import { WasmetaError } from '../core/errors.ts';
import { split } from '../core/philox.ts';
import { Batch } from '../envs/batch.ts';
import { Engine } from '../envs/engine.ts';
import { portsOf } from '../envs/registry.ts';
import type { Learner, LearnerFactory } from '../losses/learner.ts';
import type { Assets } from '../platform/assets.ts';
import { resolvePolicy } from '../policies/policy.ts';
import { type Advantages, advantagesOf, countedRewards, trainingReturns } from '../rollout/advantages.ts';
import { Collector, type TrialRecord, type TrialReturns } from '../rollout/collector.ts';
import { playStrategy } from '../strategies/registry.ts';
import { type Believed, believed, elboGradient, readBeliefs } from './belief-shard.ts';
import type {
  AdvantageOptions,
  BeliefsJob,
  BeliefsResult,
  CollectJob,
  CollectResult,
  ElboGradientJob,
  ElboGradientResult,
  Job,
  JobResult,
  KeptSteps,
  PpoGradientJob,
  PpoGradientResult,
  RolloutJob,
  RolloutResult,
  StepJob,
  StepResult,
  StrategyJob,
  TrialsSpec,
} from './jobs.ts';
import { MamlShard } from './maml-shard.ts';
import { gatherTrials } from './minibatch.ts';
import { namingShard, sameNumbers } from './shard-parts.ts';
import { Td3Shard } from './td3-shard.ts';

export interface Shard {
  run(job: Job): Promise<JobResult>;
  close(): void;
}

export async function createShard(assets: Assets, learner: LearnerFactory | null): Promise<Shard> {
  return new LocalShard(new Engine(assets.engine), learner === null ? null : await learner(assets));
}

/** Collectors kept for reuse: enough for the shards of a run that share a worker. */
const keptCollectors = 8;

interface Played {
  readonly spec: TrialsSpec;
  readonly collector: Collector;
  readonly returns: TrialReturns;
  advantages: { readonly options: AdvantageOptions; readonly values: Advantages } | null;
  believed: Believed | null;
}

class LocalShard implements Shard {
  readonly #engine: Engine;
  readonly #learner: Learner | null;
  readonly #collectors = new Map<string, Collector>();
  readonly #played = new Map<Collector, Played>();

  readonly #td3: Td3Shard;

  #maml: MamlShard | null = null;

  constructor(engine: Engine, learner: Learner | null) {
    this.#engine = engine;
    this.#learner = learner;
    this.#td3 = new Td3Shard(engine);
  }

  async run(job: Job): Promise<JobResult> {
    switch (job.kind) {
      case 'rollout':
        return this.#rollout(job);
      case 'strategy':
        return strategyRollout(this.#engine, job);
      case 'collect':
        return this.#collect(job);
      case 'ppo-gradient':
        return this.#ppoGradient(job);
      case 'elbo-gradient':
        return this.#elboGradient(job);
      case 'beliefs':
        return this.#beliefs(job);
      case 'td3':
        return namingShard(job.shard, () => this.#td3.updates(this.#mustLearn(job), job));
      case 'adapt':
      case 'meta-gradient':
      case 'meta-loss':
      case 'fisher':
        this.#maml ??= new MamlShard(this.#engine, this.#mustLearn(job));
        return namingShard(job.shard, () => (this.#maml as MamlShard).run(job));
      case 'regression-gradient':
        return this.#mustLearn(job).regressionGradient(job.spec);
      case 'regression-errors':
        return { errors: this.#mustLearn(job).regressionErrors(job.spec) };
      case 'step':
        return stepBatch(this.#engine, job);
      default:
        throw new WasmetaError(
          'E_ARGUMENT',
          `"job.kind" expected a known kind, got ${JSON.stringify((job as { kind: unknown }).kind)}`,
          {},
        );
    }
  }

  close(): void {
    this.#maml?.close();
    this.#td3.close();
    this.#learner?.close();
  }

  #rollout(job: RolloutJob): RolloutResult {
    const collector = this.#collectorFor(job.trials, 'rollout', job.keep !== 'returns');
    const { returns, lengths } = this.#play(collector, job.trials).returns;
    return {
      returns: job.keep === 'scores' ? trainingReturns(collector.record(), job.trials.env.episodes) : returns.slice(),
      lengths: lengths.slice(),
      steps: lengths.reduce((a, b) => a + b, 0),
      record: job.keep === 'steps' ? keptSteps(collector) : null,
    };
  }

  #collect(job: CollectJob): CollectResult {
    const played = this.#play(this.#collectorFor(job.trials, `collect ${job.shard}`, true), job.trials);
    const { advantages, targets } = this.#advantages(played, job.advantages);
    const record = played.collector.record();
    const { valid, values, numTrials } = record;
    const rewards = countedRewards(record, job.advantages.explorationEpisodes);
    const sums = {
      rewardSum: 0,
      advantageSum: 0,
      advantageSquares: 0,
      discountedSum: 0,
      discountedSquares: 0,
      targetSum: 0,
      targetSquares: 0,
      errorSquares: 0,
    };
    const ahead = new Float64Array(numTrials);
    let steps = 0;
    for (let at = valid.length - 1; at >= 0; at--) {
      if (valid[at] === 0) continue;
      const n = at % numTrials;
      ahead[n] = rewards[at] - job.advantages.reward.mean + job.advantages.gamma * ahead[n];
      steps++;
      sums.rewardSum += rewards[at];
      sums.advantageSum += advantages[at];
      sums.advantageSquares += advantages[at] ** 2;
      sums.discountedSum += ahead[n];
      sums.discountedSquares += ahead[n] ** 2;
      sums.targetSum += targets[at];
      sums.targetSquares += targets[at] ** 2;
      sums.errorSquares += (targets[at] - values[at]) ** 2;
    }
    return { returns: played.returns.returns.slice(), steps, ...sums };
  }

  async #ppoGradient(job: PpoGradientJob): Promise<PpoGradientResult> {
    const learner = this.#mustLearn(job);
    const played = this.#playedFor(job);
    const { collector } = played;
    const read = job.belief === undefined ? null : believed(learner, collector, job.belief, played.believed);
    played.believed = read;
    const { shape, ...inputs } = read ?? { shape: collector.shape };
    const minibatch = gatherTrials({ ...collector.record(), ...inputs }, this.#advantages(played, job.advantages), job.columns);
    return namingShard(job.shard, () => learner.ppoGradient(shape, job.parameters, minibatch, job.loss));
  }

  async #elboGradient(job: ElboGradientJob): Promise<ElboGradientResult> {
    const learner = this.#mustLearn(job);
    const { collector } = this.#playedFor(job);
    return namingShard(job.shard, () => elboGradient(learner, collector.shape, collector.record(), job));
  }

  #beliefs(job: BeliefsJob): BeliefsResult {
    const learner = this.#mustLearn(job);
    const collector = this.#collectorFor(job.trials, 'beliefs', true);
    this.#play(collector, job.trials);
    return { record: keptSteps(collector), ...readBeliefs(learner, collector.shape, collector.record(), job) };
  }

  #mustLearn({ kind }: Job): Learner {
    if (this.#learner === null)
      throw new WasmetaError('E_UNSUPPORTED', 'this executor was made without a learner, so it computes no gradients', { kind });
    return this.#learner;
  }

  /** A collect job's trials, played again unless they are here. */
  #playedFor({ shard, trials }: PpoGradientJob | ElboGradientJob): Played {
    const collector = this.#collectorFor(trials, `collect ${shard}`, true);
    const before = this.#played.get(collector);
    return before !== undefined && sameTrials(before.spec, trials) ? before : this.#play(collector, trials);
  }

  #play(collector: Collector, spec: TrialsSpec): Played {
    this.#played.delete(collector);
    const returns = collector.run(spec.parameters, spec, spec.greedy);
    const played = { spec, collector, returns, advantages: null, believed: null };
    this.#played.set(collector, played);
    return played;
  }

  #advantages(played: Played, options: AdvantageOptions): Advantages {
    const known = played.advantages;
    if (known !== null && JSON.stringify(known.options) === JSON.stringify(options)) return known.values;
    const record = played.collector.record();
    const rewards = countedRewards(record, options.explorationEpisodes);
    const result = advantagesOf(rewards, record.values, record.valid, record.numTrials, options.gamma, options.lambda, options.reward);
    played.advantages = { options, values: result };
    return result;
  }

  /** The oldest collector gives way when there are too many: its trials can be played again. */
  #collectorFor(spec: TrialsSpec, use: string, recorded: boolean): Collector {
    const key = JSON.stringify([use, spec.env, spec.policy, spec.numTasks, recorded]);
    let collector = this.#collectors.get(key);
    if (collector === undefined) {
      if (this.#collectors.size >= keptCollectors) this.#drop(this.#collectors.keys().next().value as string);
      collector = new Collector(this.#engine, spec.env, resolvePolicy(spec.policy, portsOf(spec.env)), spec.numTasks, recorded);
    } else this.#collectors.delete(key);
    this.#collectors.set(key, collector); // now the newest
    return collector;
  }

  #drop(key: string): void {
    const collector = this.#collectors.get(key) as Collector;
    this.#collectors.delete(key);
    this.#played.delete(collector);
    collector.free();
  }
}

function strategyRollout(engine: Engine, job: StrategyJob): RolloutResult {
  const { returns, lengths } = playStrategy(engine, job.trials);
  return { returns, lengths, steps: lengths.reduce((a, b) => a + b, 0), record: null };
}

function stepBatch(engine: Engine, job: StepJob): StepResult {
  const batch = new Batch(engine, job.env, job.numEnvs);
  try {
    batch.draw(0, split.train, 0);
    const rewards = engine.call((wasm) => {
      wasm.batchStart(batch.handle);
      wasm.batchStepUnchecked(batch.handle, job.steps);
      return engine.floats(wasm.batchRewards(batch.handle), job.numEnvs).slice();
    });
    return { steps: job.steps * job.numEnvs, rewards };
  } finally {
    batch.free();
  }
}

function sameTrials(a: TrialsSpec, b: TrialsSpec): boolean {
  return (
    a.seed === b.seed &&
    a.split === b.split &&
    a.firstTask === b.firstTask &&
    a.greedy === b.greedy &&
    sameNumbers(a.parameters, b.parameters)
  );
}

/** Copies: a shard must not hand out views into its memory. */
function keptSteps(collector: Collector): KeptSteps {
  const record: TrialRecord = collector.record();
  const rows = record.taken * record.numTrials;
  return {
    numTrials: record.numTrials,
    steps: record.taken,
    inputSize: record.inputSize,
    actionSize: record.actionSize,
    tasks: collector.batch.tasks(),
    inputs: record.inputs.slice(0, rows * record.inputSize),
    actions: record.actions.slice(0, rows * record.actionSize),
    logProbabilities: record.logProbabilities.slice(0, rows),
    values: record.values.slice(0, rows),
    rewards: record.rewards.slice(0, rows),
    valid: record.valid.slice(0, rows),
    done: record.done.slice(0, rows),
  };
}
