/**
 * CartPole-v1: a cart that is pushed left or right balances a pole. Gymnasium's law, reward and limits (`gymnasium`), and the same machine with a pole, gravity and
 * wiring that must be found out (`hidden-dynamics`). Source: Gymnasium 1.3, gymnasium/envs/classic_control/cartpole.py, after Barto, Sutton and Anderson 1983.
 * Law in WebAssembly: assembly/envs/cart-pole.ts. It computes in f32; Gymnasium in f64.
 */
import type { Field } from '../core/spaces.ts';
import { cartPoleDrawing } from './drawings/cart-pole.ts';
import { between, only, type PhysicalTasks, rangesOf, taskNumbers } from './physical-task.ts';
import { type EnvConfig, type FamilySpec, rewardCode } from './spec.ts';

const constants = {
  gravity: { value: 9.8, unit: 'm/s²', meaning: '`gymnasium`: gravity' },
  cartMass: { value: 1, unit: 'kg', meaning: 'mass of the cart' },
  poleMass: { value: 0.1, unit: 'kg', meaning: '`gymnasium`: mass of the pole' },
  halfLength: { value: 0.5, unit: 'm', meaning: '`gymnasium`: half the length of the pole' },
  force: { value: 10, unit: 'N', meaning: 'of a push' },
  timeStep: { value: 0.02, unit: 's', meaning: 'time step of Euler’s method, and of an action' },
  mostPlace: { value: 2.4, unit: 'm', meaning: 'an episode ends where |x| is larger' },
  mostAngle: { value: 12, unit: '°', meaning: 'an episode ends where |θ| is larger' },
  startNoise: { value: 0.05, unit: 'm, m/s, rad or rad/s', meaning: 'start: every number uniform in ± this' },
} as const;

const fields: readonly Field[] = [
  { name: 'half length', unit: 'm', low: 0.05, high: 5, meaning: 'half the length of the pole' },
  { name: 'pole mass', unit: 'kg', low: 0.001, high: 10, meaning: 'mass of the pole' },
  { name: 'gravity', unit: 'm/s²', low: 0.1, high: 100, meaning: 'gravity' },
  { name: 'gear', unit: '1', low: -10, high: 10, meaning: 'multiplies the force of a push; negative: the wires are crossed' },
];

const { halfLength, poleMass, gravity } = constants;
const tasks: Readonly<Record<string, PhysicalTasks>> = {
  gymnasium: only(fields, [halfLength.value, poleMass.value, gravity.value, 1]),
  'hidden-dynamics': between(fields, [
    [0.25, 1],
    [0.05, 0.5],
    [8, 12],
    [0.5, 1.5],
  ]),
};

/** Weights of x, ẋ, θ and θ̇ in the sum whose sign the scripted player pushes for. It balances 500 steps of either preset. */
const gains = [0.1, 0.2, 1, 0.35];

const angle = (constants.mostAngle.value * Math.PI) / 180;
const numbers = (place: number, speed: number, tilt: number): Field[] => [
  { name: 'x', unit: 'm', low: -place, high: place, meaning: 'place of the cart' },
  { name: 'x rate', unit: 'm/s', low: -speed, high: speed, meaning: 'speed of the cart' },
  { name: 'angle', unit: 'rad', low: -tilt, high: tilt, meaning: 'θ, angle of the pole from upright, positive to the right' },
  { name: 'angle rate', unit: 'rad/s', low: -speed, high: speed, meaning: 'rate of the pole’s angle' },
];

export const cartPole: FamilySpec = {
  id: 'CartPole-v1',
  law: 'cart-pole',
  title: 'A pole on a cart, as in Gymnasium, and with dynamics that are hidden',
  constants,
  state: () => numbers(1e4, 1e4, 1e4),
  observation: () => numbers(2 * constants.mostPlace.value, Infinity, 2 * angle),
  action: () => ({ n: 2, choices: ['push to the left', 'push to the right'] }),
  task: () => fields,
  rewards: {
    balance: '1 for every step, the one in which it falls included',
    fall: '−1 for the step in which it falls, else 0 (Gymnasium’s `sutton_barto_reward`)',
  },
  defaultPreset: 'gymnasium',
  presets: {
    gymnasium: {
      title: 'as published: one task',
      source: 'Gymnasium 1.3, envs/classic_control/cartpole.py',
      horizon: 500,
      episodes: 1,
      reward: 'balance',
      solved: 475,
    },
    'hidden-dynamics': {
      title: rangesOf(tasks['hidden-dynamics']),
      source: 'ours, with Gymnasium’s law',
      horizon: 500,
      episodes: 2,
      reward: 'balance',
    },
  },
  ends: () => true,
  oracle: 'scripted',
  taskMoves: () => true,
  rewardModel: () => ({ reads: ['next'], twoValues: false }),
  drawing: cartPoleDrawing<EnvConfig>({ place: constants.mostPlace.value, angle }),
  parameters: ({ preset, reward, trainingReward }) => ({
    cartMass: constants.cartMass.value, // kg
    force: constants.force.value, // N
    timeStep: constants.timeStep.value, // s
    mostPlace: constants.mostPlace.value, // m
    mostAngle: angle, // rad
    startNoise: constants.startNoise.value,
    reward: rewardCode(cartPole, reward),
    trainingReward: rewardCode(cartPole, trainingReward),
    gains, // of the scripted player
    ...taskNumbers(tasks[preset]),
  }),
};
