/** What the rules of docs/contract.md see of an environment, from outside only, and the words in which they are written. */
import { philox, toUniform } from '../../core/philox.ts';
import type { EnvConfig, FamilySpec } from '../spec.ts';
import type { UserBatch } from '../user/user-law.ts';
import type { ResetOptions, VectorEnv, VectorStep } from '../vector-env.ts';

export interface ContractEnv {
  readonly config: EnvConfig;
  readonly numEnvs: number;
  reset(options?: ResetOptions): { observations: Float32Array; tasks: Float32Array };
  step(actions: Float32Array): VectorStep;
  tasks(): Float32Array;
  close(): void;
}

/** What the kit is told about a family. */
export interface Subject {
  readonly config: EnvConfig;
  /** N of most rules: 9, not a multiple of four, so that padding shows. */
  readonly numEnvs: number;
  /** The environment under test, with some of its options replaced. */
  make(numEnvs: number, changes?: Partial<EnvConfig>): ContractEnv;
  readonly observationSize: number;
  readonly actionSize: number;
  /** Number of choices of a discrete action, else 0. */
  readonly choices: number;
  readonly taskSize: number;
  /** Nothing that is observed ever changes. */
  readonly oneState: boolean;
  /** Episodes start at states drawn at their coordinates; else all start alike. */
  readonly drawnStart: boolean;
  /** How many tasks there are; Infinity where too many to meet one twice. */
  readonly numTasks: number;
  /** After how many more steps the first reward can answer to an action, under the family's quickest reward. */
  readonly answersAfter: number;
  /** Names of the family's rewards; at least one of them answers to actions within an episode. */
  readonly rewards: readonly string[];
  /** Actions [N, A] that lead to the family's own end of an episode; null if no law ends one. */
  readonly seek: ((observations: Float32Array, tasks: Float32Array) => Float32Array) | null;
  /** A user's environment: whether rewards answer, tasks or starts differ and episodes end under random play is not known, and not asked. */
  readonly user?: {
    readonly ends: boolean;
    /** The user's code alone. */
    open(numEnvs: number): UserBatch;
    /** The environment under test with its states, whose tasks may be set. */
    vector(numEnvs: number): VectorEnv;
    /** Where the tasks are goals. */
    readonly goal?: FamilySpec['goal'];
  };
}

export type Rule = (subject: Subject) => void;

export function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

type Numbers = Float32Array | Uint8Array;
const bytes = (array: Numbers) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
/** Equal to the bit. */
export function same(a: Numbers, b: Numbers): boolean {
  const [x, y] = [bytes(a), bytes(b)];
  if (x.length !== y.length) return false;
  for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return false;
  return true;
}
export const copy = (s: VectorStep): VectorStep => ({
  observations: s.observations.slice(),
  rewards: s.rewards.slice(),
  terminated: s.terminated.slice(),
  truncated: s.truncated.slice(),
  faults: s.faults.slice(),
  finalObservations: s.finalObservations.slice(),
});

const answers = (s: VectorStep) => [s.observations, s.rewards, s.terminated, s.truncated, s.faults, s.finalObservations];
/** Whether two steps answered the same, to the bit. */
export const sameStep = (a: VectorStep, b: VectorStep) => answers(a).every((array, k) => same(array, answers(b)[k]));

/** Actions of step t: uniform a little beyond the bounds, or uniform choices. Environment n's do not depend on N. */
export function actionsAt(subject: Pick<Subject, 'actionSize' | 'choices'>, numEnvs: number, t: number): Float32Array {
  return Float32Array.from({ length: numEnvs * subject.actionSize }, (_, i) => {
    const u = toUniform(philox(12, 34, i, t, 0, 0)[0]);
    return subject.choices > 0 ? Math.floor(u * subject.choices) : 2.6 * u - 1.3;
  });
}

/** The first half of the environments seeks the end, the others act at random. */
export function mixed(subject: Subject, env: ContractEnv, t: number, observations: Float32Array): Float32Array {
  const actions = actionsAt(subject, env.numEnvs, t);
  const half = (env.numEnvs >> 1) * subject.actionSize;
  if (subject.seek !== null) actions.set(subject.seek(observations, env.tasks()).subarray(0, half));
  return actions;
}

export function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as { code?: string }).code ?? `untyped ${(error as Error).name}`;
  }
  return 'nothing thrown';
}
