/**
 * MountainCar-v0: a car in a valley whose engine is too weak to climb the hill at once. Gymnasium's law and reward (`gymnasium`), and the same valley with gravity and wiring
 * that must be found out (`hidden-dynamics`). Source: Gymnasium 1.3, gymnasium/envs/classic_control/mountain_car.py, after Moore 1990.
 * Law in WebAssembly: assembly/envs/mountain-car.ts. It computes in f32; Gymnasium in f64.
 */
import type { Field } from '../core/spaces.ts';
import { hillDrawing } from './drawings/hill.ts';
import { between, only, type PhysicalTasks, rangesOf, taskNumbers } from './physical-task.ts';
import { type EnvConfig, type FamilySpec, rewardCode } from './spec.ts';

const constants = {
  gravity: { value: 0.0025, unit: '1', meaning: '`gymnasium`: g, of a step' },
  force: { value: 0.001, unit: '1', meaning: 'of the engine, in a step' },
  mostSpeed: { value: 0.07, unit: '1', meaning: 'faster speeds are clipped' },
  low: { value: -1.2, unit: '1', meaning: 'the left end of the valley, where a car stops' },
  high: { value: 0.6, unit: '1', meaning: 'its right end' },
  goal: { value: 0.5, unit: '1', meaning: 'the flag: an episode ends there' },
  startLow: { value: -0.6, unit: '1', meaning: 'start: x is at least this, v is 0' },
  startHigh: { value: -0.4, unit: '1', meaning: 'start: and at most this' },
  climb: {
    value: 0.6658316622013515,
    unit: '1',
    meaning: '(1 + sin(3 · goal))/3, the energy in g that a car at rest at the bottom lacks to stand at the flag',
  },
  energyWeight: { value: 100, unit: '1', meaning: '`energy`: paid for all that a car at rest at the bottom lacks' },
} as const;

const fields: readonly Field[] = [
  { name: 'gravity', unit: '1', low: 0.0001, high: 0.01, meaning: 'g, of a step' },
  { name: 'gear', unit: '1', low: -10, high: 10, meaning: 'multiplies the force; negative: the wires are crossed' },
];

const tasks: Readonly<Record<string, PhysicalTasks>> = {
  gymnasium: only(fields, [constants.gravity.value, 1]),
  'hidden-dynamics': between(fields, [
    [0.002, 0.003],
    [0.75, 1.25],
  ]),
};

const numbers: readonly Field[] = [
  { name: 'x', unit: '1', low: constants.low.value, high: constants.high.value, meaning: 'place; the bottom is at −π/6' },
  { name: 'v', unit: '1', low: -constants.mostSpeed.value, high: constants.mostSpeed.value, meaning: 'speed, of a step' },
];

export const mountainCar: FamilySpec = {
  id: 'MountainCar-v0',
  law: 'mountain-car',
  title: 'A car in a valley, as in Gymnasium, and with dynamics that are hidden',
  constants,
  state: () => numbers,
  observation: () => numbers,
  action: () => ({ n: 3, choices: ['push to the left', 'none', 'push to the right'] }),
  task: () => fields,
  rewards: {
    time: '−1 for every step, the one that arrives included',
    energy: '−1 + 100 · the gain of E = v²/2 + g sin(3x)/3, as a share of what is lacking at the bottom: a shaped reward of our own',
  },
  defaultPreset: 'gymnasium',
  presets: {
    gymnasium: {
      title: 'as published: one task',
      source: 'Gymnasium 1.3, envs/classic_control/mountain_car.py',
      horizon: 200,
      episodes: 1,
      reward: 'time',
      solved: -110,
    },
    'hidden-dynamics': {
      title: rangesOf(tasks['hidden-dynamics']),
      source: 'ours, with Gymnasium’s law',
      horizon: 200,
      episodes: 2,
      reward: 'time',
    },
  },
  ends: () => true,
  oracle: 'scripted',
  taskMoves: () => true,
  rewardModel: ({ reward }) => ({ reads: reward === 'time' ? ['next'] : ['next', 'state'], twoValues: false }),
  drawing: hillDrawing<EnvConfig>({ low: constants.low.value, high: constants.high.value, goal: constants.goal.value }),
  parameters: ({ preset, reward, trainingReward }) => ({
    force: constants.force.value,
    mostSpeed: constants.mostSpeed.value,
    low: constants.low.value,
    high: constants.high.value,
    goal: constants.goal.value,
    startLow: constants.startLow.value,
    startHigh: constants.startHigh.value,
    energyWeight: constants.energyWeight.value / constants.climb.value, // over gravity: of a gain of energy
    reward: rewardCode(mountainCar, reward),
    trainingReward: rewardCode(mountainCar, trainingReward),
    ...taskNumbers(tasks[preset]),
  }),
};
