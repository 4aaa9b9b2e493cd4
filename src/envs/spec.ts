/** What a family of tasks is: its fields with units, its task distribution, its presets, and the numbers that the WebAssembly module is given. */
import type { Field } from '../core/spaces.ts';
import type { StepPart } from '../policies/belief.ts';
import type { Sum } from '../policies/linear-inputs.ts';

import type { PlanarBody } from './bodies/planar-body.ts';
import type { Drawing } from './drawings/drawing.ts';
import type { EnvModule, UserLaw } from './user/user-law.ts';

/** A part of the task distribution: tasks with low ≤ ω ≤ high in every coordinate, or all others. */
export interface TaskRegion {
  /** [W] each, in the task's own units. */
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly side: 'inside' | 'outside';
}

/** What a user may ask of any family; all have a default in the preset. */
export interface CommonOptions {
  readonly preset?: string;
  /** H, steps per episode. */
  readonly horizon?: number;
  /** E, episodes per trial. */
  readonly episodes?: number;
  readonly reward?: string;
  /** Reward for the learner's loss alone, never an input of the policy and never evaluated. Default: `reward`. */
  readonly trainingReward?: string;
  /** ε, m; families that have rewards with one. */
  readonly tolerance?: number;
  /** true: the task ω is part of the observation, ŝ = [s; ω]. */
  readonly context?: boolean;
  /** Tasks are drawn from this part of the family's distribution alone: train inside, test outside. Default: all of it. */
  readonly region?: TaskRegion;
  /** Tasks are drawn from this list alone, [·][W], each as likely, instead of from the family's distribution. One task makes an expert of the learner. */
  readonly taskList?: readonly (readonly number[])[];
  /**
   * Families with goals: the names of the state's coordinates that make up the goal. The others may be anything, and are 0 where the task is observed.
   * Default: all coordinates of the family's goals.
   */
  readonly goal?: readonly string[];
}

/** An environment by its id, or a user's by the file that it is defined in, with options. Wherever one is asked for, the id alone will do: `string | EnvOptions`. */
export interface EnvOptions extends CommonOptions {
  /** Default: that of the file. */
  readonly id?: string;
  /** The file's address, in Node also its path (`loadEnv`). Of a resolved environment: its name and hash. */
  readonly module?: URL | string | EnvModule;
  /** The family's own sizes; its spec lists them, and they are checked against it. */
  readonly [own: string]: unknown;
}

/** Whether options name an environment by the address of its file. */
export function namesFile<E>(env: E): env is E & { readonly module: URL | string } {
  const module = env !== null && typeof env === 'object' && 'module' in env ? env.module : undefined;
  return typeof module === 'string' || module instanceof URL;
}

/** Fully resolved, plain data: it crosses to workers, into config files and into hashes. A family's own sizes stand beside these fields. */
export type EnvConfig = {
  readonly id: string;
  readonly preset: string;
  readonly horizon: number;
  readonly episodes: number;
  readonly reward: string;
  readonly trainingReward: string;
  /** Missing in families whose rewards have no tolerance. */
  readonly tolerance?: number;
  readonly context: boolean;
  readonly region?: TaskRegion;
  readonly taskList?: readonly (readonly number[])[];
  readonly goal?: readonly string[];
  /** A user's environment: the file that it is defined in. */
  readonly module?: EnvModule;
};

/** A named task distribution of a family, with its horizon, reward and number of episodes. */
export interface Preset {
  readonly title: string;
  readonly source: string;
  readonly horizon: number;
  readonly episodes: number;
  readonly reward: string;
  /** ε, m, of families that have rewards with one. */
  readonly tolerance?: number;
  /** Mean return at which its source, or common use, calls it solved. */
  readonly solved?: number;
}

export interface Constant {
  readonly value: number;
  readonly unit: string;
  readonly meaning: string;
}

export interface SizeRange {
  readonly low: number;
  readonly high: number;
  readonly meaning: string;
}

/** A discrete action: one of n. */
interface Choices {
  readonly n: number;
  /** What each does. */
  readonly choices: readonly string[];
}

export type Point = readonly [x: number, y: number];

/** An arc around (0, 0), from and to in turns. */
export interface GoalArc {
  readonly radius: number;
  readonly turns: readonly [from: number, to: number];
  /** What a report says of it. */
  readonly caption: string;
}

/** The place on the plane that an observation shows, and what is drawn around it. */
interface Place {
  readonly unit: 'metres' | 'cells';
  of(observation: Float32Array, config: EnvConfig): [x: number, y: number];
  /** Whether a task is a place to be at or a direction to go in. */
  aim(config: EnvConfig): 'goal' | 'direction';
  /** Where all goals lie on an arc; null or none: they do not. */
  goalArc?(config: EnvConfig): GoalArc | null;
  /** What stands around it, drawn first: lines from point to point. */
  readonly scene?: readonly (readonly Point[])[];
  /** A second body whose path is shown. */
  readonly second?: { readonly name: string; of(observation: Float32Array): [x: number, y: number] };
}

/** The few kinds of a family's tasks. */
interface TaskKinds {
  /** Whether the tasks of this environment are of kinds. */
  has(config: EnvConfig): boolean;
  /** The kind of a task [W], in a word. */
  of(task: ArrayLike<number>, config: EnvConfig): string;
}

/** One articulated body, drawn as a strip of poses. */
export interface Articulated {
  readonly body: PlanarBody;
  /** s, that an action lasts. */
  readonly step: number;
  /** All places but x, which is 0, and the speed along x. */
  pose(observation: ArrayLike<number>): { q: number[]; vx: number };
  /** What a task [W] asks for, in words. */
  asks(task: ArrayLike<number>, config: EnvConfig): string;
}

/**
 * Tasks that are goals g to be at, reward [s' = g] or [‖s' − g‖ ≤ ε], with the place that `place` gives. `state` gives the state that belongs to an observation without
 * its goal, so that the step can be taken again towards another goal.
 */
interface Goals {
  /**
   * The rewards that are for being at the goal, the usual one first. Where arrival ends episodes, only the arrival itself may be paid: a reward around it would be
   * worth more to a policy that stays out of the goal (test/envs/goal-rewards.test.ts).
   */
  rewards(config: EnvConfig): readonly string[];
  /** Names of the state's coordinates that make up a whole goal, in the task's order. */
  readonly coordinates: readonly string[];
  state(observation: Float32Array, config: EnvConfig): number[];
  /** Where an observation says one is, in the task's order and units, as sums of its numbers; the same as the family's `place`. */
  place(config: EnvConfig): readonly Sum[];
  /** Whether reaching this place counts at all; default: always. Hindsight shows such places only. */
  counts?(observation: Float32Array): boolean;
  /** true: the option `goal` can't choose some of the coordinates. */
  readonly whole?: boolean;
}

/** What a model that infers the task from rewards has to know of them. */
interface RewardModel {
  /** What a reward depends on besides the task. */
  readonly reads: readonly StepPart[];
  /** Whether it has two values only, on either side of ½. */
  readonly twoValues: boolean;
}

/** `Own`: the family's sizes, whole numbers that its config has beside the common fields. */
export interface FamilySpec<Own extends object = object> {
  readonly id: string;
  /** The file of its law: assembly/envs/<law>.ts. Families may share one; empty for a user's environment. */
  readonly law: string;
  readonly title: string;
  /** Names by which people know the family or one like it, elsewhere: an error that meets one of them says which id is meant. */
  readonly alsoKnownAs?: readonly string[];
  readonly sizes?: Readonly<Record<string, SizeRange>> & { readonly [K in keyof Own]: SizeRange };
  state(config: EnvConfig & Own): readonly Field[];
  observation(config: EnvConfig & Own): readonly Field[];
  action(config: EnvConfig & Own): readonly Field[] | Choices;
  task(config: EnvConfig & Own): readonly Field[];
  readonly constants: Readonly<Record<string, Constant>>;
  /** Name → law in words. The order gives the codes that the module is told. */
  readonly rewards: Readonly<Record<string, string>>;
  readonly presets: Readonly<Record<string, Preset & Own>>;
  readonly defaultPreset: string;
  /** Rewards in which `tolerance` counts. Default: none. */
  readonly tolerantRewards?: readonly string[];
  /** Whether a law of the family may end an episode before the horizon. Default: never. */
  ends?(config: EnvConfig & Own): boolean;
  /**
   * What the oracle plays, the player who is told the task: the best play (default), a script that is good but not the best, or nothing, where no such play is
   * known.
   */
  readonly oracle?: 'best' | 'scripted' | 'none';
  /** Where tasks are of a few kinds, whose means are reported beside the mean over all: one of them may be played well and another not at all. */
  readonly kind?: TaskKinds;
  readonly articulated?: Articulated;
  /** How an environment is drawn while it is stepped. */
  readonly drawing?: Drawing<EnvConfig & Own>;
  readonly place?: Place;
  readonly goal?: Goals;
  /** Of the config's reward. Default: it depends on (s, a, s') and has any value. */
  rewardModel?(config: EnvConfig & Own): RewardModel;
  /** true: where a step leads depends on the task. Default: only the reward does. */
  taskMoves?(config: EnvConfig & Own): boolean;
  /**
   * The numbers that assembly/envs/<law>.ts reads. Keys and lengths are the same for every config, save the length of the last: the build writes the place of
   * each to assembly/envs/numbers/<law>.ts.
   */
  parameters(config: EnvConfig & Own): Readonly<Record<string, number | readonly number[]>>;
  /** A user's environment: its law. */
  readonly user?: UserLaw<EnvConfig>;
}

/** What a result says about its environment. A reward never changes without a new name, or a new version of the id. */
export interface EnvLabel {
  readonly id: string;
  /** Of the id: 0 of Bandit-v0. */
  readonly version: number;
  readonly preset: string;
  readonly reward: string;
}

export function envLabel({ id, preset, reward }: Omit<EnvLabel, 'version'>): EnvLabel {
  return { id, version: Number(/-v(\d+)$/.exec(id)?.[1] ?? 0), preset, reward };
}

/** The number by which the module knows a reward. Generated twin: REWARD_… in assembly/envs/numbers. */
export function rewardCode({ rewards }: Pick<FamilySpec, 'rewards'>, name: string): number {
  return Object.keys(rewards).indexOf(name);
}

/** For each coordinate of a goal 1 where it counts, else 0. */
export function countsOf({ goal }: EnvConfig, coordinates: readonly string[]): number[] {
  return coordinates.map((name) => (goal === undefined || goal.includes(name) ? 1 : 0));
}

/** Whether `region` or `taskList` let a task [W] be drawn; in the coordinates that count (of a goal), default all. */
export function isDrawn({ region, taskList }: EnvConfig, task: ArrayLike<number>, counts?: readonly number[]): boolean {
  const holds = (of: (w: number) => boolean) => (_: number, w: number) => counts?.[w] === 0 || of(w);
  if (taskList !== undefined) return taskList.some((one) => one.every(holds((w) => Math.fround(one[w]) === Math.fround(task[w]))));
  if (region === undefined) return true;
  const within = region.low.every(holds((w) => task[w] >= region.low[w] && task[w] <= region.high[w]));
  return within === (region.side === 'inside');
}

/** Whether tasks are all of the family's, as it draws and rewards them: what closed forms are known for. */
export function hasOwnTasks({ region, taskList, goal }: EnvConfig): boolean {
  return region === undefined && taskList === undefined && goal === undefined;
}
