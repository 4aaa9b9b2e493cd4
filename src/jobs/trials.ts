/** Plays trials on collectors that are kept for reuse, and remembers what each collector played last. */
import type { Engine } from '../envs/engine.ts';
import { portsOf } from '../envs/registry.ts';
import type { EnvConfig } from '../envs/spec.ts';
import { type PolicySpec, resolvePolicy } from '../policies/policy.ts';
import { Collector, type TrialReturns } from '../rollout/collector.ts';
import { Kept } from './kept.ts';

/** Which trials: tasks firstTask … firstTask + numTasks − 1 of (seed, split), played by a policy with these parameters. */
export interface TrialsSpec {
  readonly env: EnvConfig;
  readonly policy: PolicySpec;
  readonly parameters: Float32Array;
  readonly seed: number;
  readonly split: number;
  readonly firstTask: number;
  readonly numTasks: number;
  readonly greedy: boolean;
  /** true: an ablation, every episode begins as a trial does, with an empty memory. Default false. */
  readonly forget?: boolean;
}

/** Time-major copies [T, N, ·] of what happened, with the tasks [N, W]. */
export interface KeptSteps {
  readonly numTrials: number;
  readonly steps: number;
  readonly inputSize: number;
  readonly actionSize: number;
  readonly tasks: Float32Array;
  readonly inputs: Float32Array;
  readonly actions: Float32Array;
  readonly logProbabilities: Float32Array;
  readonly values: Float32Array;
  readonly rewards: Float32Array;
  readonly valid: Float32Array;
  readonly done: Float32Array;
  /** [N, E, O], the observation that the last step of each episode led to. */
  readonly finals: Float32Array;
}

/** Trials that were played; the collector's record is theirs until it plays others. */
export interface Played {
  readonly spec: TrialsSpec;
  readonly collector: Collector;
  readonly returns: TrialReturns;
}

interface Seat {
  readonly collector: Collector;
  played: Played | null;
}

/** Enough for the shards of a run that share a worker. A collector that had to go is made anew, and its trials are played again. */
const keptCollectors = 8;

export class Trials {
  readonly #engine: Engine;
  readonly #seats: Kept<Seat>;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#seats = new Kept(keptCollectors, ({ collector }) => collector.free());
  }

  /** Plays the trials. Jobs of different `use` do not share a collector; `recorded` keeps the steps. */
  play(spec: TrialsSpec, use: string, recorded: boolean): Played {
    return play(this.#seatFor(spec, use, recorded), spec);
  }

  /** Plays the trials of a shard that is about to learn from them, and keeps their steps. */
  collect(shard: number, spec: TrialsSpec): Played {
    return this.play(spec, `collect ${shard}`, true);
  }

  /** What `collect` has played for this shard; other trials, or none, are played again to the same bytes. */
  collected(shard: number, spec: TrialsSpec): Played {
    return this.#kept(`collect ${shard}`, spec);
  }

  /** Trials of an iteration before, which are played again; those that were recalled last for this shard are still there. */
  recalled(shard: number, spec: TrialsSpec): Played {
    return this.#kept(`recall ${shard}`, spec);
  }

  #kept(use: string, spec: TrialsSpec): Played {
    const seat = this.#seatFor(spec, use, true);
    return seat.played !== null && sameTrials(seat.played.spec, spec) ? seat.played : play(seat, spec);
  }

  clear(): void {
    this.#seats.clear();
  }

  #seatFor({ env, policy, numTasks }: TrialsSpec, use: string, recorded: boolean): Seat {
    return this.#seats.get([use, env, policy, numTasks, recorded], () => ({
      collector: new Collector(this.#engine, env, resolvePolicy(policy, portsOf(env)), numTasks, recorded),
      played: null,
    }));
  }
}

function play(seat: Seat, spec: TrialsSpec): Played {
  seat.played = null;
  const returns = seat.collector.run(spec.parameters, spec, spec.greedy, spec.forget);
  seat.played = { spec, collector: seat.collector, returns };
  return seat.played;
}

/** Copies the steps: a job must not hand out views into WebAssembly's memory. */
export function keptSteps(collector: Collector): KeptSteps {
  const record = collector.record();
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
    finals: record.finals.slice(),
  };
}

/** For trials of one collector, whose environment and policy are the same. */
function sameTrials(a: TrialsSpec, b: TrialsSpec): boolean {
  return (
    a.seed === b.seed &&
    a.split === b.split &&
    a.firstTask === b.firstTask &&
    a.greedy === b.greedy &&
    a.forget === b.forget &&
    sameNumbers(a.parameters, b.parameters)
  );
}

/** A plain loop, because it runs over every parameter before every update. */
export function sameNumbers(a: Float32Array, b: Float32Array): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
