/**
 * Pendulum-v1: a rod on a pivot is swung up and held by a motor too weak to lift it at once. Gymnasium's law and reward (`gymnasium`), and the same rod with gravity, mass,
 * length and wiring that must be found out (`hidden-dynamics`). Source: Gymnasium 1.3, gymnasium/envs/classic_control/pendulum.py.
 * Law in WebAssembly: assembly/envs/pendulum.ts. An action of 1 is the largest torque, 2 N m. θ is kept in [−π, π), which neither reward nor observation can tell.
 */
import type { Field } from '../core/spaces.ts';
import { pendulumDrawing } from './drawings/pendulum.ts';
import { between, only, type PhysicalTasks, rangesOf, taskNumbers } from './physical-task.ts';
import type { EnvConfig, FamilySpec } from './spec.ts';

const constants = {
  gravity: { value: 10, unit: 'm/s²', meaning: '`gymnasium`: g' },
  mass: { value: 1, unit: 'kg', meaning: '`gymnasium`: m, mass of the rod' },
  length: { value: 1, unit: 'm', meaning: '`gymnasium`: l, length of the rod' },
  torque: { value: 2, unit: 'N m', meaning: 'largest torque of the motor' },
  mostSpeed: { value: 8, unit: 'rad/s', meaning: 'faster rates are clipped' },
  timeStep: { value: 0.05, unit: 's', meaning: 'dt, time step and length of an action' },
  rateCost: { value: 0.1, unit: 's²', meaning: 'weight of θ̇² in the cost' },
  torqueCost: { value: 0.001, unit: '1/(N m)²', meaning: 'weight of u² in the cost' },
  startSpeed: { value: 1, unit: 'rad/s', meaning: 'start: rate uniform in ± this, the angle in ± π' },
} as const;

const fields: readonly Field[] = [
  { name: 'gravity', unit: 'm/s²', low: 0.1, high: 100, meaning: 'g' },
  { name: 'mass', unit: 'kg', low: 0.01, high: 100, meaning: 'm, mass of the rod' },
  { name: 'length', unit: 'm', low: 0.1, high: 10, meaning: 'l, length of the rod' },
  { name: 'gear', unit: '1', low: -10, high: 10, meaning: 'multiplies the torque; negative: the wires are crossed' },
];

const tasks: Readonly<Record<string, PhysicalTasks>> = {
  gymnasium: only(fields, [constants.gravity.value, constants.mass.value, constants.length.value, 1]),
  'hidden-dynamics': between(fields, [
    [8, 12],
    [0.75, 1.25],
    [0.75, 1.25],
    [0.75, 1.5],
  ]),
};

/** The scripted player holds the rod where cos θ is above `from`, by θ̈ = −`angle` θ − `rate` θ̇. */
const hold = { from: 0.8, angle: 30, rate: 10 } as const;

export const pendulum: FamilySpec = {
  id: 'Pendulum-v1',
  law: 'pendulum',
  title: 'A pendulum to swing up, as in Gymnasium, and with dynamics that are hidden',
  constants,
  state: () => [
    { name: 'angle', unit: 'rad', low: -Math.PI, high: Math.PI, meaning: 'θ from upright' },
    { name: 'rate', unit: 'rad/s', low: -constants.mostSpeed.value, high: constants.mostSpeed.value, meaning: 'θ̇' },
  ],
  observation: () => [
    { name: 'cos θ', unit: '1', low: -1, high: 1, meaning: '1 where the rod stands upright' },
    { name: 'sin θ', unit: '1', low: -1, high: 1, meaning: 'of the same angle' },
    { name: 'rate', unit: 'rad/s', low: -constants.mostSpeed.value, high: constants.mostSpeed.value, meaning: 'θ̇' },
  ],
  action: () => [{ name: 'torque', unit: '2 N m', low: -1, high: 1, meaning: 'of the motor, clipped to ±1' }],
  task: () => fields,
  rewards: { cost: '−(θ² + 0.1 θ̇² + 0.001 u²), of θ in [−π, π) and θ̇ before the move and the clipped torque u in N m' },
  defaultPreset: 'gymnasium',
  presets: {
    gymnasium: {
      title: 'as published: one task; the mark is that of common use',
      source: 'Gymnasium 1.3, envs/classic_control/pendulum.py',
      horizon: 200,
      episodes: 1,
      reward: 'cost',
      solved: -200,
    },
    'hidden-dynamics': {
      title: rangesOf(tasks['hidden-dynamics']),
      source: 'ours, with Gymnasium’s law',
      horizon: 200,
      episodes: 2,
      reward: 'cost',
    },
  },
  oracle: 'scripted',
  taskMoves: () => true,
  rewardModel: () => ({ reads: ['state', 'action'], twoValues: false }),
  drawing: pendulumDrawing<EnvConfig>(),
  parameters: ({ preset }) => ({
    torque: constants.torque.value, // N m
    mostSpeed: constants.mostSpeed.value, // rad/s
    timeStep: constants.timeStep.value, // s
    rateCost: constants.rateCost.value,
    torqueCost: constants.torqueCost.value,
    startAngle: Math.PI, // rad
    startSpeed: constants.startSpeed.value, // rad/s
    holdFrom: hold.from, // of the scripted player
    holdAngle: hold.angle, // 1/s²
    holdRate: hold.rate, // 1/s
    ...taskNumbers(tasks[preset]),
  }),
};
