/** The spec of a user's environment, so that it is a family like any other. */
import { stripsDrawing } from '../drawings/strips.ts';
import type { EnvConfig, FamilySpec } from '../spec.ts';
import { describeDefinition, type EnvDefinition, type EnvDescription } from './definition.ts';
import { goalFields } from './goals.ts';
import { JsBatch } from './js-law.ts';
import type { EnvModule, UserLaw } from './user-law.ts';

/** The spec of a definition. Throws as `defineEnv` does. */
export function familyOfDefinition(definition: EnvDefinition, module: EnvModule | null): FamilySpec {
  const description = describeDefinition(definition);
  const stateOf = definition.goal?.state;
  const family = familyFrom(
    description,
    { module, create: (config, size) => new JsBatch(definition, description, config, size) },
    { hasOracle: definition.oracle !== undefined, stateOf: typeof stateOf === 'function' ? stateOf : null },
  );
  if (definition.draw === undefined) return family;
  return { ...family, drawing: { draw: (context, view) => definition.draw?.(context, view.state, view) } };
}

interface Given {
  readonly hasOracle: boolean;
  /** A definition's `goal.state`, where it is a function. */
  readonly stateOf: Parameters<typeof goalFields>[1]['stateOf'];
}

export function familyFrom(description: EnvDescription, user: UserLaw<EnvConfig>, { hasOracle, stateOf }: Given): FamilySpec {
  const { id, title, observation, action, task, state, presets, rewards, tolerantRewards, goal, ends, taskMoves } = description;
  return {
    id,
    law: '', // none of the engine's: its code is then that of a user's environment (assembly/families.ts)
    title,
    constants: {},
    state: () => state,
    observation: () => observation,
    action: () => action,
    task: () => task,
    rewards,
    tolerantRewards,
    presets,
    defaultPreset: Object.keys(presets)[0],
    ends: () => ends,
    oracle: hasOracle ? 'scripted' : 'none',
    taskMoves: () => taskMoves,
    ...(state.length > 0 && { drawing: stripsDrawing(state, task) }),
    ...(goal && goalFields(goal, { task, numbers: state.length, stateOf })),
    parameters: () => sizesOf(description),
    user,
  };
}

/** Twin: assembly/envs/user.ts. */
function sizesOf({ state, task, action, observation }: EnvDescription): Readonly<Record<string, number>> {
  const discrete = 'n' in action;
  return {
    state: state.length,
    task: task.length,
    action: discrete ? 1 : action.length,
    choices: discrete ? action.n : 0,
    observation: observation.length,
  };
}
