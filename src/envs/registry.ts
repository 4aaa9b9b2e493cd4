/** All families by id, and the resolution of what a user asks for into plain data. Registering a family gets it tested (test/contract). */
import { integer, oneOf } from '../core/checks.ts';
import type { PolicyPorts } from '../core/policy.ts';
import { flag, type Mistakes, numberIn, oneName, ownFields, pathOf, settle, wholeNumber } from '../core/schema.ts';
import { bandit } from './bandit.ts';
import { gridNavi } from './grid-navi.ts';
import { pointMass } from './point-mass.ts';
import { puck } from './puck.ts';
import { hopper, runner } from './runner.ts';
import type { EnvConfig, EnvOptions, FamilySizes, FamilySpec } from './spec.ts';
import { tabularMdp } from './tabular-mdp.ts';

const families: readonly FamilySpec[] = [pointMass, gridNavi, bandit, tabularMdp, puck, runner, hopper];

export function familyIds(): string[] {
  return families.map((family) => family.id);
}

/** Throws `E_UNKNOWN_NAME` with the nearest ids. */
export function familyOf(id: string): FamilySpec {
  const known = oneOf('id', id, familyIds());
  return families.find((family) => family.id === known) as FamilySpec;
}

/** Whether the best play of one who knows the task can be asked for (`kind: 'oracle'`). */
export function hasOracle(env: string | EnvOptions): boolean {
  return familyOf(resolveEnv(env).id).oracle !== false;
}

const largestHorizon = 100_000;
const largestEpisodes = 10_000;
const largestTrial = 1_000_000;

/** Fills in the preset's defaults and checks every field. A string is an id. Throws `E_ARGUMENT`, `E_UNKNOWN_NAME` or `E_CONFIG`. */
export function resolveEnv(options: string | EnvOptions): EnvConfig {
  return settle('environment', (mistakes) => checkEnv(options, '', mistakes));
}

/** As `resolveEnv`, with what is wrong added to `mistakes` under `path`; then undefined. */
export function checkEnv(options: unknown, path: string, mistakes: Mistakes): EnvConfig | undefined {
  const given = mistakes.attempt(() => ownFields('env', typeof options === 'string' ? { id: options } : options));
  const id = given && mistakes.attempt(() => oneOf(pathOf(path, 'id'), given.id, familyIds()));
  if (id === undefined) return undefined;
  const { presets, defaultPreset, rewards, sizes = {} } = familyOf(id);
  const presetNames = Object.keys(presets);
  const rewardNames = Object.keys(rewards);
  const known = (value: unknown, names: string[], fallback: string) => names.find((name) => name === value) ?? fallback;
  const preset = presets[known(given?.preset, presetNames, defaultPreset)];
  const config = mistakes.fields(path, given, {
    id: oneName([id], id),
    preset: oneName(presetNames, defaultPreset),
    horizon: wholeNumber(1, largestHorizon, preset.horizon),
    episodes: wholeNumber(1, largestEpisodes, preset.episodes),
    reward: oneName(rewardNames, preset.reward),
    trainingReward: oneName(rewardNames, known(given?.reward, rewardNames, preset.reward)),
    tolerance: numberIn(1e-6, 1e6, preset.tolerance),
    context: flag(false),
    ...Object.fromEntries(
      Object.entries(sizes).map(([name, { low, high }]) => [name, wholeNumber(low, high, preset[name as keyof FamilySizes] as number)]),
    ),
  });
  const most = config && Math.min(largestEpisodes, Math.floor(largestTrial / config.horizon));
  return config && mistakes.attempt(() => ({ ...config, episodes: integer(pathOf(path, 'episodes'), config.episodes, 1, most) }));
}

export function portsOf(config: EnvConfig): PolicyPorts {
  const spec = familyOf(config.id);
  const action = spec.action(config);
  const discrete = 'n' in action;
  return {
    observationSize: spec.observation(config).length + (config.context ? spec.task(config).length : 0),
    actionWidth: discrete ? action.n : action.length,
    head: discrete ? 'categorical' : 'gaussian',
  };
}
