/**
 * PointDynamics-v0: a point on the plane walks to a goal that it sees; what its actions do is hidden: they are turned, scaled, late, or blown off by a wind.
 *   s' = s + 0.1 · (k R(θ) clip(a_{t−d}, −1, 1) + w), d(s', goal); start (0, 0); a goal drawn for each episode
 * Ours; the plane and its steps are those of PointMass-v0, where the goal is hidden and the actions are known. Law in WebAssembly: assembly/envs/point-dynamics.ts.
 *
 * The oracle, who knows the task, plays best: along each of the turned axes the place after d + 1 steps is the place without the action plus k · 0.1 times it, within bounds
 * that do not depend on the past, and the wind (at most √2 · 0.3 along an axis) is weaker than the weakest gain, 0.5. So the action that comes nearest along each axis
 * makes every later distance as small as any play can.
 */
import type { Field } from '../core/spaces.ts';
import { dynamicsDrawing } from './drawings/dynamics.ts';
import { type EnvConfig, type FamilySpec, rewardCode } from './spec.ts';

const constants = {
  step: { value: 0.1, unit: 'm', meaning: 'the move of an axis by a full action of gain 1' },
  goalHalfWidth: { value: 1, unit: 'm', meaning: 'goals are uniform in the square ± this' },
  leastGain: { value: 0.5, unit: '1', meaning: '`scaled`, `mixed`: gains are at least this' },
  mostGain: { value: 1.5, unit: '1', meaning: 'and at most this' },
  mostDelay: { value: 3, unit: 'steps', meaning: '`delayed`, `mixed`: delays are 0 … this' },
  wind: { value: 0.3, unit: '0.1 m', meaning: '`windy`, `mixed`: what a step is blown off, uniform in ± this along each axis' },
} as const;

const c = Object.fromEntries(Object.entries(constants).map(([name, { value }]) => [name, value])) as Record<keyof typeof constants, number>;

const fields: readonly Field[] = [
  { name: 'turn', unit: 'turns', low: 0, high: 1, meaning: 'θ: actions are turned by it, against the clock' },
  { name: 'gain', unit: '1', low: 0.1, high: 10, meaning: 'k: actions are multiplied by it' },
  { name: 'delay', unit: 'steps', low: 0, high: 3, meaning: 'd: actions act so many steps later', whole: true },
  { name: 'wind x', unit: '0.1 m', low: -1, high: 1, meaning: 'added to every step' },
  { name: 'wind y', unit: '0.1 m', low: -1, high: 1, meaning: 'added to every step' },
];

type Range = readonly [low: number, high: number];

/** What a preset draws of each number; all others are as usual. */
interface Unknowns {
  readonly turn?: Range;
  readonly gain?: Range;
  readonly delay?: Range;
  readonly wind?: Range;
}
const turned: Unknowns = { turn: [0, 1] };
const scaled: Unknowns = { gain: [c.leastGain, c.mostGain] };
const delayed: Unknowns = { delay: [0, c.mostDelay] };
const windy: Unknowns = { wind: [-c.wind, c.wind] };
const unknowns: Readonly<Record<string, Unknowns>> = {
  turned,
  scaled,
  delayed,
  windy,
  mixed: { ...turned, ...scaled, ...delayed, ...windy },
};

const places = (of: string, meaning: string): Field[] =>
  ['x', 'y'].map((axis) => ({ name: `${of}${axis}`, unit: 'm', low: -Infinity, high: Infinity, meaning }));

const preset = (title: string) => ({ title, source: 'ours', horizon: 30, episodes: 2, reward: 'dense', tolerance: 0.1 });

export const pointDynamics: FamilySpec = {
  id: 'PointDynamics-v0',
  law: 'point-dynamics',
  title: 'A point mass whose actions do unknown things',
  alsoKnownAs: ['WindyPoint', 'RotatedActions', 'DelayedActions'],
  constants,
  state: () => [
    ...places('', 'place'),
    ...places('goal ', 'place of the goal'),
    ...['last', 'second last', 'third last'].flatMap((which) =>
      ['x', 'y'].map((axis) => ({
        name: `${which} action ${axis}`,
        unit: '1',
        low: -1,
        high: 1,
        meaning: 'as it was clipped; 0 before the first',
      })),
    ),
  ],
  observation: () => [...places('', 'place after the move'), ...places('goal d', 'from there to the goal')],
  action: () =>
    ['dx', 'dy'].map((name) => ({
      name,
      unit: '0.1 m',
      low: -1,
      high: 1,
      meaning: 'move, clipped to ±1, before what the task does to it',
    })),
  task: () => fields,
  rewards: { dense: '−d', tolerance: '1 if d ≤ ε, else 0' },
  tolerantRewards: ['tolerance'],
  defaultPreset: 'mixed',
  presets: {
    mixed: preset('turned, scaled, late and blown off, all at once'),
    turned: preset('actions turned by any angle'),
    scaled: preset('gain U[0.5, 1.5]'),
    delayed: preset('actions act 0, 1, 2 or 3 steps later'),
    windy: preset('a wind of U[−0.03, 0.03] m a step along each axis'),
  },
  taskMoves: () => true,
  rewardModel: ({ reward }) => ({ reads: ['next'], twoValues: reward === 'tolerance' }),
  drawing: dynamicsDrawing<EnvConfig>(1.3 * c.goalHalfWidth, ({ tolerance = 0 }) => tolerance),
  parameters({ preset, reward, trainingReward, tolerance }) {
    const { turn = [0, 0], gain = [1, 1], delay = [0, 0], wind = [0, 0] } = unknowns[preset];
    const ranges = [turn, gain, delay, wind, wind];
    return {
      step: c.step, // m
      goalHalfWidth: c.goalHalfWidth, // m
      reward: rewardCode(pointDynamics, reward),
      trainingReward: rewardCode(pointDynamics, trainingReward),
      tolerance: tolerance as number, // m
      taskLow: ranges.map(([low]) => low),
      taskHigh: ranges.map(([, high]) => high),
    };
  },
};
