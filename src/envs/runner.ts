/**
 * Runner-v1, Hopper-v1 and Walker2d-v0: planar bodies of Gymnasium's HalfCheetah-v5, Hopper-v5 and Walker2d-v5, which run at a hidden speed, in a hidden direction, or
 * forward with a body whose masses, inertias, damping, friction or motors are hidden (bodies/changes.ts).
 *   v = Δx/Δt over an action;  `velocity`: bonus − |v − v*| − c‖a‖²,  `direction`: bonus + u v − c‖a‖²
 * All follow Gymnasium's v5: a is the action as it was sent, while the motors take it clipped to ±1; only a healthy step earns the bonus.
 * Law in WebAssembly: assembly/envs/runner.ts. Dynamics and how they agree with MuJoCo: docs/envs/planar-bodies.md.
 */
import {
  type BodyTasks,
  changeFields,
  changeRows,
  lostMotor,
  lowestEnd,
  randomLengths,
  randomParameters,
  usualBody,
} from './bodies/changes.ts';
import { bodyConstants } from './bodies/constants.ts';
import { halfCheetah } from './bodies/half-cheetah.ts';
import { hopperBody } from './bodies/hopper.ts';
import type { PlanarBody } from './bodies/planar-body.ts';
import { bodyTable } from './bodies/table.ts';
import { walkerBody } from './bodies/walker2d.ts';
import { runningDrawing } from './drawings/running.ts';
import { type Constant, type EnvConfig, type FamilySpec, type Preset, rewardCode } from './spec.ts';

/** What a preset asks for, the first number of its tasks: uniform between two bounds, or `either` of them. */
interface Asked {
  readonly low: number;
  readonly high: number;
  readonly either: boolean;
}

const speeds = (low: number, high: number): { readonly asked: Asked } => ({ asked: { low, high, either: false } });
const bothWays: Asked = { low: -1, high: 1, either: true };
const forward: Asked = { low: 1, high: 1, either: false };

interface Rules {
  readonly id: string;
  readonly title: string;
  readonly alsoKnownAs?: readonly string[];
  readonly body: PlanarBody;
  /** Time steps of an action, control cost c, bonus of a healthy step, the largest |a| that is charged, noise of places and speeds at the start. */
  readonly constants: Readonly<Record<'held' | 'cost' | 'bonus' | 'mostCharged' | 'placeNoise' | 'speedNoise', Constant>>;
  readonly normalSpeeds: boolean;
  /** m. The observed height is that of the root less this. */
  readonly heightSeen: number;
  /** An episode ends when the height is at most `height` or at least `tall`, |pitch| at least `pitch`, or the size of any other number at least `state`. */
  readonly ends: { readonly height: number; readonly tall: number; readonly pitch: number; readonly state: number };
  /** Observed speeds are clipped to ± this. */
  readonly mostSpeedSeen: number;
  readonly presets: Readonly<Record<string, Preset & { readonly asked: Asked; readonly bodies?: BodyTasks }>>;
  readonly defaultPreset: string;
}

const direction = { reward: 'direction', asked: bothWays };

/** A large finite number for a bound that is never reached; the kernel's numbers have 32 bits. */
const never = 1e30;

function planarFamily(rules: Rules): FamilySpec {
  const { body, constants, ends } = rules;
  const c = Object.fromEntries(Object.entries(constants).map(([name, { value }]) => [name, value])) as Record<
    keyof typeof constants,
    number
  >;
  const table = bodyTable(body);
  const hinges = body.links.filter(({ hinge }) => hinge !== null).map(({ name }) => name);
  const motors = body.links.filter(({ hinge }) => hinge !== null && hinge.gear > 0);
  const free = (name: string, unit: string, meaning: string) => ({ name, unit, low: -Infinity, high: Infinity, meaning });
  const places = [
    free(
      'height',
      'm',
      rules.heightSeen === 0 ? 'height of the torso’s frame' : 'height of the torso’s frame, less its height at the start',
    ),
    free('pitch', 'rad', 'pitch of the torso'),
    ...hinges.map((name) => free(`${name} angle`, 'rad', 'angle of its hinge')),
  ];
  const rates = [
    free('vx', 'm/s', 'speed of the torso along x'),
    free('vz', 'm/s', 'speed of the torso along z'),
    free('pitch rate', 'rad/s', 'rate of the torso’s pitch'),
    ...hinges.map((name) => free(`${name} rate`, 'rad/s', 'rate of its hinge')),
  ];
  const askedOf = ({ preset }: EnvConfig) => rules.presets[preset].asked;
  const bodiesOf = ({ preset }: EnvConfig) => rules.presets[preset].bodies ?? usualBody;
  const asksSpeed = (config: EnvConfig) => askedOf(config).low < askedOf(config).high && !askedOf(config).either;
  const rewards = {
    velocity: `${c.bonus > 0 ? 'bonus ' : ''}−|v − ω| − c‖a‖², v the torso’s mean speed while the action lasts, a as it was sent`,
    direction: `${c.bonus > 0 ? 'bonus + ' : ''}ω v − c‖a‖²`,
  };
  return {
    id: rules.id,
    law: 'runner',
    title: rules.title,
    alsoKnownAs: rules.alsoKnownAs,
    constants: { ...constants, ...bodyConstants(body) },
    state: () => [
      free('x', 'm', 'place of the torso’s frame'),
      free('height', 'm', 'height of the torso’s frame'),
      ...places.slice(1),
      ...rates,
    ],
    observation: () => [...places, ...rates],
    action: () =>
      motors.map(({ name, hinge }) => ({
        name,
        unit: `${hinge?.gear} N m`,
        low: -1,
        high: 1,
        meaning: 'torque of its motor, clipped to ±1; the control cost counts it as sent',
      })),
    task: (config) => {
      const { low, high } = askedOf(config);
      const asked = asksSpeed(config)
        ? { name: 'v*', unit: 'm/s', low, high, meaning: 'speed to run at' }
        : { name: 'u', unit: '1', low: -1, high: 1, meaning: 'direction to run in: 1 forward, −1 backward' };
      return [asked, ...changeFields(bodiesOf(config))];
    },
    rewards,
    presets: rules.presets,
    defaultPreset: rules.defaultPreset,
    oracle: 'none',
    ends: () => ends.height > -never,
    kind: {
      has: (config) => askedOf(config).either || bodiesOf(config).lost !== null,
      of: (task, config) => {
        const { changes, lost } = bodiesOf(config);
        if (lost === null) return task[0] > 0 ? 'forward' : 'backward';
        const k = changes.findIndex((_, c) => task[c + 1] === 0);
        return k < 0 ? 'whole' : `without ${changes[k].link}`;
      },
    },
    taskMoves: (config) => bodiesOf(config).changes.length > 0,
    articulated: {
      body,
      step: c.held * body.timeStep,
      pose: (o) => ({
        q: [0, o[0] + rules.heightSeen, ...Array.from({ length: body.links.length }, (_, i) => o[i + 1])],
        vx: o[body.links.length + 1],
      }),
      asks: ({ 0: task }, { reward }) => {
        if (reward === 'direction') return task > 0 ? 'forward' : 'backward';
        return `${task.toFixed(2).replace('-', '−')} m/s`;
      },
    },
    drawing: runningDrawing<EnvConfig>({
      body,
      step: c.held * body.timeStep,
      speeds: (config) => (asksSpeed(config) ? [askedOf(config).low, askedOf(config).high] : null),
    }),
    parameters(config) {
      const { low, high, either } = askedOf(config);
      const { changes, spread, lost } = bodiesOf(config);
      const rows = changeRows(body, changes, 1);
      return {
        held: c.held, // time steps that an action lasts
        reward: rewardCode({ rewards }, config.reward),
        trainingReward: rewardCode({ rewards }, config.trainingReward),
        cost: c.cost,
        bonus: c.bonus, // of a step after which the body is healthy
        mostCharged: c.mostCharged, // a greater |a| is charged as this
        taskLow: low,
        taskHigh: high,
        either: either ? 1 : 0, // 1: one of these two, each as likely; 0: uniform between them
        taskNumbers: 1 + changes.length,
        spread, // of a task's numbers of the body: uniform in ± this
        lostFrom: lost?.[0] ?? 0, // one of these is 0, the others are 1; 0 to 0: none
        lostTo: lost?.[1] ?? 0,
        changes: rows.length,
        frictions: changes.some(({ of }) => of === 'friction') ? 1 : 0, // 1: they are among the changes
        lengths: changes.some(({ of }) => of === 'length') ? 1 : 0, // 1: they are among the changes, and bodies start at heights of their own
        lowest: lowestEnd(body), // m, z of the usual body's lowest end from the root, hinges at 0
        height: body.height, // of the root at the start, m
        heightSeen: rules.heightSeen, // heights are observed less this
        placeNoise: c.placeNoise, // start: ± on every place
        speedNoise: c.speedNoise, // start: ± on every speed, or its deviation
        normal: rules.normalSpeeds ? 1 : 0, // 1: speeds start normal
        leastHeight: ends.height, // an episode ends at this height, or below
        mostHeight: ends.tall, // or at this one
        mostPitch: ends.pitch, // at this |pitch|, or beyond
        mostState: ends.state, // or at this size of any other number of the state
        mostSpeedSeen: rules.mostSpeedSeen, // observed speeds are clipped to ±
        table: [...table, ...rows.flatMap((row) => Object.values(row))], // the body's, whose places are assembly/envs/numbers/planar-table.ts, and its changes
      };
    },
  };
}

const mostCharged: Constant = {
  value: 1e6,
  unit: '1',
  meaning: 'the control cost counts a larger |a| as this, so that returns stay finite',
};
const shared = { episodes: 2 };
const cheetah = { ...shared, reward: 'velocity' };
const maml = 'Finn et al. 2017, with Gymnasium’s body';
const varibad = 'Zintgraf et al. 2020, with Gymnasium’s body';

export const runner: FamilySpec = planarFamily({
  id: 'Runner-v1',
  title: 'A planar runner (half-cheetah) at a hidden speed, in a hidden direction, or with a hidden motor that is lost',
  alsoKnownAs: ['HalfCheetah', 'Cheetah', 'HalfCheetahVel', 'HalfCheetahDir', 'HalfCheetahRandVel', 'Cheetah2D'],
  body: halfCheetah,
  constants: {
    held: { value: 5, unit: 'time steps', meaning: 'time steps of an action' },
    cost: { value: 0.05, unit: '1', meaning: 'c, weight of the control cost' },
    bonus: { value: 0, unit: '1', meaning: 'bonus of a healthy step' },
    mostCharged,
    placeNoise: { value: 0.1, unit: 'm or rad', meaning: 'start: noise of every place, uniform in ± this' },
    speedNoise: { value: 0.1, unit: 'm/s or rad/s', meaning: 'start: standard deviation of every speed, normal' },
  },
  normalSpeeds: true,
  heightSeen: halfCheetah.height,
  ends: { height: -never, tall: never, pitch: never, state: never },
  mostSpeedSeen: never,
  presets: {
    velocity: { ...cheetah, title: 'speed U[0, 2] m/s, H = 200', source: maml, horizon: 200, ...speeds(0, 2) },
    'velocity-3': { ...cheetah, title: 'speed U[0, 3] m/s, H = 200', source: varibad, horizon: 200, ...speeds(0, 3) },
    'velocity-3-short': {
      ...cheetah,
      title: 'speed U[0, 3] m/s, H = 100',
      source: 'Rothfuss et al. 2019 (ProMP), with Gymnasium’s body',
      horizon: 100,
      ...speeds(0, 3),
    },
    direction: { ...shared, ...direction, title: 'forward or backward, H = 200', source: maml, horizon: 200 },
    'direction-short': {
      ...shared,
      ...direction,
      title: 'forward or backward, H = 100',
      source: 'Rothfuss et al. 2019 (ProMP), with Gymnasium’s body',
      horizon: 100,
    },
    // As at its source, the thigh that comes first is never the one that is lost.
    crippled: {
      ...shared,
      title: 'forward; one motor, not the first, gives no torque',
      source: 'Nagabandi et al. 2019; iclavera/learning_to_adapt, envs/half_cheetah_env.py, with Gymnasium’s body',
      horizon: 200,
      reward: 'direction',
      asked: forward,
      bodies: lostMotor(halfCheetah, [1, 6]),
    },
  },
  defaultPreset: 'velocity',
});

const randParamEnvs = 'dennisl88/rand_param_envs, as in PEARL and ProMP';
const randomBody = {
  title: 'forward; mass, inertia, friction × 1.5^U[−3, 3], damping × 1.3^U[−3, 3], of every part by itself',
  reward: 'direction',
  asked: forward,
};
/** Hopper and walker. */
const ofThoseThatFall = {
  held: { value: 4, unit: 'time steps', meaning: 'time steps of an action' },
  cost: { value: 0.001, unit: '1', meaning: 'c, weight of the control cost' },
  bonus: { value: 1, unit: '1', meaning: 'bonus of a healthy step; the step in which it falls earns none' },
  mostCharged,
  placeNoise: { value: 0.005, unit: 'm or rad', meaning: 'start: noise of every place, uniform in ± this' },
  speedNoise: { value: 0.005, unit: 'm/s or rad/s', meaning: 'start: noise of every speed, uniform in ± this' },
};
const hopping = { ...shared, horizon: 200, source: 'ours, with Gymnasium’s body' };

export const hopper: FamilySpec = planarFamily({
  id: 'Hopper-v1',
  title: 'A planar hopper on one leg at a hidden speed, in a hidden direction, or with a hidden body',
  alsoKnownAs: ['HopperRandParams'],
  body: hopperBody,
  constants: ofThoseThatFall,
  normalSpeeds: false,
  heightSeen: 0,
  ends: { height: 0.7, tall: never, pitch: 0.2, state: 100 },
  mostSpeedSeen: 10,
  presets: {
    velocity: { ...hopping, reward: 'velocity', title: 'speed U[0, 2] m/s', ...speeds(0, 2) },
    direction: { ...hopping, ...direction, title: 'forward or backward' },
    'random-parameters': {
      ...hopping,
      ...randomBody,
      source: `${randParamEnvs}, hopper_rand_params.py, with Gymnasium’s body and time step`,
      bodies: randomParameters(hopperBody),
    },
    'random-lengths': {
      ...hopping,
      title: 'forward; length of every link × 1.2^U[−1, 1], torque of every motor × 1.5^U[−1, 1]; masses stay',
      reward: 'direction',
      asked: forward,
      bodies: randomLengths(hopperBody),
    },
  },
  defaultPreset: 'velocity',
});

export const walker2d: FamilySpec = planarFamily({
  id: 'Walker2d-v0',
  title: 'A planar walker on two legs, as in Gymnasium, at a hidden speed, or with a hidden body',
  alsoKnownAs: ['Walker', 'WalkerRandParams', 'Walker2DRandParams'],
  body: walkerBody,
  constants: ofThoseThatFall,
  normalSpeeds: false,
  heightSeen: 0,
  ends: { height: 0.8, tall: 2, pitch: 1, state: never },
  mostSpeedSeen: 10,
  presets: {
    gymnasium: {
      title: 'as published: forward, one task',
      source: 'Gymnasium 1.4, envs/mujoco/walker2d_v5.py',
      horizon: 1000,
      episodes: 1,
      reward: 'direction',
      asked: forward,
    },
    velocity: { ...hopping, reward: 'velocity', title: 'speed U[0, 2] m/s', ...speeds(0, 2) },
    direction: { ...hopping, ...direction, title: 'forward or backward' },
    'random-parameters': {
      ...hopping,
      ...randomBody,
      source: `${randParamEnvs}, walker2d_rand_params.py, with Gymnasium’s body and time step`,
      bodies: randomParameters(walkerBody),
    },
  },
  defaultPreset: 'velocity',
});
