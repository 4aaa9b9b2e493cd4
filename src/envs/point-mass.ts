/**
 * PointMass-v0: a point on the plane moves by its clipped action; where to is not told.
 *   s' = s + 0.1 · clip(a, −1, 1), d = ‖s' − ω‖₂; start (0, 0); observation s', plus ω with `context: true`.
 * Sources: MAML's 2D navigation, cbfinn/maml_rl `maml_examples/point_env_randgoal.py`; the sparse semicircle, katerakelly/oyster and
 * lmzintgraf/varibad `environments/navigation/point_robot.py`. Law in WebAssembly: assembly/envs/point-mass.ts.
 */
import { countsOf, type EnvConfig, type FamilySpec } from './spec.ts';

const rewardNumbers: Readonly<Record<string, number>> = { dense: 0, sparse: 1, tolerance: 2, direction: 3 };

const constants = {
  step: { value: 0.1, unit: 'm', meaning: 'largest move of an axis in one step' },
  goalHalfWidth: { value: 0.5, unit: 'm', meaning: 'navigation: goals are uniform in the square ± this' },
  reach: { value: 1, unit: 'm', meaning: 'reach: goals are uniform in the square ± this' },
  reachFar: { value: 2, unit: 'm', meaning: 'reach-far: the same' },
  arrival: { value: 0.01, unit: 'm', meaning: 'navigation: terminates when both axes are nearer to the goal than this' },
  radius: { value: 1, unit: 'm', meaning: 'semicircle: distance of the goals from the start' },
  controlCost: { value: 0.01, unit: '1', meaning: 'direction: price of ‖clip(a)‖²' },
} as const;

const coordinates = ['x', 'y'];
const varibad = 'lmzintgraf/varibad, environments/navigation/point_robot.py';

export const pointMass: FamilySpec = {
  id: 'PointMass-v0',
  family: 0,
  title: 'Point mass on the plane',
  constants,
  state: () => [
    { name: 'x', unit: 'm', low: -Infinity, high: Infinity, meaning: 'position' },
    { name: 'y', unit: 'm', low: -Infinity, high: Infinity, meaning: 'position' },
  ],
  observation: () => [
    { name: 'x', unit: 'm', low: -Infinity, high: Infinity, meaning: 'position after the move' },
    { name: 'y', unit: 'm', low: -Infinity, high: Infinity, meaning: 'position after the move' },
  ],
  action: () => [
    { name: 'dx', unit: '0.1 m', low: -1, high: 1, meaning: 'move, clipped to ±1' },
    { name: 'dy', unit: '0.1 m', low: -1, high: 1, meaning: 'move, clipped to ±1' },
  ],
  task: ({ preset }) =>
    ['goal x', 'goal y'].map((name) => {
      const bound = preset === 'reach-far' ? constants.reachFar.value : 1;
      return { name, unit: 'm', low: -bound, high: bound, meaning: 'goal, or direction of walking' };
    }),
  rewards: {
    dense: '−d',
    sparse: '1 − d if d ≤ ε, else 0',
    tolerance: '1 if d ≤ ε, else 0',
    direction: 'ω · (s’ − s)/0.1 − 0.01 ‖clip(a)‖²',
  },
  defaultPreset: 'maml-navigation',
  presets: {
    'maml-navigation': {
      title: 'goal uniform in [−0.5, 0.5]², reward −d, ends on arrival',
      source: 'Finn et al. 2017; cbfinn/maml_rl, maml_examples/point_env_randgoal.py',
      horizon: 100,
      episodes: 1,
      reward: 'dense',
      tolerance: 0.2,
    },
    'pearl-semicircle': {
      title: 'goal on the unit semicircle, reward only within 0.2 m, H = 20',
      source: 'Rakelly et al. 2019; katerakelly/oyster',
      horizon: 20,
      episodes: 3,
      reward: 'sparse',
      tolerance: 0.2,
    },
    'pomdp-semicircle': {
      title: 'goal on the unit semicircle, reward only within 0.2 m, H = 60',
      source: 'Ni et al. 2022, pomdp-baselines',
      horizon: 60,
      episodes: 2,
      reward: 'sparse',
      tolerance: 0.2,
    },
    'varibad-semicircle': {
      title: 'goal on the unit semicircle, reward only within 0.2 m, H = 100',
      source: `Zintgraf et al. 2020; ${varibad}`,
      horizon: 100,
      episodes: 3,
      reward: 'sparse',
      tolerance: 0.2,
    },
    reach: {
      title: 'goal uniform in [−1, 1]², reward only within 0.05 m of it',
      source: 'a goal-conditioned example of our own',
      horizon: 50,
      episodes: 1,
      reward: 'tolerance',
      tolerance: 0.05,
    },
    'reach-far': {
      title: 'the same, goal uniform in [−2, 2]²',
      source: 'a goal-conditioned example of our own',
      horizon: 50,
      episodes: 1,
      reward: 'tolerance',
      tolerance: 0.05,
    },
    'walking-direction': {
      title: 'walk along an unknown direction of the full circle',
      source: 'a context example of our own',
      horizon: 20,
      episodes: 2,
      reward: 'direction',
      tolerance: 0.2,
    },
  },
  tolerantRewards: ['sparse', 'tolerance'],
  ends: ({ preset }) => preset === 'maml-navigation',
  place: { unit: 'metres', of: ([x, y]) => [x, y] },
  goal: { rewards: ['tolerance'], coordinates, state: ([x, y]) => [x, y] },
  parameters(config: EnvConfig): number[] {
    const navigation = config.preset === 'maml-navigation';
    const square = navigation || config.preset.startsWith('reach');
    const width = navigation ? constants.goalHalfWidth.value : config.preset === 'reach' ? constants.reach.value : constants.reachFar.value;
    return [
      constants.step.value,
      square ? 0 : 1,
      square ? -width : 0,
      square ? width : config.preset === 'walking-direction' ? 1 : 0.5,
      constants.radius.value,
      rewardNumbers[config.reward],
      config.tolerance,
      navigation ? constants.arrival.value : 0,
      constants.controlCost.value,
      rewardNumbers[config.trainingReward],
      ...countsOf(config, coordinates),
    ];
  },
};
