/** All families by id, and the step from what a user asks for to plain data. A registered family is tested by test/contract. */
import { fail, integer, number, oneOf, onlyFields } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { type Fields, flag, type Mistakes, numberIn, oneName, ownFields, pathOf, settle, wholeNumber } from '../core/schema.ts';
import type { Field } from '../core/spaces.ts';
import { urlOf } from '../platform/assets.ts';
import type { PolicyPorts } from '../policies/policy.ts';
import { acrobot } from './acrobot.ts';
import { bandit } from './bandit.ts';
import { cartPole } from './cart-pole.ts';
import { gridNavi } from './grid-navi.ts';
import { mountainCar } from './mountain-car.ts';
import { pendulum } from './pendulum.ts';
import { pointDynamics } from './point-dynamics.ts';
import { pointMass } from './point-mass.ts';
import { puck } from './puck.ts';
import { hopper, runner, walker2d } from './runner.ts';
import { type EnvConfig, type EnvOptions, type FamilySpec, namesFile, type SizeRange, type TaskRegion } from './spec.ts';
import { stack } from './stack.ts';
import { tMaze } from './t-maze.ts';
import { tabularMdp } from './tabular-mdp.ts';
import type { EnvModule } from './user/user-law.ts';

export const families: readonly FamilySpec[] = [
  pointMass,
  gridNavi,
  bandit,
  tabularMdp,
  puck,
  runner,
  hopper,
  cartPole,
  pendulum,
  acrobot,
  mountainCar,
  tMaze,
  walker2d,
  pointDynamics,
  stack,
];

/** Names of the laws; the place is the number by which the module knows one. Generated twin: assembly/envs/numbers/laws.ts. */
export const laws: readonly string[] = [...new Set(families.map(({ law }) => law))];

/** Users' environments that were loaded in this thread, by id (user/modules.ts), and the ids by the addresses of their files. */
const userFamilies = new Map<string, FamilySpec>();
const idsByAddress = new Map<string, string>();

export function registered(): FamilySpec[] {
  return [...userFamilies.values()];
}

/** The id of the environment in a file that was loaded. */
export function idAt(url: URL): string | undefined {
  return idsByAddress.get(url.href);
}

/** Makes a user's environment known by its id, and by the address of its file if it has one. Throws `E_ENV` if the id is another's. */
export function register(spec: FamilySpec, url?: URL): void {
  const other = families.find(({ id }) => id === spec.id) ?? userFamilies.get(spec.id);
  if (other !== undefined && !isSame(other, spec))
    throw new WasmetaError(
      'E_ENV',
      `"id" expected a name of its own, but there is another ${spec.id}${other.user?.module ? ` (of ${other.user.module.name})` : ''}`,
      { id: spec.id },
    );
  userFamilies.set(spec.id, spec);
  if (url !== undefined) idsByAddress.set(url.href, spec.id);
}

/** A definition without a file may be defined again; a file stands for what it says. */
const isSame = (a: FamilySpec, b: FamilySpec) => a.user !== undefined && a.user.module?.sha256 === b.user?.module?.sha256;

/** Ids of all environments that are known: the package’s and those that were registered. */
export function familyIds(): string[] {
  return [...families.map(({ id }) => id), ...userFamilies.keys()];
}

/** Throws `E_UNKNOWN_NAME` with the nearest ids. */
export function familyOf(id: string): FamilySpec {
  const known = idNamed('id', id);
  return userFamilies.get(known) ?? (families.find((family) => family.id === known) as FamilySpec);
}

/** Whether the family has an oracle, the player who is told the task (`kind: 'oracle'`). */
export function hasOracle(env: string | EnvOptions): boolean {
  return familyOf(resolveEnv(env).id).oracle !== 'none';
}

const largestHorizon = 100_000;
const largestEpisodes = 10_000;
const largestTrial = 1_000_000;

/** Fills in the preset's defaults and checks every field. A string is an id. Throws `E_ARGUMENT`, `E_UNKNOWN_NAME` or `E_CONFIG`. */
export function resolveEnv(options: string | EnvOptions): EnvConfig {
  return settle('environment', (mistakes) => checkEnv(options, '', mistakes));
}

/** As `resolveEnv`, but mistakes are added to `mistakes` under `path`, and the result is then undefined. */
export function checkEnv(options: unknown, path: string, mistakes: Mistakes): EnvConfig | undefined {
  const given = mistakes.attempt(() => byId(ownFields('env', typeof options === 'string' ? { id: options } : options), path));
  const id = given && mistakes.attempt(() => knownId(given, path));
  if (id === undefined) return undefined;
  const { presets, defaultPreset, rewards, sizes = {}, tolerantRewards = [] } = familyOf(id);
  const presetNames = Object.keys(presets);
  const rewardNames = Object.keys(rewards);
  const known = (value: unknown, names: string[], fallback: string) => names.find((name) => name === value) ?? fallback;
  const preset = presets[known(given?.preset, presetNames, defaultPreset)];
  const fields = {
    id: oneName([id], id),
    preset: oneName(presetNames, defaultPreset),
    horizon: wholeNumber(1, largestHorizon, preset.horizon),
    episodes: wholeNumber(1, largestEpisodes, preset.episodes),
    reward: oneName(rewardNames, preset.reward),
    trainingReward: oneName(rewardNames, known(given?.reward, rewardNames, preset.reward)),
    ...(tolerantRewards.length > 0 && { tolerance: numberIn(1e-6, 1e6, preset.tolerance ?? 1) }),
    context: flag(false),
    ...ownSizes(sizes, preset),
  };
  // Checked below, against the sizes that the other fields settle.
  const whole = mistakes.fields(path, given, fields, {
    region: (value) => value ?? null,
    taskList: (value) => value ?? null,
    goal: (value) => value ?? null,
    module: (value) => mistakes.attempt(() => moduleOf(value, pathOf(path, 'module'), familyOf(id))),
  });
  if (whole === undefined) return undefined;
  const { region, taskList, goal, module, ...rest } = whole;
  const config = rest as EnvConfig;
  const task = familyOf(id).task(config);
  const most = Math.min(largestEpisodes, Math.floor(largestTrial / config.horizon));
  return mistakes.attempt(() => ({
    ...config,
    episodes: integer(pathOf(path, 'episodes'), config.episodes, 1, most),
    ...(region === null ? {} : { region: taskRegion(region, pathOf(path, 'region'), task.length) }),
    ...(taskList === null ? {} : { taskList: tasksOf(taskList, pathOf(path, 'taskList'), task, region !== null) }),
    ...(goal === null ? {} : { goal: goalOf(goal, pathOf(path, 'goal'), familyOf(id), config) }),
    ...(module === null || module === undefined ? {} : { module }),
  }));
}

/** Options that name the file of a loaded environment, with its id in the file's place. Throws `E_ENV` for one that is not loaded. */
function byId(given: Record<string, unknown>, path: string): Record<string, unknown> {
  if (!namesFile(given)) return given;
  const { module, ...rest } = given;
  const url = urlOf(pathOf(path, 'module'), module);
  const id = idAt(url);
  if (id === undefined)
    throw new WasmetaError('E_ENV', `"${pathOf(path, 'module')}" expected a file that is loaded: await loadEnv('${url.href}') before it`, {
      url: url.href,
    });
  if (rest.id !== undefined && rest.id !== id) fail(pathOf(path, 'id'), `"${id}", the id in ${url.href}`, rest.id);
  return { ...rest, id };
}

/** Throws `E_UNKNOWN_NAME`; for a user's environment that is not loaded, `E_ENV` with what to do. */
function knownId({ id, module }: Record<string, unknown>, path: string): string {
  if (module !== undefined && module !== null && !familyIds().includes(`${id}`)) {
    const { name, sha256 } = module as Partial<EnvModule>;
    throw new WasmetaError(
      'E_ENV',
      `${id} is defined in the file ${name} (SHA-256 ${sha256}): name it, --env PATH on the command line, loadEnv(address) in scripts`,
      { id },
    );
  }
  return idNamed(pathOf(path, 'id'), id);
}

/** Throws `E_UNKNOWN_NAME` with what may have been meant: another id, the family of a preset, an environment that is yet to be written. */
function idNamed(title: string, id: unknown): string {
  const all = [...families, ...registered()];
  const owners = all.filter(({ id: known, presets }) => known !== id && typeof id === 'string' && Object.hasOwn(presets, id));
  if (owners.length > 0)
    throw new WasmetaError(
      'E_UNKNOWN_NAME',
      `"${title}" expected an environment, got the preset ${id} (of ${owners.map((owner) => owner.id).join(' and ')})`,
      { title, known: familyIds(), nearest: owners.map((owner) => owner.id) },
    );
  const alsoKnownAs = Object.fromEntries(all.map(({ id: known, alsoKnownAs = [] }) => [known, alsoKnownAs]));
  return oneOf(title, id, familyIds(), { alsoKnownAs, otherwise: 'wasmeta new env NAME begins one of your own' });
}

/** The file of a user's environment. One that was asked for must be the one that was loaded. */
function moduleOf(value: unknown, path: string, { id, user }: FamilySpec): EnvModule | null {
  const module = user?.module ?? null;
  const asked = value as Partial<EnvModule> | undefined | null;
  if (asked !== undefined && asked !== null && asked.sha256 !== module?.sha256)
    throw new WasmetaError(
      'E_ENV',
      `"${path}" expected the file with SHA-256 ${asked.sha256} (${asked.name}), but the ${id} that is loaded ${module === null ? 'is of no file' : `has ${module.sha256}`}`,
      { id, expected: asked.sha256, found: module?.sha256 ?? null },
    );
  return module;
}

/** The family's own options, which general code only carries. */
function ownSizes(sizes: Readonly<Record<string, SizeRange>>, preset: object): Fields {
  const usual = preset as Readonly<Record<string, number>>;
  return Object.fromEntries(Object.entries(sizes).map(([name, { low, high }]) => [name, wholeNumber(low, high, usual[name])]));
}

function goalOf(value: unknown, path: string, { id, goal }: FamilySpec, config: EnvConfig): string[] {
  if (goal === undefined || goal.rewards(config).length === 0) return fail(path, `nothing: the tasks of ${id} are not goals`, value);
  if (goal.whole) return fail(path, `nothing: the goals of ${id} are whole ones, of ${goal.coordinates.join(', ')}`, value);
  if (!Array.isArray(value) || value.length < 1 || new Set(value).size < value.length)
    return fail(path, `a list of some of ${goal.coordinates.join(', ')}`, value);
  return value.map((name, i) => oneOf(`${path}[${i}]`, name, goal.coordinates));
}

const mostTasks = 10_000;

function tasksOf(value: unknown, path: string, task: readonly Field[], hasRegion: boolean): number[][] {
  if (hasRegion) fail(path, 'nothing beside a region: tasks are drawn from one or the other', value);
  if (!Array.isArray(value) || value.length < 1 || value.length > mostTasks) return fail(path, `a list of 1 to ${mostTasks} tasks`, value);
  return value.map((one, i) => {
    if (!Array.isArray(one) || one.length !== task.length)
      return fail(`${path}[${i}]`, `a list of ${task.length} numbers, one for each of the task's`, one);
    return one.map((x, w) => number(`${path}[${i}][${w}]`, x, task[w].low, task[w].high));
  });
}

function taskRegion(value: unknown, path: string, W: number): TaskRegion {
  const own = ownFields(path, value);
  onlyFields(path, own, ['low', 'high', 'side']);
  const corner = (name: 'low' | 'high'): number[] => {
    const given = own[name];
    if (!Array.isArray(given) || given.length !== W)
      return fail(pathOf(path, name), `a list of ${W} numbers, one for each of the task's`, given);
    return given.map((x, w) => number(`${pathOf(path, name)}[${w}]`, x));
  };
  const [low, high] = [corner('low'), corner('high')];
  low.forEach((x, w) => {
    if (x > high[w]) fail(`${pathOf(path, 'low')}[${w}]`, `at most high[${w}] (${high[w]})`, x);
  });
  return { low, high, side: oneOf(pathOf(path, 'side'), own.side ?? 'inside', ['inside', 'outside']) };
}

/** Sizes of what a policy reads and does in an environment. */
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

/** ε of the reward that is paid, m; 0 where it has none. */
export function toleranceOf({ id, reward, tolerance = 0 }: EnvConfig): number {
  return familyOf(id).tolerantRewards?.includes(reward) ? tolerance : 0;
}
