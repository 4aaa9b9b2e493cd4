/** All families by id, and the resolution of what a user asks for into plain data. Registering a family gets it tested (test/contract). */
import { boolean, integer, number, oneOf, onlyFields, record } from '../core/checks.ts';
import type { PolicyPorts } from '../core/policy.ts';
import { pointMass } from './point-mass.ts';
import { type EnvConfig, type EnvOptions, envOptionNames, type FamilySpec } from './spec.ts';

const families: readonly FamilySpec[] = [pointMass];

export function familyIds(): string[] {
  return families.map((family) => family.id);
}

/** Throws `E_UNKNOWN_NAME` with the nearest ids. */
export function familyOf(id: string): FamilySpec {
  const known = oneOf('id', id, familyIds());
  return families.find((family) => family.id === known) as FamilySpec;
}

const largestHorizon = 100_000;
const largestEpisodes = 10_000;
const largestTrial = 1_000_000;

/** Fills in the preset's defaults and checks every field. A string is an id. */
export function resolveEnv(options: string | EnvOptions): EnvConfig {
  const fields = typeof options === 'string' ? { id: options } : record('env', options);
  onlyFields('env', fields, envOptionNames);
  const spec = familyOf(fields.id as string);
  const name = oneOf('preset', fields.preset ?? spec.defaultPreset, Object.keys(spec.presets));
  const preset = spec.presets[name];
  const rewards = Object.keys(spec.rewards);
  const reward = oneOf('reward', fields.reward ?? preset.reward, rewards);
  const horizon = integer('horizon', fields.horizon ?? preset.horizon, 1, largestHorizon);
  return {
    id: spec.id,
    preset: name,
    horizon,
    episodes: integer('episodes', fields.episodes ?? preset.episodes, 1, Math.min(largestEpisodes, Math.floor(largestTrial / horizon))),
    reward,
    trainingReward: oneOf('trainingReward', fields.trainingReward ?? reward, rewards),
    tolerance: number('tolerance', fields.tolerance ?? preset.tolerance, 1e-6, 1e6),
    context: boolean('context', fields.context ?? false),
  };
}

export function portsOf(config: EnvConfig): PolicyPorts {
  const spec = familyOf(config.id);
  const continuous = Array.isArray(spec.action);
  return {
    observationSize: spec.observation.length + (config.context ? spec.task.length : 0),
    actionWidth: Array.isArray(spec.action) ? spec.action.length : (spec.action as { n: number }).n,
    head: continuous ? 'gaussian' : 'categorical',
  };
}
