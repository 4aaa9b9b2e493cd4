/** The hopper of Gymnasium's `envs/mujoco/assets/hopper.xml`: numbers from there; its links do not collide with each other. */
import type { Capsule, Hinge, Link, PlanarBody } from './planar-body.ts';

const capsule = (x: number, z: number, pitch: number, half: number, radius: number, friction: number): Capsule => ({
  x,
  z,
  pitch,
  half,
  radius,
  friction,
});
const hinge = (low: number, high: number): Hinge => ({ sign: -1, stiffness: 0, damping: 1, armature: 1, low, high, gear: 200 });
const link = (name: string, parent: number, z: number, turns: Hinge, shape: Capsule): Link => ({
  name,
  parent,
  x: 0,
  z,
  hinge: turns,
  capsules: [shape],
});

export const hopperBody: PlanarBody = {
  name: 'hopper',
  links: [
    { name: 'torso', parent: -1, x: 0, z: 0, hinge: null, capsules: [capsule(0, 0, 0, 0.2, 0.05, 0.9)] },
    link('thigh', 0, -0.2, hinge(-2.61799, 0), capsule(0, -0.225, 0, 0.225, 0.05, 0.9)),
    link('leg', 1, -0.45, hinge(-2.61799, 0), capsule(0, -0.25, 0, 0.25, 0.04, 0.9)),
    link('foot', 2, -0.5, hinge(-0.785398, 0.785398), capsule(0.065, 0, -Math.PI / 2, 0.195, 0.06, 2)),
  ],
  height: 1.25,
  totalMass: null,
  groundFriction: 1,
  contact: { timeConstant: 0.02, dampingRatio: 1, least: 0.8, most: 0.8, width: 0.01 },
  margin: 0.002, // 0.001 for the capsule and as much for the ground
  limit: { timeConstant: 0.02, dampingRatio: 1, least: 0.9, most: 0.95, width: 0.001 },
  timeStep: 0.002,
  integrator: 'runge-kutta',
  gravity: 9.81,
};
