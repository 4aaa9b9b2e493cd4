/**
 * PointMass-v0: a point on the plane moves by its clipped action to a hidden goal or in a hidden direction.
 *   s' = s + 0.1 · clip(a, −1, 1), d = ‖s' − ω‖₂; start (0, 0); observation s', plus ω with `context: true`.
 * Sources: MAML's 2D navigation, cbfinn/maml_rl `maml_examples/point_env_randgoal.py`; the sparse semicircle, katerakelly/oyster and
 * lmzintgraf/varibad `environments/navigation/point_robot.py`. Law in WebAssembly: assembly/envs/point-mass.ts.
 */
import { planeDrawing } from './drawings/plane.ts';
import { countsOf, type EnvConfig, type FamilySpec, type GoalArc, rewardCode } from './spec.ts';

const constants = {
  step: { value: 0.1, unit: 'm', meaning: 'largest move of an axis in one step' },
  goalHalfWidth: { value: 0.5, unit: 'm', meaning: 'navigation: goals are uniform in the square ± this' },
  reach: { value: 1, unit: 'm', meaning: 'reach: goals are uniform in the square ± this' },
  reachFar: { value: 2, unit: 'm', meaning: 'reach-far: goals are uniform in the square ± this' },
  arrival: { value: 0.01, unit: 'm', meaning: 'arrived: both axes are nearer to the goal than this; navigation terminates there' },
  radius: { value: 1, unit: 'm', meaning: 'semicircle: distance of the goals from the start' },
  controlCost: { value: 0.01, unit: '1', meaning: 'direction: weight of the control cost ‖clip(a)‖²' },
} as const;

/** Where tasks of a preset lie: uniform in the square ± `halfWidth`, or on the arc of these turns around the start. `ends`: arrival ends an episode. */
type Layout = { readonly halfWidth: number; readonly ends?: boolean } | { readonly turns: readonly [low: number, high: number] };

const semicircle: Layout = { turns: [0, 0.5] };
const layouts: Readonly<Record<string, Layout>> = {
  'maml-navigation': { halfWidth: constants.goalHalfWidth.value, ends: true },
  'pearl-semicircle': semicircle,
  'pomdp-semicircle': semicircle,
  'varibad-semicircle': semicircle,
  reach: { halfWidth: constants.reach.value },
  'reach-far': { halfWidth: constants.reachFar.value },
  'walking-direction': { turns: [0, 1] },
};

const endsOnArrival = ({ preset }: EnvConfig) => 'ends' in layouts[preset];

/** The arc on which the goals of a preset lie; null where they fill a square. */
function arcOf({ preset }: EnvConfig): GoalArc | null {
  const layout = layouts[preset];
  return 'turns' in layout
    ? { radius: constants.radius.value, turns: layout.turns, caption: 'the thin arc shows where goals can lie' }
    : null;
}

const coordinates = ['x', 'y'];
const tolerantRewards = ['sparse', 'tolerance'];
const walks = ({ reward }: EnvConfig) => reward === 'direction';

/** The start and all goals, with room to pass them by; or as far as one can walk. */
function seenOf(config: EnvConfig) {
  const layout = layouts[config.preset];
  const { radius, step } = constants;
  const most = walks(config) ? step.value * config.horizon * 1.1 : 'turns' in layout ? 1.25 * radius.value : 1.3 * layout.halfWidth;
  const low = 'turns' in layout && layout.turns[1] <= 0.5 ? -0.3 * radius.value : -most;
  return { low: [-most, low], high: [most, most] } as const;
}

const varibad = 'lmzintgraf/varibad, environments/navigation/point_robot.py';

export const pointMass: FamilySpec = {
  id: 'PointMass-v0',
  law: 'point-mass',
  title: 'Point mass on the plane',
  alsoKnownAs: ['PointRobot', 'PointEnv', 'Navigation2D', 'SparsePoint', 'SemiCircle'],
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
      return { name, unit: 'm', low: -bound, high: bound, meaning: 'the goal, or the direction to walk in' };
    }),
  rewards: {
    dense: '−d',
    sparse: '1 − d if d ≤ ε, else 0',
    tolerance: '1 if d ≤ ε, else 0',
    direction: 'ω · (s’ − s)/0.1 − 0.01 ‖clip(a)‖²',
    arrival: '1 if |s’ − ω| < 0.01 m along both axes, else 0',
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
      title: 'goal uniform in [−2, 2]², reward only within 0.05 m of it',
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
  tolerantRewards,
  drawing: planeDrawing<EnvConfig>({
    bounds: seenOf,
    aim: (config) => (walks(config) ? 'direction' : 'goal'),
    arc: arcOf,
    radius: ({ reward, tolerance = 0 }) => (tolerantRewards.includes(reward) ? tolerance : constants.arrival.value),
    counts: (config) => countsOf(config, coordinates),
  }),
  ends: endsOnArrival,
  place: {
    unit: 'metres',
    of: ([x, y]) => [x, y],
    aim: (config) => (walks(config) ? 'direction' : 'goal'),
    goalArc: arcOf,
  },
  goal: {
    // Where arrival ends an episode, a larger region that pays every step would pay for staying out of it.
    rewards: (config) => (endsOnArrival(config) ? ['arrival'] : ['tolerance', 'arrival']),
    coordinates,
    state: ([x, y]) => [x, y],
    place: () => [[[0, 1]], [[1, 1]]],
  },
  rewardModel: ({ reward }) => ({
    reads: reward === 'direction' ? ['next', 'state', 'action'] : ['next'],
    twoValues: reward === 'tolerance' || reward === 'arrival',
  }),
  parameters(config) {
    const layout = { halfWidth: 0, ...layouts[config.preset] };
    const [low, high] = 'turns' in layout ? layout.turns : [-layout.halfWidth, layout.halfWidth];
    return {
      step: constants.step.value, // m
      arc: 'turns' in layout ? 1 : 0, // 1: ω = radius · (cos θ, sin θ), θ ~ U[low, high) turns; 0: ω ~ U[low, high)²
      low,
      high,
      radius: constants.radius.value, // m
      reward: rewardCode(pointMass, config.reward),
      tolerance: config.tolerance as number, // m
      arrival: constants.arrival.value, // arrived: both |s' − ω| < this, m
      ends: endsOnArrival(config) ? 1 : 0, // 1: arrival terminates
      controlCost: constants.controlCost.value,
      trainingReward: rewardCode(pointMass, config.trainingReward),
      counts: countsOf(config, coordinates), // m of x, then of y: 0 where the goal may lie anywhere along the axis
    };
  },
};
