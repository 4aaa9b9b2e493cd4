/** The spec of a user's environment, so that it is a family like any other. */
import type { EnvConfig, FamilySpec } from '../spec.ts';
import { describeDefinition, type EnvDefinition, type EnvDescription } from './definition.ts';
import { JsBatch } from './js-law.ts';
import type { EnvModule, UserLaw } from './user-law.ts';

/** The spec of a definition. Throws as `defineEnv` does. */
export function familyOfDefinition(definition: EnvDefinition, module: EnvModule | null): FamilySpec {
  const description = describeDefinition(definition);
  const family = familyFrom(
    description,
    { module, create: (config, size) => new JsBatch(definition, description, config, size) },
    definition.oracle !== undefined,
  );
  if (definition.draw === undefined) return family;
  return { ...family, drawing: { draw: (context, view) => definition.draw?.(context, view.state, view) } };
}

export function familyFrom(description: EnvDescription, user: UserLaw<EnvConfig>, hasOracle: boolean): FamilySpec {
  const { id, title, observation, action, task, state, presets, rewards, ends, taskMoves } = description;
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
    presets,
    defaultPreset: Object.keys(presets)[0],
    ends: () => ends,
    oracle: hasOracle ? 'scripted' : 'none',
    taskMoves,
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
