/** What a user writes to define an environment: plain fields and functions, checked here. docs/your-environment.md says it with examples. */
import { fail, integer, number, oneOf, onlyFields, record } from '../../core/checks.ts';
import { type Mistakes, pathOf, settle } from '../../core/schema.ts';
import type { Field } from '../../core/spaces.ts';
import type { Canvas2D, View } from '../drawings/drawing.ts';
import type { EnvConfig, Preset } from '../spec.ts';
import { type GoalDescription, goalOf, type UserGoal } from './goals.ts';
import type { Random } from './random.ts';

/** A field with a name; unit '1', no bounds and no meaning unless given. */
export interface NamedField {
  readonly name: string;
  readonly unit?: string;
  readonly low?: number;
  readonly high?: number;
  readonly meaning?: string;
}

interface Choices {
  /** Number of actions. */
  readonly n: number;
  /** What each does. */
  readonly choices?: readonly string[];
}

/** A preset of your own environment: H, E, and which reward. */
export interface UserPreset {
  /** What it is, in a few words. */
  readonly title?: string;
  readonly source?: string;
  /** H, steps per episode. */
  readonly horizon: number;
  /** E, episodes per trial. Default 1. */
  readonly episodes?: number;
  /** Default: the first of the rewards. */
  readonly reward?: string;
  /** ε of the rewards that have one (`tolerantRewards`); options of the same name change it. */
  readonly tolerance?: number;
}

/** What a step answers. With several named rewards: the value of each. */
export interface UserStep {
  readonly reward: number | Readonly<Record<string, number>>;
  /** Whether the law ended the episode. */
  readonly terminated: boolean;
}

/** The views are rows of larger arrays: change them in place, do not keep them. `config` is the resolved environment: preset, horizon, reward, … */
export interface EnvDefinition {
  /** With a version, which rises when dynamics or reward change: `Pendulum-v0`. */
  readonly id: string;
  readonly title?: string;
  /** [O] */
  readonly observation: readonly NamedField[];
  /** [A] continuous actions from −1 to 1, which the law clips and scales, or a choice of one in n. */
  readonly action: readonly NamedField[] | Choices;
  /** [W] */
  readonly task: readonly NamedField[];
  /** Number of floats (f64) of a state, or their fields. */
  readonly state: number | readonly NamedField[];
  readonly presets: Readonly<Record<string, UserPreset>>;
  /** Name → law in words. Default: one reward, `default`. */
  readonly rewards?: Readonly<Record<string, string>>;
  /** Rewards in which `config.tolerance` counts, the distance ε that they forgive. Default: none. */
  readonly tolerantRewards?: readonly string[];
  /** Tasks that are goals to be at: for goal-conditioned learners and hindsight. */
  readonly goal?: UserGoal;
  /** Whether the law may end an episode before the horizon. Default true. */
  readonly ends?: boolean;
  /** Whether where a step leads depends on the task. Default true. */
  readonly taskMoves?: boolean;
  /** Default: uniform between the bounds of the task's fields. */
  sampleTask?(random: Random, task: Float32Array, config: EnvConfig): void;
  reset(state: Float64Array, task: Float32Array, random: Random, config: EnvConfig): void;
  /** `action`: [A], or the number of the choice. */
  step(state: Float64Array, action: never, task: Float32Array, random: Random, config: EnvConfig): UserStep;
  observe(state: Float64Array, task: Float32Array, out: Float32Array, config: EnvConfig): void;
  /** Writes the action of a player who is told the task (discrete: the choice into `action[0]`). */
  oracle?(state: Float64Array, task: Float32Array, action: Float32Array, config: EnvConfig): void;
  /** Draws the state within (0, 0) … (view.width, view.height), on the colour of the paper; `view` has the task, the earlier states and colours for light and dark pages. */
  draw?(context: Canvas2D, state: ArrayLike<number>, view: View<EnvConfig>): void;
}

/** The fields that describe an environment; the rest of a definition is its law. */
export interface EnvDescription {
  readonly id: string;
  readonly title: string;
  readonly observation: readonly Field[];
  readonly action: readonly Field[] | Required<Choices>;
  readonly task: readonly Field[];
  readonly state: readonly Field[];
  readonly presets: Readonly<Record<string, Preset>>;
  readonly rewards: Readonly<Record<string, string>>;
  readonly tolerantRewards: readonly string[];
  readonly goal: GoalDescription | null;
  readonly ends: boolean;
  readonly taskMoves: boolean;
}

const described = ['id', 'title', 'observation', 'action', 'task', 'state', 'presets', 'rewards'].concat([
  'tolerantRewards',
  'goal',
  'ends',
  'taskMoves',
]);
const needed = ['reset', 'step', 'observe'];
const optional = ['sampleTask', 'oracle', 'draw'];
const mostFields = 4096;

/** A definition as it is, once everything in it has been checked. Throws `E_ARGUMENT` for one mistake, `E_CONFIG` for several. */
export function defineEnv<D extends EnvDefinition>(definition: D): D {
  describeDefinition(definition);
  return definition;
}

/** What a definition says of its environment. Throws as `defineEnv` does. */
export function describeDefinition(definition: EnvDefinition): EnvDescription {
  return settle('environment', (mistakes) => {
    const own = mistakes.attempt(() => record('environment', definition));
    if (own === undefined) return undefined;
    const { reset, step, observe, sampleTask, oracle, draw, ...fields } = own;
    const description = checkFields(fields, mistakes);
    const functions = { reset, step, observe, sampleTask, oracle, draw };
    for (const [name, value] of Object.entries(functions))
      mistakes.attempt(() => {
        if (typeof value !== 'function' && (needed.includes(name) || value !== undefined)) fail(name, 'a function', value);
      });
    const unbounded = Array.isArray(definition.task)
      ? definition.task.find(({ low = -Infinity, high = Infinity }) => !Number.isFinite(high - low))
      : undefined;
    if (sampleTask === undefined && unbounded !== undefined)
      mistakes.attempt(() =>
        fail('sampleTask', `a function, for the task's "${unbounded.name}" has no bounds to draw between`, sampleTask),
      );
    return description;
  });
}

/** The describing fields of the spec of a WebAssembly module, with their defaults. Throws as `defineEnv` does. */
export function describe(spec: unknown): EnvDescription {
  return settle('environment', (mistakes) => checkFields(spec, mistakes));
}

function checkFields(value: unknown, mistakes: Mistakes): EnvDescription | undefined {
  const before = mistakes.count;
  const given = mistakes.attempt(() => record('environment', value));
  if (given === undefined) return undefined;
  mistakes.attempt(() => onlyFields('environment', given, [...described, ...needed, ...optional]));
  const id = mistakes.attempt(() => idOf(given.id));
  const list = (name: string) => mistakes.attempt(() => fieldsOf(name, given[name]));
  const [observation, task] = [list('observation'), list('task')];
  const action = mistakes.attempt(() => actionOf(given.action));
  const state = mistakes.attempt(() =>
    Array.isArray(given.state) ? fieldsOf('state', given.state) : numbered(integer('state', given.state, 0, mostFields)),
  );
  const rewards = mistakes.attempt(() => rewardsOf(given.rewards));
  const names = Object.keys(rewards ?? {});
  const tolerantRewards = mistakes.attempt(() => tolerantOf(given.tolerantRewards, names)) ?? [];
  const presets = mistakes.attempt(() => presetsOf(given.presets, names, tolerantRewards));
  const goal =
    observation && task && state && rewards && mistakes.attempt(() => goalOf(given.goal, { observation, task, state, rewards: names }));
  const flagOf = (name: string, value: unknown) => {
    if (value !== undefined && typeof value !== 'boolean') mistakes.attempt(() => fail(name, 'true or false', value));
    return value !== false;
  };
  const [ends, taskMoves] = [flagOf('ends', given.ends), flagOf('taskMoves', given.taskMoves)];
  const title = typeof given.title === 'string' ? given.title : String(id);
  if (mistakes.count > before) return undefined;
  return { id, title, observation, action, task, state, presets, rewards, tolerantRewards, goal, ends, taskMoves } as EnvDescription;
}

function idOf(value: unknown): string {
  if (typeof value !== 'string' || !/^[A-Za-z][A-Za-z0-9.-]{0,60}-v\d{1,4}$/.test(value))
    fail('id', 'a name with a version, such as Pendulum-v0', value);
  return value;
}

function nameOf(path: string, value: unknown): string {
  if (typeof value !== 'string' || value.length < 1 || value.length > 100 || !/^[\P{Cc}]+$/u.test(value))
    fail(path, 'a name of 1 to 100 letters', value);
  return value;
}

function fieldsOf(path: string, value: unknown): Field[] {
  if (!Array.isArray(value) || value.length > mostFields) return fail(path, 'a list of fields { name, unit, low, high, meaning }', value);
  return value.map((one, i) => {
    const at = `${path}[${i}]`;
    const field = record(at, one);
    onlyFields(at, field, ['name', 'unit', 'low', 'high', 'meaning']);
    const { unit = '1', low = -Infinity, high = Infinity, meaning = '' } = field;
    if (typeof low !== 'number' || typeof high !== 'number' || !(low < high)) fail(pathOf(at, 'low'), 'a number below "high"', low);
    return { name: nameOf(pathOf(at, 'name'), field.name), unit: `${unit}`, low, high, meaning: `${meaning}` } as Field;
  });
}

const numbered = (count: number): Field[] =>
  Array.from({ length: count }, (_, k) => ({ name: `state ${k}`, unit: '1', low: -Infinity, high: Infinity, meaning: '' }));

function actionOf(value: unknown): Field[] | Required<Choices> {
  if (!Array.isArray(value)) {
    const { n, choices, ...rest } = record('action', value);
    onlyFields('action', rest, ['n', 'choices']);
    const count = integer('action.n', n, 2, mostFields);
    if (choices !== undefined && (!Array.isArray(choices) || choices.length !== count))
      fail('action.choices', `a list of ${count} names`, choices);
    return { n: count, choices: Array.from({ length: count }, (_, i) => `${(choices as string[] | undefined)?.[i] ?? i}`) };
  }
  if (value.length === 0) fail('action', 'at least one field, or { n, choices }', value);
  const bounded = value.map((one) => ({ low: -1, high: 1, ...record('action', one) }));
  return fieldsOf('action', bounded).map((field, i) => {
    if (field.low !== -1 || field.high !== 1)
      fail(
        `action[${i}]`,
        'bounds −1 and 1: policies and random play act between them, and the law scales',
        `${field.low} … ${field.high}`,
      );
    return field;
  });
}

function rewardsOf(value: unknown): Record<string, string> {
  if (value === undefined) return { default: 'what the environment pays' };
  const rewards = record('rewards', value);
  if (Object.keys(rewards).length === 0) fail('rewards', 'at least one reward', value);
  return Object.fromEntries(Object.entries(rewards).map(([name, law]) => [nameOf('rewards', name), `${law}`]));
}

function tolerantOf(value: unknown, rewards: readonly string[]): string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return fail('tolerantRewards', `a list of some of ${rewards.join(', ')}`, value);
  return value.map((name, i) => oneOf(`tolerantRewards[${i}]`, name, rewards));
}

function presetsOf(value: unknown, rewards: readonly string[], tolerantRewards: readonly string[]): Record<string, Preset> {
  const presets = record('presets', value);
  if (Object.keys(presets).length === 0) fail('presets', 'at least one preset { horizon, episodes }', value);
  return Object.fromEntries(
    Object.entries(presets).map(([name, one]) => {
      const path = `presets.${name}`;
      if (!/^[a-z0-9][a-z0-9.-]{0,60}$/.test(name)) fail('presets', 'names of small letters, digits and hyphens', name);
      const preset = record(path, one);
      onlyFields(path, preset, ['title', 'source', 'horizon', 'episodes', 'reward', 'tolerance']);
      const { title = name, source = '', horizon, episodes = 1, reward = rewards[0] } = preset;
      const { tolerance } = preset;
      if (!rewards.includes(`${reward}`)) fail(`${path}.reward`, `one of ${rewards.join(', ')}`, reward);
      return [
        name,
        {
          title: `${title}`,
          source: `${source}`,
          horizon: integer(`${path}.horizon`, horizon, 1, 100_000),
          episodes: integer(`${path}.episodes`, episodes, 1, 10_000),
          reward: `${reward}`,
          ...(tolerantRewards.length > 0 && { tolerance: number(`${path}.tolerance`, tolerance, 1e-6, 1e6) }),
        },
      ];
    }),
  );
}
