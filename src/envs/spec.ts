/** What a family of tasks is: its fields with units, its task distribution, its presets, and the numbers that the WebAssembly module is given. */
import type { Field } from '../core/spaces.ts';
import type { PlanarBody } from './bodies/planar-body.ts';

/** Whole numbers that only some families have; each family's spec says which. */
export interface FamilySizes {
  /** GridNavi: cells of a side. */
  readonly size?: number;
  /** Bandit: arms to choose from. */
  readonly arms?: number;
  /** TabularMdp: S. */
  readonly states?: number;
  /** TabularMdp: A. */
  readonly actions?: number;
}

/** A part of the task distribution: tasks with low ≤ ω ≤ high in every coordinate, or all others. */
export interface TaskRegion {
  /** [W] each, in the task's own units. */
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly side: 'inside' | 'outside';
}

/** What a user may ask for; all but `id` have a default in the preset. */
export interface EnvOptions extends FamilySizes {
  readonly id: string;
  readonly preset?: string;
  /** H, steps per episode. */
  readonly horizon?: number;
  /** E, episodes per trial. */
  readonly episodes?: number;
  readonly reward?: string;
  /** Reward for the learner's loss alone, never an input of the policy and never evaluated. Default: `reward`. */
  readonly trainingReward?: string;
  /** ε of the rewards that have one, m. */
  readonly tolerance?: number;
  /** true: the task ω is part of the observation, ŝ = [s; ω]. */
  readonly context?: boolean;
  /** Tasks are drawn from this part of the family's distribution alone: train inside, test outside. Default: all of it. */
  readonly region?: TaskRegion;
  /** Tasks are drawn from these alone, [·][W], each as likely, instead of from the family's distribution. One: the expert's, who trains on nothing else. */
  readonly taskList?: readonly (readonly number[])[];
  /**
   * Families with goals: the coordinates of the state that the goal is of, by name; the others may be anything, and are 0 where the task is observed.
   * Default: all that the family's goals have.
   */
  readonly goal?: readonly string[];
}

export const envOptionNames = [
  'id',
  'preset',
  'horizon',
  'episodes',
  'reward',
  'trainingReward',
  'tolerance',
  'context',
  'region',
  'taskList',
  'goal',
  'size',
  'arms',
  'states',
  'actions',
] as const;

/** Fully resolved, plain data: it crosses to workers, into config files and into hashes. */
export interface EnvConfig extends FamilySizes {
  readonly id: string;
  readonly preset: string;
  readonly horizon: number;
  readonly episodes: number;
  readonly reward: string;
  readonly trainingReward: string;
  readonly tolerance: number;
  readonly context: boolean;
  readonly region?: TaskRegion;
  readonly taskList?: readonly (readonly number[])[];
  readonly goal?: readonly string[];
}

export interface Preset extends FamilySizes {
  readonly title: string;
  readonly source: string;
  readonly horizon: number;
  readonly episodes: number;
  readonly reward: string;
  readonly tolerance: number;
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
export interface Choices {
  readonly n: number;
  /** What each does. */
  readonly choices: readonly string[];
}

export interface FamilySpec {
  readonly id: string;
  /** The family's number in assembly/index.ts. */
  readonly family: number;
  readonly title: string;
  /** Those of `FamilySizes` that it has. */
  readonly sizes?: Readonly<Record<string, SizeRange>>;
  state(config: EnvConfig): readonly Field[];
  observation(config: EnvConfig): readonly Field[];
  action(config: EnvConfig): readonly Field[] | Choices;
  task(config: EnvConfig): readonly Field[];
  readonly constants: Readonly<Record<string, Constant>>;
  readonly rewards: Readonly<Record<string, string>>;
  readonly presets: Readonly<Record<string, Preset>>;
  readonly defaultPreset: string;
  /** Rewards in which `tolerance` counts. Default: none. */
  readonly tolerantRewards?: readonly string[];
  /** Whether a law of the family may end an episode before the horizon. Default: never. */
  ends?(config: EnvConfig): boolean;
  /** false: the best play of one who knows the task is not known. */
  readonly oracle?: false;
  /** Families of one articulated body. */
  readonly articulated?: {
    readonly body: PlanarBody;
    /** s, that an action lasts. */
    readonly step: number;
    /** All places but x, which is 0, and the speed along x. */
    pose(observation: ArrayLike<number>): { q: number[]; vx: number };
  };
  /** Families with a place in the plane: where an observation says one is, for drawing. */
  readonly place?: {
    readonly unit: 'metres' | 'cells';
    of(observation: Float32Array, config: EnvConfig): [x: number, y: number];
    /** What stands around it, drawn first: lines from point to point. */
    readonly scene?: readonly (readonly [x: number, y: number])[][];
    /** A second body whose path is shown. */
    readonly second?: { readonly name: string; of(observation: Float32Array): [x: number, y: number] };
  };
  /**
   * Families whose tasks are goals g to be at, reward [s' = g] or [‖s' − g‖ ≤ ε], where `place` says one is: the state that an observation without a goal is of,
   * so that its step can be taken again towards another goal.
   */
  readonly goal?: {
    readonly rewards: readonly string[];
    /** Names of the state's coordinates that a whole goal is of, in the task's order. */
    readonly coordinates: readonly string[];
    state(observation: Float32Array, config: EnvConfig): number[];
    /** Whether being there counts at all; default: always. Only such places are shown in hindsight. */
    counts?(observation: Float32Array): boolean;
  };
  /** The numbers that assembly/envs/<name>.ts reads, in its order. */
  parameters(config: EnvConfig): number[];
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
