/**
 * What is compared with whom: one row a workload, its contenders as functions that make them ready or throw `Missing`. The first contender is what the
 * others are compared with. docs/peers.md says of each row what is the same work and what is not.
 */
import * as c from './c.mjs';
import * as jax from './jax.mjs';
import * as mujoco from './mujoco.mjs';
import * as ours from './ours.mjs';
import * as planck from './planck.mjs';
import { horizon } from './puck-table.mjs';
import * as pytorch from './pytorch.mjs';
import * as rapier from './rapier.mjs';
import * as tfjs from './tfjs.mjs';

/**
 * `title` stands in the chart; `work` is what is counted; `ours` names the way of ours that is measured.
 * @typedef {() => Promise<import('./measure.mjs').Contender>} Open
 * @typedef {{ id: string, title: string, work: string, ours: Open, peers: Record<string, Open> }} Workload
 */

/** @returns {Pick<Workload, 'ours' | 'peers'>} */
const learner = (name) => ({
  ours: ours.learner(name),
  peers: { PyTorch: pytorch.learner(name), 'jax-js': jax.learner(name), 'tfjs-wasm': tfjs.learner(name) },
});

/** @returns {Pick<Workload, 'ours' | 'peers'>} */
const body = (id) => ({ ours: ours.byHand({ id }, 256), peers: { 'MuJoCo, native': mujoco.native(id), 'MuJoCo, wasm': mujoco.wasm(id) } });

const fast = ['-O3', '-msse4.1', '-ffast-math'];

/** @type {Workload[]} */
export const workloads = [
  {
    id: 'point-mass',
    title: 'point mass, step',
    work: 'steps',
    ours: ours.kernel({ id: 'PointMass-v0', preset: 'varibad-semicircle' }, 1024),
    peers: {
      'C, gcc -O3': c.stepOf('point-mass.c', ['-O3', '-msse4.1', '-ffp-contract=off'], 1024),
      'C, -ffast-math': c.stepOf('point-mass.c', fast, 1024),
      'C, in vectors': c.stepOf('point-mass.c', [...fast, '-DIVDEP'], 1024),
    },
  },
  {
    id: 'cart-pole',
    title: 'CartPole, step',
    work: 'steps',
    // A long pole and a weak push, so that steps are measured more than starts: an episode lasts some fifty of them. The same numbers stand in cart-pole.c.
    ours: ours.kernel({ id: 'CartPole-v1', taskList: [[5, 0.1, 9.8, 0.1]] }, 1024),
    peers: {
      'C, gcc -O3': c.stepOf('cart-pole.c', ['-O3', '-msse4.1', '-ffp-contract=off'], 1024),
      'C, -ffast-math': c.stepOf('cart-pole.c', fast, 1024),
      'C, in vectors': c.stepOf('cart-pole.c', [...fast, '-DIVDEP'], 1024),
      'C, in vectors, one pole': c.stepOf('cart-pole.c', [...fast, '-DIVDEP', '-DONE_POLE'], 1024),
    },
  },
  {
    id: 'puck',
    title: 'puck, step',
    work: 'steps',
    ours: ours.byHand({ id: 'Puck-v0', horizon }, 1024),
    peers: { planck: planck.puck, rapier: rapier.puck },
  },
  {
    id: 'stack',
    title: 'stack of two, step',
    work: 'steps',
    ours: ours.byHand({ id: 'Stack-v0', preset: 'stack-2' }, 1024),
    peers: { planck: planck.stack, rapier: rapier.stack },
  },
  { id: 'half-cheetah', title: 'half-cheetah, step', work: 'steps', ...body('Runner-v1') },
  { id: 'hopper', title: 'hopper, step', work: 'steps', ...body('Hopper-v1') },
  { id: 'gru', title: 'GRU-64, gradient', work: 'gradients', ...learner('learn/gru-64') },
  { id: 'policy', title: 'MLP policy, gradient', work: 'gradients', ...learner('learn/policy-gradient/mlp-64-64-tanh') },
  { id: 'maml', title: 'MAML, second order', work: 'gradients', ...learner('learn/maml-meta-gradient') },
  { id: 'product', title: 'matrix product, 512³', work: 'products', ...learner('kernel/product-square-512') },
];
