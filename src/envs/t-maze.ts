/**
 * TMaze-v0: a corridor whose first cell shows which arm at its far end is the right one. Nothing on the way tells it again, so that the return says whether a policy remembers
 * for as many steps as the corridor is long: ½ without memory, 1 with it.
 * Sources: Bakker 2001; Ni et al. 2023, twni2016/Memory-RL `envs/tmaze.py`, class TMazeClassicPassive, from which we differ in two points:
 *   a step into an arm ends the episode (there: its end is the last of L + 1 steps, which an arm can only be entered on), and
 *   `pace` charges a policy that is late on the last step as well. Play that is never late earns the same.
 * Law in WebAssembly: assembly/envs/t-maze.ts.
 */
import { corridorDrawing } from './drawings/corridor.ts';
import { type EnvConfig, type FamilySpec, rewardCode } from './spec.ts';

interface MazeSizes {
  /** Steps from the first cell to the junction. */
  readonly length: number;
}

/** L of a maze's config, which `resolveEnv` has checked. */
export const lengthOf = (env: EnvConfig) => (env as EnvConfig & MazeSizes).length;

/** What is seen, one-hot, in this order. Twin: observe4 in assembly/envs/t-maze.ts. */
export const sights = ['cue up', 'cue down', 'corridor', 'junction', 'arm'] as const;
const meanings = [
  '1 before the first step, if the right arm is up',
  '1 before the first step, if the right arm is down',
  '1 in the corridor, also back on its first cell',
  '1 where the corridor ends',
  '1 in an arm, which ends the episode',
];

const source = 'Ni et al. 2023; twni2016/Memory-RL, envs/tmaze.py';
const passive = (length: number) => ({
  title: `${length} steps to the junction, H = ${length + 1}`,
  source,
  horizon: length + 1,
  episodes: 1,
  reward: 'pace',
  length,
});

export const tMaze: FamilySpec<MazeSizes> = {
  id: 'TMaze-v0',
  law: 't-maze',
  title: 'A corridor, and at its end a choice that only its start tells',
  alsoKnownAs: ['T-Maze', 'TMazeClassicPassive', 'Memory-RL', 'MemoryChain'],
  constants: {
    found: { value: 1, unit: '1', meaning: 'reward of the right arm' },
    late: { value: 1, unit: '1', meaning: '`pace`: all that L late steps cost' },
  },
  sizes: { length: { low: 1, high: 99_999, meaning: 'L, steps to the junction; an arm is entered after L + 1 steps at the earliest' } },
  state: (config) => [
    { name: 'x', unit: 'cell', low: 0, high: lengthOf(config), meaning: 'place in the corridor', whole: true },
    { name: 'y', unit: 'cell', low: -1, high: 1, meaning: '0 in the corridor, ±1 in an arm', whole: true },
    { name: 'steps', unit: '1', low: 0, high: Infinity, meaning: 'steps taken in this episode', whole: true },
  ],
  observation: () => sights.map((name, i) => ({ name, unit: '1', low: 0, high: 1, meaning: meanings[i] })),
  action: () => ({ n: 4, choices: ['right', 'up', 'left', 'down'] }),
  task: () => [{ name: 'side', unit: '1', low: -1, high: 1, meaning: 'the right arm: 1 up, −1 down' }],
  rewards: {
    pace: '1 in the right arm, else 0; less 1/L where x’ < min(t, L) after t steps',
    arm: '1 in the right arm, else 0',
  },
  defaultPreset: 'steps-100',
  presets: { 'steps-10': passive(9), 'steps-100': passive(99), 'steps-1000': passive(999) },
  ends: () => true,
  kind: { has: () => true, of: ({ 0: side }) => (side > 0 ? 'up' : 'down') },
  drawing: corridorDrawing(lengthOf),
  rewardModel: ({ reward }) => ({
    reads: reward === 'arm' ? ['next', 'action'] : ['next', 'state', 'action'],
    twoValues: reward === 'arm',
  }),
  parameters: (config) => ({
    length: config.length,
    reward: rewardCode(tMaze, config.reward),
    trainingReward: rewardCode(tMaze, config.trainingReward),
  }),
};
