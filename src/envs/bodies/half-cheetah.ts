/** The half-cheetah of Gymnasium's `envs/mujoco/assets/half_cheetah.xml`: numbers from there. */
import type { Capsule, Hinge, Link, PlanarBody } from './planar-body.ts';

const capsule = (x: number, z: number, pitch: number, half: number): Capsule => ({ x, z, pitch, half, radius: 0.046, friction: 0.4 });
const hinge = (stiffness: number, damping: number, low: number, high: number, gear: number): Hinge => ({
  sign: 1,
  stiffness,
  damping,
  armature: 0.1,
  low,
  high,
  gear,
});
const link = (name: string, parent: number, x: number, z: number, turns: Hinge, shape: Capsule): Link => ({
  name,
  parent,
  x,
  z,
  hinge: turns,
  capsules: [shape],
});
const soft = { timeConstant: 0.02, dampingRatio: 1, least: 0, most: 0.8 };

export const halfCheetah: PlanarBody = {
  name: 'half-cheetah',
  links: [
    { name: 'torso', parent: -1, x: 0, z: 0, hinge: null, capsules: [capsule(0, 0, Math.PI / 2, 0.5), capsule(0.6, 0.1, 0.87, 0.15)] },
    link('bthigh', 0, -0.5, 0, hinge(240, 6, -0.52, 1.05, 120), capsule(0.1, -0.13, -3.8, 0.145)),
    link('bshin', 1, 0.16, -0.25, hinge(180, 4.5, -0.785, 0.785, 90), capsule(-0.14, -0.07, -2.03, 0.15)),
    link('bfoot', 2, -0.28, -0.14, hinge(120, 3, -0.4, 0.785, 60), capsule(0.03, -0.097, -0.27, 0.094)),
    link('fthigh', 0, 0.5, 0, hinge(180, 4.5, -1, 0.7, 120), capsule(-0.07, -0.12, 0.52, 0.133)),
    link('fshin', 4, -0.14, -0.24, hinge(120, 3, -1.2, 0.87, 60), capsule(0.065, -0.09, -0.6, 0.106)),
    link('ffoot', 5, 0.13, -0.18, hinge(60, 1.5, -0.5, 0.5, 30), capsule(0.045, -0.07, -0.6, 0.07)),
  ],
  height: 0.7,
  totalMass: 14,
  groundFriction: 0.4,
  contact: { ...soft, width: 0.01 },
  margin: 0,
  limit: { ...soft, width: 0.03 },
  timeStep: 0.01,
  integrator: 'euler',
  gravity: 9.81,
};
