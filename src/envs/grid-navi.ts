/**
 * GridNavi-v0: a walker on a square grid looks for a hidden cell; also the home of the exact goal reward r = [s' = g].
 *   s' = clip(s + move(a), 0, size − 1) by axis; start (0, 0); the observation is the one-hot of cell size · y + x, plus ω with `context: true`.
 * Source: Zintgraf et al. 2020, lmzintgraf/varibad `environments/navigation/gridworld.py`. Law in WebAssembly: assembly/envs/grid-navi.ts.
 * The goal is one of the size² − 4 cells outside the square of four around the start.
 */
import { cellDrawing } from './drawings/cells.ts';
import { countsOf, type EnvConfig, type FamilySpec } from './spec.ts';

const constants = {
  found: { value: 1, unit: '1', meaning: 'reward on the goal' },
  elsewhere: { value: -0.1, unit: '1', meaning: '`search`: reward on any other cell' },
} as const;

const coordinates = ['x', 'y'];

interface GridSizes {
  /** Cells of a side. */
  readonly size: number;
}

/** Cells of a side of a grid's config, which `resolveEnv` has checked. */
export const sizeOf = (env: EnvConfig) => (env as EnvConfig & GridSizes).size;

/** Where a one-hot says one is. */
function cellOf(observation: Float32Array, config: EnvConfig): [x: number, y: number] {
  const cell = observation.indexOf(1);
  return [cell % sizeOf(config), Math.floor(cell / sizeOf(config))];
}
/** On the goal, and elsewhere. */
export const gridRewards = (name: string): [found: number, elsewhere: number] => [
  constants.found.value,
  name === 'search' ? constants.elsewhere.value : 0,
];

export const gridNavi: FamilySpec<GridSizes> = {
  id: 'GridNavi-v0',
  law: 'grid-navi',
  title: 'Looking for a cell of a grid',
  alsoKnownAs: ['GridWorld', 'Gridworld-Navigation'],
  constants,
  sizes: { size: { low: 3, high: 32, meaning: 'cells of a side' } },
  state: (config) => [
    { name: 'x', unit: 'cell', low: 0, high: sizeOf(config) - 1, meaning: 'column', whole: true },
    { name: 'y', unit: 'cell', low: 0, high: sizeOf(config) - 1, meaning: 'row', whole: true },
  ],
  observation: (config) =>
    Array.from({ length: sizeOf(config) ** 2 }, (_, cell) => ({
      name: `cell ${cell % sizeOf(config)}, ${Math.floor(cell / sizeOf(config))}`,
      unit: '1',
      low: 0,
      high: 1,
      meaning: '1 where the walker is after the move, else 0',
    })),
  action: () => ({ n: 5, choices: ['stay', 'up (y + 1)', 'right (x + 1)', 'down (y − 1)', 'left (x − 1)'] }),
  task: (config) => [
    { name: 'goal x', unit: 'cell', low: 0, high: sizeOf(config) - 1, meaning: 'column of the goal' },
    { name: 'goal y', unit: 'cell', low: 0, high: sizeOf(config) - 1, meaning: 'row of the goal' },
  ],
  rewards: { search: '1 if s’ = ω, else −0.1', exact: '1 if s’ = ω, else 0' },
  defaultPreset: 'varibad-grid',
  presets: {
    'varibad-grid': {
      title: '5 × 5 cells, 21 goals, E = 4',
      source: 'Zintgraf et al. 2020; lmzintgraf/varibad, environments/navigation/gridworld.py',
      horizon: 15,
      episodes: 4,
      reward: 'search',
      size: 5,
    },
    'reach-cell': {
      title: '14 × 14 cells, reward only on the goal, E = 1',
      source: 'a goal-conditioned example of our own',
      horizon: 36,
      episodes: 1,
      reward: 'exact',
      size: 14,
    },
  },
  place: {
    unit: 'cells',
    of: cellOf,
    aim: () => 'goal',
  },
  drawing: cellDrawing(sizeOf),
  goal: {
    rewards: () => ['exact'],
    coordinates,
    state: cellOf,
    place: (config) => {
      const size = sizeOf(config);
      const cells = Array.from({ length: size * size }, (_, cell) => [cell % size, Math.floor(cell / size)]);
      return [0, 1].map((axis) => cells.map((at, cell): [number, number] => [cell, at[axis]]).filter(([, weight]) => weight !== 0));
    },
  },
  rewardModel: () => ({ reads: ['next'], twoValues: true }),
  parameters: (config) => ({
    size: config.size,
    found: gridRewards(config.reward), // reward on the goal, then elsewhere
    trainingFound: gridRewards(config.trainingReward),
    counts: countsOf(config, coordinates), // of x, then of y: 1, or 0 where any column or row will do
  }),
};
