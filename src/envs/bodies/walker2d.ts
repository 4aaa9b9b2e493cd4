/** The two-legged walker of Gymnasium's `envs/mujoco/assets/walker2d_v5.xml`: numbers from there; its links do not collide with each other. */
import type { Hinge, Link, PlanarBody } from './planar-body.ts';

const hinge = (low: number, high: number): Hinge => ({ sign: -1, stiffness: 0, damping: 0.1, armature: 0.01, low, high, gear: 100 });
const along = (half: number, radius: number) => ({ x: 0, z: -half, pitch: 0, half, radius, friction: 0.9 });

/** Thigh, leg and foot, whose hinges hang on the torso (link 0) and on the one before. `first`: the place of the thigh. */
const leg = (side: string, first: number): Link[] => [
  { name: `thigh${side}`, parent: 0, x: 0, z: -0.2, hinge: hinge(-2.61799, 0), capsules: [along(0.225, 0.05)] },
  { name: `leg${side}`, parent: first, x: 0, z: -0.45, hinge: hinge(-2.61799, 0), capsules: [along(0.25, 0.04)] },
  {
    name: `foot${side}`,
    parent: first + 1,
    x: 0,
    z: -0.5,
    hinge: hinge(-0.785398, 0.785398),
    capsules: [{ x: 0.1, z: 0, pitch: -Math.PI / 2, half: 0.1, radius: 0.06, friction: 1.9 }],
  },
];

export const walkerBody: PlanarBody = {
  name: 'walker2d',
  links: [
    {
      name: 'torso',
      parent: -1,
      x: 0,
      z: 0,
      hinge: null,
      capsules: [{ x: 0, z: 0, pitch: 0, half: 0.2, radius: 0.05, friction: 0.9 }],
    },
    ...leg('', 1),
    ...leg('_left', 4),
  ],
  height: 1.25,
  totalMass: null,
  groundFriction: 0.7,
  contact: { timeConstant: 0.02, dampingRatio: 1, least: 0.9, most: 0.95, width: 0.001 },
  margin: 0,
  limit: { timeConstant: 0.02, dampingRatio: 1, least: 0.9, most: 0.95, width: 0.001 },
  timeStep: 0.002,
  integrator: 'runge-kutta',
  gravity: 9.81,
};
