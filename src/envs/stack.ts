/**
 * Stack-v0: a gripper in a vertical plane puts boxes where the task says, one on the other. All numbers are ours; actions last as long as those of Fetch's robot
 * (Plappert et al. 2018, arXiv:1802.09464), 1/25 s. Equations and tests: docs/envs/stack-physics.md. Law in WebAssembly: assembly/envs/stack.ts.
 * x runs along the table and z upwards; (0, 0) is on the table, below the place where the gripper starts.
 */
import type { Field } from '../core/spaces.ts';
import { stackDrawing } from './drawings/stack.ts';
import { type EnvConfig, type FamilySpec, rewardCode } from './spec.ts';

const constants = {
  substep: { value: 0.01, unit: 's', meaning: 'time step of the law' },
  substeps: { value: 4, unit: '1', meaning: 'time steps of an action' },
  gravity: { value: 9.81, unit: 'm/s²', meaning: 'on boxes; the drive carries the weight of the gripper' },
  boxSide: { value: 0.05, unit: 'm', meaning: '' },
  boxMass: { value: 0.1, unit: 'kg', meaning: '' },
  friction: { value: 0.5, unit: '1', meaning: 'μ between boxes, and between box and table' },
  fingerFriction: { value: 0.8, unit: '1', meaning: 'μ between box and gripper' },
  carriageMass: { value: 0.3, unit: 'kg', meaning: 'of the gripper, fingers included' },
  force: { value: 4.5, unit: 'N', meaning: 'on the gripper along each axis at full action' },
  drag: { value: 4.5, unit: 'N s/m', meaning: 'of the drive along each axis: at full action the gripper nears 1 m/s' },
  fingerMass: { value: 0.1, unit: 'kg', meaning: 'of a finger with its share of the drive' },
  gripForce: { value: 4, unit: 'N', meaning: 'on each finger at full action' },
  gripDrag: { value: 8, unit: 'N s/m', meaning: 'of a finger’s drive' },
  fingerThickness: { value: 0.01, unit: 'm', meaning: '' },
  fingerLength: { value: 0.06, unit: 'm', meaning: 'from the tips up to the palm' },
  palmHeight: { value: 0.02, unit: 'm', meaning: 'of the bar that carries the fingers' },
  openingLow: { value: 0.01, unit: 'm', meaning: 'least half of the way between the fingers' },
  openingHigh: { value: 0.045, unit: 'm', meaning: 'largest half of the way between the fingers' },
  reachX: { value: 0.5, unit: 'm', meaning: 'largest |x| of the gripper' },
  tipLow: { value: 0.002, unit: 'm', meaning: 'least height of the finger tips' },
  tipHigh: { value: 0.25, unit: 'm', meaning: 'largest height of the finger tips' },
  sweeps: { value: 3, unit: '1', meaning: 'sweeps over the contacts in a time step: with fewer, towers sag before they stand' },
  margin: {
    value: 0.03,
    unit: 'm',
    meaning: 'farther surfaces are not looked at in a time step: speeds above margin/substep would be missed',
  },
  correction: { value: 0.4, unit: '1', meaning: 'share of an overlap that is taken back in a time step' },
  slop: { value: 1e-5, unit: 'm', meaning: 'an overlap that is left' },
  mostCorrection: { value: 0.5, unit: 'm/s', meaning: 'at which overlaps are taken back at most' },
  atRest: { value: 0.05, unit: 'm/s', meaning: 'slower places and edges are at rest' },
  level: { value: 0.005, unit: 'm', meaning: 'a box this near to its height is on its level' },
  released: { value: 0.005, unit: 'm', meaning: 'the gripper is open where each finger has more room than this beside a box' },
  clearance: { value: 0.02, unit: 'm', meaning: '`dense`: how much higher than its goal a box should be on its way' },
  grasp: { value: 0.02, unit: 'm', meaning: '`dense`: how far below a box’s centre the tips should be' },
} as const;

type Name = keyof typeof constants;
const c = Object.fromEntries(Object.entries(constants).map(([name, { value }]) => [name, value])) as Record<Name, number>;

/** Centres of the boxes at the start, and of the stacks, m. */
const left = { low: -0.36, high: -0.06, apart: 0.11 };
const right = { low: 0.06, high: 0.36 };

/** Weights of the potentials; each is said in words at the rewards below. */
const potentials = { placed: 4, away: 0.1, reach: 0.05, grip: 0.5 };

const numBoxes: Readonly<Record<string, number>> = { place: 1, 'stack-2': 2, 'stack-3': 3 };
const boxesOf = ({ preset }: EnvConfig) => Array.from({ length: numBoxes[preset] }, (_, k) => `box ${k + 1}`);

const anything = { low: -Infinity, high: Infinity };
const far = { low: -1e4, high: 1e4 };

function stateOf(config: EnvConfig): Field[] {
  const boxes = boxesOf(config);
  const bodies: Field[] = [
    { name: 'gripper x', unit: 'm', low: -c.reachX, high: c.reachX, meaning: 'middle between the fingers' },
    { name: 'gripper z', unit: 'm', low: c.tipLow, high: c.tipHigh, meaning: 'height of the tips' },
    { name: 'opening', unit: 'm', low: c.openingLow, high: c.openingHigh, meaning: 'half of the way between the fingers' },
    ...['gripper vx', 'gripper vz', 'opening rate'].map((name) => ({ name, unit: 'm/s', ...far, meaning: 'speed' })),
    ...boxes.flatMap((box) => [
      { name: `${box} x`, unit: 'm', ...far, meaning: 'centre' },
      { name: `${box} z`, unit: 'm', ...far, meaning: 'centre' },
      {
        name: `${box} angle`,
        unit: 'rad',
        low: -Math.PI / 4,
        high: Math.PI / 4,
        meaning: 'against the clock; quarter turns of a square are not told apart',
      },
      { name: `${box} vx`, unit: 'm/s', ...far, meaning: 'velocity of the centre' },
      { name: `${box} vz`, unit: 'm/s', ...far, meaning: 'velocity of the centre' },
      { name: `${box} rate`, unit: 'rad/s', ...far, meaning: 'rate of its angle' },
    ]),
  ];
  const pairs = [
    ...boxes.flatMap((box) => ['left finger', 'right finger', 'palm'].map((part) => `${part} on ${box}`)),
    ...boxes.flatMap((box, k) => boxes.slice(k + 1).map((other) => `${box} on ${other}`)),
    ...boxes.map((box) => `table on ${box}`),
  ];
  const impulses = pairs.flatMap((pair) =>
    ['first', 'second'].flatMap((point) =>
      ['normal', 'friction'].map(
        (kind): Field => ({
          name: `${pair}, ${point} ${kind}`,
          unit: 'N s',
          low: kind === 'normal' ? 0 : far.low,
          high: far.high,
          meaning: 'impulse of the last time step, with which the solver begins',
        }),
      ),
    ),
  );
  return [...bodies, ...impulses];
}

const sides = 'box side';
const inSides = (name: string, low: number, high: number, meaning: string): Field => ({
  name,
  unit: sides,
  low: low / c.boxSide,
  high: high / c.boxSide,
  meaning,
});
const speed = (name: string, meaning: string): Field => ({ name, unit: 'm/s', ...anything, meaning });

const observationOf = (config: EnvConfig): Field[] => [
  inSides('gripper x', -c.reachX, c.reachX, 'middle between the fingers'),
  inSides('gripper z', c.tipLow, c.tipHigh, 'height of the tips'),
  inSides('opening', c.openingLow, c.openingHigh, 'half of the way between the fingers'),
  speed('gripper vx', 'velocity of the gripper'),
  speed('gripper vz', 'velocity of the gripper'),
  speed('opening rate', 'speed of each finger'),
  ...boxesOf(config).flatMap((box) => [
    { name: `${box} dx`, unit: sides, ...anything, meaning: 'from the middle between the tips to the centre' },
    { name: `${box} dz`, unit: sides, ...anything, meaning: 'from the middle between the tips to the centre' },
    { name: `${box} angle`, unit: 'rad', low: -Math.PI / 4, high: Math.PI / 4, meaning: 'against the clock' },
    speed(`${box} vx`, 'velocity of the centre'),
    speed(`${box} vz`, 'velocity of the centre'),
    speed(`${box} edge speed`, 'rate of its angle × half of its side'),
  ]),
];

const ordered = ({ preset }: EnvConfig) => preset === 'stack-3';
const taskOf = (config: EnvConfig): Field[] => [
  inSides('target x', -c.reachX, c.reachX, 'where the boxes should stand'),
  ...(ordered(config)
    ? boxesOf(config).map((box) => ({
        name: `level of ${box}`,
        unit: '1',
        low: 0,
        high: 2,
        meaning: '0 on the table, 1 on that box, 2 on top',
        whole: true,
      }))
    : []),
];

const potential = [
  `Φ = ${potentials.placed} · (levels that are right, from the table up) − ${potentials.away} · (way of the next box to its goal) − ${potentials.reach} · (way of the gripper to that box), ways in box sides, |x| + |z|`,
  `a box is right where |x − ω| ≤ ε and its height is right within ${c.level} m`,
].join('; ');

const ours = 'ours';
export const stack: FamilySpec = {
  id: 'Stack-v0',
  law: 'stack',
  title: 'Putting boxes where the task says, one on the other',
  alsoKnownAs: ['FetchPickAndPlace', 'PickAndPlace', 'Stacking', 'BlockStacking'],
  constants,
  state: stateOf,
  observation: observationOf,
  action: () => [
    { name: 'fx', unit: `${c.force} N`, low: -1, high: 1, meaning: 'force on the gripper, clipped to ±1' },
    { name: 'fz', unit: `${c.force} N`, low: -1, high: 1, meaning: 'force on the gripper, clipped to ±1' },
    { name: 'grip', unit: `${c.gripForce} N`, low: -1, high: 1, meaning: 'force on each finger, positive: together; clipped to ±1' },
  ],
  task: taskOf,
  rewards: {
    dense: `what \`tolerance\` pays + Φ(s’) − Φ(s); ${potential}`,
    shaped: `as \`dense\`, and Φ grows by up to ${potentials.grip} as the gripper closes on the next box within half a side of the right grasp, and as it opens when all is right`,
    tolerance: '1 if all boxes are right and at rest and the gripper is open, else 0',
    final: 'on the last step what `tolerance` pays, otherwise 0',
  },
  defaultPreset: 'place',
  presets: {
    place: { title: 'one box to a place on the table', source: ours, horizon: 75, episodes: 2, reward: 'dense', tolerance: 0.02 },
    'stack-2': {
      title: 'box 1 to a place on the table, and box 2 on it',
      source: ours,
      horizon: 125,
      episodes: 2,
      reward: 'dense',
      tolerance: 0.02,
    },
    'stack-3': {
      title: 'three boxes at a place of the table, in an order of the task',
      source: ours,
      horizon: 200,
      episodes: 3,
      reward: 'dense',
      tolerance: 0.02,
    },
  },
  tolerantRewards: ['dense', 'shaped', 'tolerance', 'final'],
  oracle: 'scripted',
  drawing: stackDrawing<EnvConfig>({ ...c }, ({ tolerance = 0 }) => tolerance),
  rewardModel: ({ reward }) =>
    reward === 'dense' || reward === 'shaped' ? { reads: ['next', 'state'], twoValues: false } : { reads: ['next'], twoValues: true },
  parameters(config) {
    const gripperMass = c.carriageMass + c.substep * c.drag;
    const fingerMass = c.fingerMass + c.substep * c.gripDrag;
    return {
      boxes: numBoxes[config.preset],
      substeps: c.substeps,
      sweeps: c.sweeps,
      substep: c.substep, // s
      gravityX: 0, // m/s², of boxes, times substep: what they gain in a time step
      gravityZ: -c.gravity * c.substep,
      half: c.boxSide / 2, // m
      perSide: 1 / c.boxSide, // 1/m
      boxShare: 1 / c.boxMass, // 1/kg
      turnShare: 6 / (c.boxMass * c.boxSide ** 2), // 1/(kg m²), of a square plate
      friction: c.friction,
      fingerFriction: c.fingerFriction,
      push: (c.substep * c.force) / gripperMass, // m/s in a time step at full action
      slowing: c.carriageMass / gripperMass, // of the speed that the drag leaves
      gripperShare: 1 / gripperMass, // 1/kg; the drag is implicit, so it adds to the mass
      gripPush: (c.substep * c.gripForce) / fingerMass,
      gripSlowing: c.fingerMass / fingerMass,
      fingerShare: 1 / (2 * fingerMass), // 1/kg, of both fingers
      thin: c.fingerThickness / 2, // m
      long: c.fingerLength / 2, // m
      palmUp: c.fingerLength + c.palmHeight / 2, // m, from the tips to the middle of the palm
      palmHalfX: c.openingHigh + c.fingerThickness, // m
      palmHalfZ: c.palmHeight / 2, // m
      stopsLow: [-c.reachX, c.tipLow, c.openingLow], // m
      stopsHigh: [c.reachX, c.tipHigh, c.openingHigh], // m
      margin: c.margin, // m
      correction: c.correction,
      slop: c.slop, // m
      mostCorrection: c.mostCorrection, // m/s
      startLow: left.low, // m
      startRoom: left.high - left.low - (numBoxes[config.preset] - 1) * left.apart, // m
      startApart: left.apart, // m
      startZ: 0.18, // m, of the tips
      targetLow: right.low / c.boxSide, // sides
      targetHigh: right.high / c.boxSide,
      ordered: ordered(config) ? 1 : 0,
      reward: rewardCode(stack, config.reward),
      trainingReward: rewardCode(stack, config.trainingReward),
      tolerance: config.tolerance as number, // m
      level: c.level, // m
      atRest: c.atRest, // m/s
      open: c.boxSide / 2 + c.released, // m, of the opening
      clearance: c.clearance, // m
      grasp: c.grasp, // m
      weight: (c.boxMass * c.gravity) / c.force, // of a box, in full forces
      placed: potentials.placed,
      away: potentials.away / c.boxSide, // 1/m
      reach: potentials.reach / c.boxSide, // 1/m
      grip: potentials.grip,
    };
  },
};
