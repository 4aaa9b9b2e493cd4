/** What a plain twin of a family must offer: one environment, f64, written for reading. */
import type { EnvConfig } from '../../src/envs/spec.ts';

/** A config with numbers of the family's own, such as its sizes. */
export type ConfigOf<Own extends object> = EnvConfig & Own;

export interface Move {
  readonly reward: number;
  readonly trainingReward: number;
  readonly terminated: boolean;
  /** Distance of the new state to the nearest threshold of reward or termination: below rounding, f32 and f64 may disagree there. */
  readonly margin: number;
  /** How many times rounding errors of the state grow in this step, of families with impacts. Default 1. */
  readonly amplifies?: number;
  /** How many times errors of the state come into the reward. Default 1. */
  readonly slope?: number;
}

/** Philox coordinates of an episode. */
export interface Coordinates {
  readonly seed: number;
  readonly split: number;
  readonly task: number;
  readonly episode: number;
}

export interface ReferenceEnv {
  /** ω of Philox coordinates (seed, split, task). */
  sampleTask(seed: number, split: number, task: number): number[];
  /** An episode's start; noise is drawn at its coordinates. */
  start(task: readonly number[], at: Coordinates): void;
  observe(): number[];
  /** Families whose errors grow: takes the state from an observation. */
  resume?(observation: ArrayLike<number>): void;
  /** Families with numbers that are not observed, and which grow: takes the state [S], by the fields of the spec. */
  restore?(state: ArrayLike<number>): void;
  move(action: ArrayLike<number> & Iterable<number>): Move;
  /** The best action of the oracle. */
  best(): number[];
}

/** Given a config that `resolveEnv` has checked, so that the family's own numbers are there. */
export type MakeReference = { make(config: EnvConfig): ReferenceEnv }['make'];

/** Actions [N, A] that lead to the end of an episode, from observations [N, O] and tasks [N, W]. */
export type Seek = (observations: Float32Array, tasks: Float32Array, observationSize: number) => Float32Array;

/** What the tests of the contract must know of a family; the defaults are those of most. */
export interface Traits {
  /** The twin takes a millisecond a step: it is played for fewer steps. */
  readonly slow?: true;
  /** The start of an episode is drawn. */
  readonly drawnStart?: true;
  /** How many tasks a config has, where they are few. */
  numTasks?(config: EnvConfig): number;
  /** After how many more steps a reward can first answer to an action. Default 0: it answers at once, under some reward of the family. */
  readonly answersAfter?: number;
  /** A horizon so short that the law does not end all episodes of random play before it. */
  kitHorizon?(config: EnvConfig): number | null;
  /** What leads to an end by the law, in configs whose law ends episodes. */
  seek?(config: EnvConfig): Seek | null;
}

/** What the file of a twin exports. */
export interface Twin {
  readonly reference: MakeReference;
  readonly traits?: Traits;
}
