/**
 * Acrobot-v1: two links hang from a pivot, and a motor between them swings the tip above a bar. Gymnasium's law (the book's dynamics) and reward (`gymnasium`), and the same
 * links with masses, lengths, gravity and wiring that must be found out (`hidden-dynamics`).
 * Source: Gymnasium 1.3, gymnasium/envs/classic_control/acrobot.py, after Sutton 1996. Law in WebAssembly: assembly/envs/acrobot.ts. It computes in f32; Gymnasium in f64.
 */
import type { Field } from '../core/spaces.ts';
import { acrobotDrawing } from './drawings/acrobot.ts';
import { between, only, type PhysicalTasks, rangesOf, taskNumbers } from './physical-task.ts';
import { type EnvConfig, type FamilySpec, rewardCode } from './spec.ts';

const constants = {
  gravity: { value: 9.8, unit: 'm/s²', meaning: '`gymnasium`: g' },
  firstMass: { value: 1, unit: 'kg', meaning: 'm₁, mass of the first link' },
  secondMass: { value: 1, unit: 'kg', meaning: '`gymnasium`: m₂, mass of the second link' },
  firstLength: { value: 1, unit: 'm', meaning: '`gymnasium`: l, length of the first link, whose centre of mass is in its middle' },
  centre: { value: 0.5, unit: 'm', meaning: 'c₂, from the joint to the centre of mass of the second link' },
  inertia: { value: 1, unit: 'kg m²', meaning: 'I, of each link' },
  torque: { value: 1, unit: 'N m', meaning: 'of a push' },
  timeStep: { value: 0.2, unit: 's', meaning: 'step of Runge and Kutta’s method, and of an action' },
  mostFirst: { value: 4, unit: 'π rad/s', meaning: 'a faster θ̇₁ is clipped' },
  mostSecond: { value: 9, unit: 'π rad/s', meaning: 'a faster θ̇₂ is clipped' },
  bar: { value: 1, unit: '1', meaning: 'an episode ends where h = −cos θ₁ − cos(θ₁ + θ₂) is larger, whatever the lengths' },
  startNoise: { value: 0.1, unit: 'rad or rad/s', meaning: 'start: every number uniform in ± this' },
} as const;

const fields: readonly Field[] = [
  { name: 'second mass', unit: 'kg', low: 0.01, high: 10, meaning: 'm₂, mass of the second link' },
  { name: 'first length', unit: 'm', low: 0.1, high: 10, meaning: 'l, length of the first link' },
  { name: 'gravity', unit: 'm/s²', low: 0.1, high: 100, meaning: 'g' },
  { name: 'gear', unit: '1', low: -10, high: 10, meaning: 'multiplies the torque; negative: the wires are crossed' },
];

const tasks: Readonly<Record<string, PhysicalTasks>> = {
  gymnasium: only(fields, [constants.secondMass.value, constants.firstLength.value, constants.gravity.value, 1]),
  'hidden-dynamics': between(fields, [
    [0.75, 1.25],
    [0.75, 1.25],
    [8, 12],
    [0.75, 1.25],
  ]),
};

const fastest = [constants.mostFirst.value * Math.PI, constants.mostSecond.value * Math.PI];
const rates: readonly Field[] = fastest.map((most, k) => ({
  name: `rate ${k + 1}`,
  unit: 'rad/s',
  low: -most,
  high: most,
  meaning: k === 0 ? 'θ̇₁' : 'θ̇₂',
}));

export const acrobot: FamilySpec = {
  id: 'Acrobot-v1',
  law: 'acrobot',
  title: 'Two links to swing up, as in Gymnasium, and with dynamics that are hidden',
  constants,
  state: () => [
    { name: 'angle 1', unit: 'rad', low: -Math.PI, high: Math.PI, meaning: 'θ₁, first link from hanging down' },
    { name: 'angle 2', unit: 'rad', low: -Math.PI, high: Math.PI, meaning: 'θ₂, second link from the first' },
    ...rates,
  ],
  observation: () => [
    ...[1, 2].flatMap((link) =>
      ['cos', 'sin'].map((name) => ({
        name: `${name} ${link}`,
        unit: '1',
        low: -1,
        high: 1,
        meaning: `${name} θ${link === 1 ? '₁' : '₂'}`,
      })),
    ),
    ...rates,
  ],
  action: () => ({ n: 3, choices: ['torque −1 N m between the links', 'none', 'torque 1 N m'] }),
  task: () => fields,
  rewards: {
    'swing-up': '−1 for every step, 0 for the one that ends the episode',
    height: '(h − 2)/4, which is never positive: a shaped reward of our own',
  },
  defaultPreset: 'gymnasium',
  presets: {
    gymnasium: {
      title: 'as published: one task',
      source: 'Gymnasium 1.3, envs/classic_control/acrobot.py',
      horizon: 500,
      episodes: 1,
      reward: 'swing-up',
      solved: -100,
    },
    'hidden-dynamics': {
      title: rangesOf(tasks['hidden-dynamics']),
      source: 'ours, with Gymnasium’s law',
      horizon: 500,
      episodes: 2,
      reward: 'swing-up',
    },
  },
  ends: () => true,
  oracle: 'scripted',
  taskMoves: () => true,
  rewardModel: () => ({ reads: ['next'], twoValues: false }),
  drawing: acrobotDrawing<EnvConfig>(constants.bar.value),
  parameters: ({ preset, reward, trainingReward }) => ({
    firstMass: constants.firstMass.value, // kg
    centre: constants.centre.value, // m
    inertia: constants.inertia.value, // kg m²
    torque: constants.torque.value, // N m
    timeStep: constants.timeStep.value, // s
    mostFirst: fastest[0], // rad/s
    mostSecond: fastest[1], // rad/s
    bar: constants.bar.value,
    startNoise: constants.startNoise.value,
    reward: rewardCode(acrobot, reward),
    trainingReward: rewardCode(acrobot, trainingReward),
    ...taskNumbers(tasks[preset]),
  }),
};
