/** Goals of a user's environment: what a definition says of them, checked, and what hindsight needs (`goal` of a spec). */
import { fail, oneOf, onlyFields, record } from '../../core/checks.ts';
import type { Field } from '../../core/spaces.ts';
import type { EnvConfig, FamilySpec } from '../spec.ts';

/** Writes the state [S] in which an observation [O] is seen. */
type StateOf = (observation: Float32Array, state: Float64Array, config: EnvConfig) => void;

/** What makes tasks goals: places, rewards and how a state is found from an observation (docs/your-environment.md). */
export interface UserGoal {
  /** Names of the observation's fields that say where one is, in the order of the task's fields: the goal is met where they are the task's numbers. */
  readonly place: readonly string[];
  /** Rewards that are paid for being at the goal, the usual one first. Default: the first of the rewards. */
  readonly rewards?: readonly string[];
  /**
   * The state in which an observation is seen, so that a step can be taken again towards another goal: for each number of the state the name of the observation's
   * field that holds it, or (JavaScript) a function that writes it. Default: the observation's fields that are named as the state's.
   */
  readonly state?: readonly string[] | StateOf;
}

/** A goal whose names are places in the observation. */
export interface GoalDescription {
  readonly place: readonly number[];
  readonly coordinates: readonly string[];
  readonly rewards: readonly string[];
  /** null: a function says it. */
  readonly state: readonly number[] | null;
}

interface Fields {
  readonly observation: readonly Field[];
  readonly task: readonly Field[];
  readonly state: readonly Field[];
  readonly rewards: readonly string[];
}

export function goalOf(value: unknown, { observation, task, state, rewards }: Fields): GoalDescription | null {
  if (value === undefined) return null;
  const goal = record('goal', value);
  onlyFields('goal', goal, ['place', 'rewards', 'state']);
  const seen = observation.map(({ name }) => name);
  const places = (title: string, names: unknown, count: number, of: string): number[] => {
    if (!Array.isArray(names) || names.length !== count)
      return fail(title, `a list of ${count} names of the observation's fields, one for each number of ${of}`, names);
    return names.map((name, i) => seen.indexOf(oneOf(`${title}[${i}]`, name, seen)));
  };
  if (task.length === 0) fail('goal', 'a task of at least one field, which is the goal', value);
  const place = places('goal.place', goal.place, task.length, 'the task');
  const paid = goal.rewards ?? rewards.slice(0, 1);
  if (!Array.isArray(paid) || paid.length === 0) fail('goal.rewards', `a list of some of ${rewards.join(', ')}`, paid);
  return {
    place,
    coordinates: place.map((i) => seen[i]),
    rewards: (paid as unknown[]).map((name, i) => oneOf(`goal.rewards[${i}]`, name, rewards)),
    state:
      typeof goal.state === 'function'
        ? null
        : places(
            'goal.state',
            goal.state ?? state.map(({ name }) => (seen.includes(name) ? name : missing(name))),
            state.length,
            'the state',
          ),
  };
}

function missing(name: string): never {
  return fail(
    'goal.state',
    `the observation's field for each number of the state, or a function: none is named as "${name}" of the state`,
    undefined,
  );
}

/** `goal` of a spec, and its `place` where the goal is a point of the plane. `stateOf`: of a definition whose `goal.state` is a function. */
export function goalFields(
  { place, coordinates, rewards, state }: GoalDescription,
  { task, numbers, stateOf }: { readonly task: readonly Field[]; readonly numbers: number; readonly stateOf: StateOf | null },
): Pick<FamilySpec, 'goal' | 'place'> {
  const goal: FamilySpec['goal'] = {
    whole: true,
    rewards: () => rewards,
    coordinates,
    place: () => place.map((i) => [[i, 1]]),
    state(observation, config) {
      if (state !== null) return state.map((i) => observation[i]);
      const to = new Float64Array(numbers);
      stateOf?.(observation, to, config);
      return [...to];
    },
  };
  const unit = task.every((field) => field.unit === 'm') ? 'metres' : task.every((field) => field.unit === 'cell') ? 'cells' : null;
  if (place.length !== 2 || unit === null) return { goal };
  return { goal, place: { unit, of: (observation) => [observation[place[0]], observation[place[1]]], aim: () => 'goal' } };
}
