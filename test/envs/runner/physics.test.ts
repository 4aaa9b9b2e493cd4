/** What planar bodies must do by themselves, whatever any other engine does. */
import { describe, expect, test } from 'vitest';
import { placedCapsules } from '../../../src/envs/bodies/body-pose.ts';
import { halfCheetah } from '../../../src/envs/bodies/half-cheetah.ts';
import { hopperBody } from '../../../src/envs/bodies/hopper.ts';
import type { Hinge, PlanarBody } from '../../../src/envs/bodies/planar-body.ts';
import { advance, biasForce, frames, linkMasses, massMatrix, sizeOf } from '../../reference/planar-body.ts';
import { Bodies } from './bodies.ts';
import { drawn, motorsOf } from './mujoco.ts';

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * b[i], 0);

/** Momenta along x and z, and about the centre of mass: (M v) of the root, which moves all links, less that of the centre. */
function momenta(body: PlanarBody, q: readonly number[], v: readonly number[]) {
  const masses = linkMasses(body);
  const mass = masses.reduce((sum, link) => sum + link.mass, 0);
  const [px, pz, turning] = massMatrix(body, q).map((row) => dot(row, v));
  const [x, z] = centerOfMass(body, q);
  return { mass, px, pz, spin: turning - ((z - q[1]) * px - (x - q[0]) * pz) };
}

function centerOfMass(body: PlanarBody, q: readonly number[]): [number, number] {
  const masses = linkMasses(body);
  const total = masses.reduce((sum, link) => sum + link.mass, 0);
  const sums = frames(body, q).reduce(
    ([sx, sz], { x, z, angle }, l) => {
      const { mass, center } = masses[l];
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      return [sx + mass * (x + center[0] * c + center[1] * s), sz + mass * (z + center[1] * c - center[0] * s)];
    },
    [0, 0],
  );
  return [sums[0] / total, sums[1] / total];
}

/** ½ vᵀMv + m g z + Σ ½ k q² */
function energy(body: PlanarBody, q: readonly number[], v: readonly number[]): number {
  const M = massMatrix(body, q);
  const { mass } = momenta(body, q, v);
  const springs = body.links.reduce((sum, { hinge }, l) => sum + (hinge === null ? 0 : 0.5 * hinge.stiffness * q[l + 2] ** 2), 0);
  const kinetic =
    0.5 *
    dot(
      v,
      M.map((row) => dot(row, v)),
    );
  return kinetic + mass * body.gravity * centerOfMass(body, q)[1] + springs;
}

/** High above the ground, hinges inside their limits, all of it moving. */
function thrown(body: PlanarBody, seed: number) {
  const uniform = drawn(seed);
  const q = Array.from({ length: sizeOf(body) }, (_, i) => {
    const hinge = body.links[i - 2]?.hinge;
    return hinge ? (hinge.low + hinge.high) / 2 : i === 1 ? 500 : 0.3 * i;
  });
  return { q, v: q.map((_, i) => uniform(0, i, -0.5, 0.5)) };
}

const withHinges = (body: PlanarBody, change: Partial<Hinge>): PlanarBody => ({
  ...body,
  links: body.links.map((link) => ({ ...link, hinge: link.hinge && { ...link.hinge, ...change } })),
});
/** No constraint is met in flight. */
const loose = { low: -100, high: 100 };

describe.each([
  ['half-cheetah', halfCheetah],
  ['hopper', hopperBody],
] as const)('%s', (_, shipped) => {
  test('in free flight, motors on, momenta drift by less than 1e-5 of their scale in 1000 steps', () => {
    // By the fourth-order step: Euler's, which is MuJoCo's, drifts with the length of its step, as the next test shows.
    const body: PlanarBody = { ...withHinges(shipped, loose), integrator: 'runge-kutta', timeStep: 0.001, gravity: 0 };
    const bodies = new Bodies(body);
    const { q, v } = thrown(body, 71);
    q[1] = 5; // f32 resolves places near the ground better, and without gravity it stays
    const uniform = drawn(72);
    bodies.set(0, q, v);
    const before = momenta(body, bodies.place(0), bodies.speed(0));
    let scale = 0;
    for (let t = 0; t < 1000; t++) {
      if (t % 50 === 0)
        bodies.act(
          0,
          Array.from({ length: motorsOf(body) }, (_, i) => uniform(t, i, -0.2, 0.2)),
        );
      bodies.step();
      // The sum of what the links carry, without the signs that make it small.
      const M = massMatrix(body, bodies.place(0));
      const speed = bodies.speed(0);
      scale = Math.max(
        scale,
        M[2].reduce((sum, m, i) => sum + Math.abs(m * speed[i]), 0),
        M[0].reduce((sum, m, i) => sum + Math.abs(m * speed[i]), 0),
      );
    }
    const after = momenta(body, bodies.place(0), bodies.speed(0));
    for (const name of ['px', 'pz', 'spin'] as const) expect(Math.abs(after[name] - before[name]) / scale).toBeLessThan(1e-5);
  });

  test.each([
    ['euler', 1],
    ['runge-kutta', 4],
  ] as const)('energy in free flight without friction: error of %s falls with the step’s power %i', (integrator, order) => {
    const errorAt = (timeStep: number) => {
      const body: PlanarBody = { ...withHinges(shipped, { ...loose, damping: 0, stiffness: 20 }), integrator, timeStep };
      const { q, v } = thrown(body, 73);
      const before = energy(body, q, v);
      const still = new Array<number>(motorsOf(body)).fill(0);
      for (let t = 0; t < Math.round(0.2 / timeStep); t++) advance(body, q, v, still);
      return Math.abs(energy(body, q, v) - before);
    };
    const [coarse, fine] = [errorAt(0.01), errorAt(0.005)];
    expect(Math.log2(coarse / fine)).toBeGreaterThan(order - 0.5);
    expect(Math.log2(coarse / fine)).toBeLessThan(order + 1.5);
  });

  test('left alone it comes to rest on the ground, sinks no deeper than its softness says, and stays', () => {
    const bodies = new Bodies(shipped);
    bodies.set(
      0,
      Array.from({ length: sizeOf(shipped) }, (_, i) => (i === 1 ? shipped.height : 0)),
      new Array(sizeOf(shipped)).fill(0),
    );
    const run = (seconds: number) => {
      for (let t = 0; t < seconds / shipped.timeStep; t++) expect(bodies.step() & 1).toBe(0);
    };
    run(20);
    const rest = bodies.place(0);
    expect(Math.max(...bodies.speed(0).map(Math.abs))).toBeLessThan(2e-3);
    run(5);
    const later = bodies.place(0);
    expect(Math.max(...later.map((x, i) => Math.abs(x - rest[i])))).toBeLessThan(5e-3);
    expect(lowest(shipped, later)).toBeGreaterThan(-0.02);
  });

  test('contact pushes up and within the cone of friction: |f_x| ≤ μ f_z, in 2000 steps of bang-bang play', () => {
    const body: PlanarBody = { ...shipped, integrator: 'euler', timeStep: 0.005 };
    const bodies = new Bodies(body);
    const uniform = drawn(74);
    const n = sizeOf(body);
    const mu = Math.max(body.groundFriction, ...body.links.flatMap(({ capsules }) => capsules.map(({ friction }) => friction)));
    const { mass } = momenta(body, new Array(n).fill(0), new Array(n).fill(0));
    let [pushes, deepest] = [0, 0];
    for (let t = 0; t < 2000; t++) {
      if (t % 200 === 0)
        bodies.set(
          0,
          Array.from({ length: n }, (_, i) => uniform(t, i, -0.1, 0.1) + (i === 1 ? body.height : 0)),
          new Array(n).fill(0),
        );
      if (t % 5 === 0)
        bodies.act(
          0,
          Array.from({ length: motorsOf(body) }, (_, i) => Math.sign(uniform(t, 20 + i, -1, 1))),
        );
      const [q, v] = [bodies.place(0), bodies.speed(0)];
      bodies.step();
      // In the rows of x and z, M Δv/h + c is the ground's force.
      const change = bodies.speed(0).map((x, i) => (x - v[i]) / body.timeStep);
      const M = massMatrix(body, q);
      const bias = biasForce(body, q, v);
      const [fx, fz] = [dot(M[0], change) + bias[0], dot(M[1], change) + bias[1]];
      const rounding = 2e-3 * mass * body.gravity;
      expect(fz).toBeGreaterThan(-rounding);
      expect(Math.abs(fx)).toBeLessThan(mu * fz + rounding);
      if (fz > rounding) pushes++;
      deepest = Math.min(deepest, lowest(body, bodies.place(0)));
    }
    expect(pushes).toBeGreaterThan(500);
    expect(deepest).toBeGreaterThan(-0.15); // soft ground; nothing goes through
  });
});

/** Height of the lowest point of any end. */
const lowest = (body: PlanarBody, q: readonly number[]) =>
  Math.min(...placedCapsules(body, q).map(({ z1, z2, radius }) => Math.min(z1, z2) - radius));

/** A pole hung from a mass of tons that lies on the ground. */
function pendulum(): PlanarBody {
  const hinge: Hinge = { sign: 1, stiffness: 0, damping: 0, armature: 0, low: -100, high: 100, gear: 0 };
  return {
    ...halfCheetah,
    name: 'pendulum',
    links: [
      {
        name: 'weight',
        parent: -1,
        x: 0,
        z: 0,
        hinge: null,
        capsules: [{ x: 0, z: 0, pitch: Math.PI / 2, half: 2, radius: 1, friction: 1 }],
      },
      { name: 'pole', parent: 0, x: 0, z: 5, hinge, capsules: [{ x: 0, z: -0.5, pitch: 0, half: 0.3, radius: 0.03, friction: 1 }] },
    ],
    height: 1,
    totalMass: null,
    timeStep: 0.001,
  };
}

test.each([0.05, 1, 2])('a pole swings with the pendulum’s period from %d rad: T = 4 K(sin ½θ) √(I/(m g l))', (angle) => {
  const body = pendulum();
  const bodies = new Bodies(body);
  const { mass, moment, center } = linkMasses(body)[1];
  const l = -center[1];
  const inertia = moment + mass * l * l;
  bodies.set(0, [0, body.height, 0, 0], [0, 0, 0, 0]);
  for (let t = 0; t < 5000; t++) bodies.step(); // the weight settles
  const settled = bodies.place(0);
  bodies.set(0, [...settled.slice(0, 3), angle], [0, 0, 0, 0]);
  const crossings: number[] = [];
  for (let t = 1; crossings.length < 5; t++) {
    const before = bodies.place(0)[3];
    bodies.step();
    const after = bodies.place(0)[3];
    if (before > 0 !== after > 0) crossings.push((t - after / (after - before)) * body.timeStep);
  }
  const period = (crossings[4] - crossings[0]) / 2;
  expect(period / (4 * ellipticK(Math.sin(angle / 2)) * Math.sqrt(inertia / (mass * body.gravity * l)))).toBeCloseTo(1, 2.7);
});

/** Complete elliptic integral of the first kind, by the arithmetic-geometric mean. */
function ellipticK(k: number): number {
  let [a, b] = [1, Math.sqrt(1 - k * k)];
  while (Math.abs(a - b) > 1e-14) [a, b] = [(a + b) / 2, Math.sqrt(a * b)];
  return Math.PI / (2 * a);
}
