/**
 * Puck-v0: a mallet driven by a force strikes a puck, which slides, bounces and stops by friction; the aim is that it stops on a hidden target.
 * Table and discs: AirHockeyChallenge (2023); masses, friction, restitution and force are ours. Equations: docs/envs/puck-physics.md.
 * Law in WebAssembly: assembly/envs/puck.ts. x runs along the table, the mallet keeps to x < 0; (0, 0) is the middle.
 */
import { tableDrawing } from './drawings/table.ts';
import { countsOf, type EnvConfig, type FamilySpec, rewardCode } from './spec.ts';

const constants = {
  step: { value: 0.02, unit: 's', meaning: 'time between two actions' },
  length: { value: 1.948, unit: 'm', meaning: 'length of the table' },
  width: { value: 1.038, unit: 'm', meaning: 'width of the table' },
  puckRadius: { value: 0.03165, unit: 'm', meaning: '' },
  malletRadius: { value: 0.04815, unit: 'm', meaning: '' },
  puckMass: { value: 0.03, unit: 'kg', meaning: '' },
  malletMass: { value: 0.1, unit: 'kg', meaning: '' },
  force: { value: 1, unit: 'N', meaning: 'force on the mallet along each axis at full action' },
  gravity: { value: 9.81, unit: 'm/s²', meaning: '' },
  friction: { value: 0.2, unit: '1', meaning: 'μ of Coulomb’s law between puck and table; the mallet has none' },
  malletRestitution: { value: 0.8, unit: '1', meaning: 'e between mallet and puck' },
  cushionRestitution: { value: 0.8, unit: '1', meaning: 'e between cushion and puck; the edges of its half stop the mallet with e = 0' },
  slow: { value: 0.02, unit: 'm/s', meaning: 'impacts slower than this have e = 0, so that a push is not an endless series of impacts' },
  leastFriction: { value: 0.1, unit: '1', meaning: '`unknown-friction`: μ is at least this' },
  mostFriction: { value: 0.4, unit: '1', meaning: '`unknown-friction`: and at most this' },
  pause: { value: 0.001, unit: 's', meaning: 'after such an impact mallet and puck are not checked for contact for this time' },
  unstruck: {
    value: 1,
    unit: 'm',
    meaning: '`dense`: the distance that counts before the first hit, so that only a hit tells where the target is',
  },
  potential: { value: 100, unit: '1/m', meaning: '`dense`: κ of Φ = −κ (gap between the discs) before the first hit' },
} as const;

/** Where an episode starts, and where targets lie; metres, metres a second. */
interface Layout {
  readonly puckX: number;
  /** ± on each axis, uniform. */
  readonly spread: number;
  readonly speedX: number;
  /** ± across, uniform. */
  readonly speedSpread: number;
  readonly malletX: number;
  /** Targets are uniform in [low, high] × [−side, side]. */
  readonly low: number;
  readonly high: number;
  readonly side: number;
  readonly overCushion: boolean;
  /** μ is a part of the task, and the target is seen. */
  readonly unknownFriction?: boolean;
}

const ahead = { low: 0.05, high: 0.5, side: 0.3, overCushion: false };
const layouts: Readonly<Record<string, Layout>> = {
  'one-shot': { puckX: -0.5, spread: 0.02, speedX: 0, speedSpread: 0, malletX: -0.75, ...ahead },
  'unknown-friction': { puckX: -0.5, spread: 0.02, speedX: 0, speedSpread: 0, malletX: -0.75, ...ahead, unknownFriction: true },
  // The puck is so near the middle line that the mallet can only push it away: n_x ≥ (x + 0.04815)/0.0798 > 0.6.
  rebound: { puckX: 0.01, spread: 0.01, speedX: 0, speedSpread: 0, malletX: -0.7, low: -0.5, high: -0.1, side: 0.3, overCushion: true },
  moving: { puckX: 0.3, spread: 0.02, speedX: -1.6, speedSpread: 0.2, malletX: -0.75, ...ahead },
};

const c = Object.fromEntries(Object.entries(constants).map(([name, { value }]) => [name, value])) as Record<keyof typeof constants, number>;
const puckX = c.length / 2 - c.puckRadius;
const puckY = c.width / 2 - c.puckRadius;
const malletX = c.length / 2 - c.malletRadius;
const malletY = c.width / 2 - c.malletRadius;

const lengths = (name: string, low: number, high: number, meaning: string) => ({ name, unit: 'm', low, high, meaning });
const speeds = (name: string, meaning: string) => ({ name, unit: 'm/s', low: -Infinity, high: Infinity, meaning });
const state = () => [
  lengths('puck x', -puckX, puckX, 'centre of the puck'),
  lengths('puck y', -puckY, puckY, 'centre of the puck'),
  speeds('puck vx', 'velocity of the puck'),
  speeds('puck vy', 'velocity of the puck'),
  lengths('mallet x', -malletX, -c.malletRadius, 'centre of the mallet'),
  lengths('mallet y', -malletY, malletY, 'centre of the mallet'),
  speeds('mallet vx', 'velocity of the mallet'),
  speeds('mallet vy', 'velocity of the mallet'),
  { name: 'struck', unit: '1', low: 0, high: 1, meaning: '1 once the mallet has touched the puck in this episode', whole: true },
];

/** The scale on which a stroke is aimed, so that a network can tell places apart. */
const reach = c.puckRadius + c.malletRadius;
const inReach = (name: string, most: number, meaning: string) => ({
  name,
  unit: 'sum of the radii',
  low: -most / reach,
  high: most / reach,
  meaning,
});
const hidesFriction = ({ preset }: EnvConfig) => layouts[preset].unknownFriction === true;
const observation = (config: EnvConfig) => {
  const [, , vx, vy, , , ux, uy, struck] = state();
  const fromPuck = 'from the puck’s centre to the mallet’s';
  return [
    inReach('puck x', puckX, 'centre of the puck'),
    inReach('puck y', puckY, 'centre of the puck'),
    vx,
    vy,
    inReach('mallet dx', c.length, fromPuck),
    inReach('mallet dy', c.width, fromPuck),
    ux,
    uy,
    struck,
    ...(hidesFriction(config)
      ? [inReach('target x', puckX, 'where the puck should stop'), inReach('target y', puckY, 'where the puck should stop')]
      : []),
  ];
};

const coordinates = ['puck x', 'puck y'];
const ours = 'ours; table and discs of the AirHockeyChallenge 2023';

export const puck: FamilySpec = {
  id: 'Puck-v0',
  law: 'puck',
  title: 'Hitting a puck so that it stops on a target',
  alsoKnownAs: ['AirHockey', 'Hockey'],
  constants,
  state,
  observation,
  action: () => [
    { name: 'fx', unit: '1 N', low: -1, high: 1, meaning: 'force on the mallet, clipped to ±1' },
    { name: 'fy', unit: '1 N', low: -1, high: 1, meaning: 'force on the mallet, clipped to ±1' },
  ],
  task: (config) => [
    lengths('target x', -puckX, puckX, 'where the puck should stop'),
    lengths('target y', -puckY, puckY, 'where the puck should stop'),
    ...(hidesFriction(config) ? [{ name: 'friction', unit: '1', low: 0.01, high: 2, meaning: 'μ of puck and table' }] : []),
  ],
  rewards: {
    dense:
      '−d/ε + Φ(s’) − Φ(s), Φ = −κ (gap between the discs) before the first hit of the episode and 0 after it; d from puck to target, 1 m before the first hit',
    tolerance: '1 if the puck has been struck in this episode and d ≤ ε, else 0',
    final: 'on the last step what `tolerance` pays, otherwise 0',
  },
  defaultPreset: 'one-shot',
  presets: {
    'one-shot': {
      title: 'a stroke, then wait: targets in the far half',
      source: ours,
      horizon: 100,
      episodes: 3,
      reward: 'dense',
      tolerance: 0.1,
    },
    'unknown-friction': {
      title: 'a stroke to a target that is seen, on a table of unknown friction: μ U[0.1, 0.4]',
      source: ours,
      horizon: 100,
      episodes: 3,
      reward: 'dense',
      tolerance: 0.1,
    },
    rebound: {
      title: 'the puck lies on the middle line and the targets behind it: the way there is over the far cushion',
      source: ours,
      horizon: 250,
      episodes: 3,
      reward: 'dense',
      tolerance: 0.1,
    },
    moving: {
      title: 'the puck arrives at 1.6 m/s, targets in the far half',
      source: ours,
      horizon: 150,
      episodes: 3,
      reward: 'dense',
      tolerance: 0.1,
    },
  },
  tolerantRewards: ['dense', 'tolerance', 'final'],
  oracle: 'scripted',
  drawing: tableDrawing<EnvConfig>(c, ({ tolerance = 0 }) => tolerance),
  place: {
    unit: 'metres',
    of: ([x, y]) => [reach * x, reach * y],
    aim: () => 'goal',
    scene: [
      [
        [-c.length / 2, -c.width / 2],
        [c.length / 2, -c.width / 2],
        [c.length / 2, c.width / 2],
        [-c.length / 2, c.width / 2],
        [-c.length / 2, -c.width / 2],
      ],
      [
        [0, -c.width / 2],
        [0, c.width / 2],
      ],
    ],
    second: { name: 'mallet', of: (o) => [reach * (o[0] + o[4]), reach * (o[1] + o[5])] },
  },
  goal: {
    rewards: (config) => (hidesFriction(config) ? [] : ['tolerance']), // a task is more than a goal there
    coordinates,
    counts: (o) => o[8] === 1, // struck
    place: () => [[[0, reach]], [[1, reach]]],
    state: ([px, py, vx, vy, qx, qy, ux, uy, struck]) => [
      reach * px,
      reach * py,
      vx,
      vy,
      reach * (px + qx),
      reach * (py + qy),
      ux,
      uy,
      struck,
    ],
  },
  taskMoves: hidesFriction,
  rewardModel: ({ reward }) => (reward === 'dense' ? { reads: ['next', 'state'], twoValues: false } : { reads: ['next'], twoValues: true }),
  parameters(config) {
    const layout = layouts[config.preset];
    const mass = c.malletMass + c.puckMass;
    return {
      step: c.step, // s
      puckXBound: puckX, // m, largest |x| of the puck's centre
      puckYBound: puckY,
      malletXMiddle: -c.length / 4, // m, middle of the mallet's half
      malletXBound: c.length / 4 - c.malletRadius, // m, largest distance of its centre from there
      malletYBound: malletY,
      contact: c.puckRadius + c.malletRadius, // m, sum of the radii
      acceleration: c.force / c.malletMass, // m/s², of the mallet at full force
      friction: c.friction * c.gravity, // m/s², μ g
      gravity: c.gravity,
      frictionLow: layout.unknownFriction ? c.leastFriction : 0, // μ, the third number of a task
      frictionHigh: layout.unknownFriction ? c.mostFriction : 0, // 0: tasks have two numbers, and `friction` holds
      shown: layout.unknownFriction ? 1 : 0, // 1: the target is seen
      puckShare: c.malletMass / mass, // of the speed of approach that the puck takes
      malletShare: c.puckMass / mass,
      malletRestitution: c.malletRestitution,
      cushionRestitution: c.cushionRestitution,
      slow: c.slow, // m/s: impacts below are plastic
      pause: c.pause, // s: discs that met so slowly are not looked at for this long
      potential: c.potential, // of the gap before the first hit, 1/m
      startX: layout.puckX, // m, puck
      startSpread: layout.spread, // m, ± on each axis
      startSpeedX: layout.speedX, // m/s, puck
      startSpeedSpread: layout.speedSpread, // m/s, ± across
      malletX: layout.malletX, // m, start
      targetLowX: layout.low,
      targetHighX: layout.high,
      targetY: layout.side, // m, ±
      overCushion: layout.overCushion ? 1 : 0, // 1: the far cushion lies between puck and target
      reward: rewardCode(puck, config.reward),
      tolerance: config.tolerance as number, // m
      trainingReward: rewardCode(puck, config.trainingReward),
      unstruck: c.unstruck, // m, d that `dense` pays for before the first hit
      counts: countsOf(config, coordinates), // of x, then of y: 1, or 0 where the puck may stop anywhere along the axis
    };
  },
};
