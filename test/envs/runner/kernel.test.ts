/** The kernel of planar bodies, f32 and four at a time, against MuJoCo and against its plain twin, from the same states. */
import { beforeAll, describe, expect, test } from 'vitest';
import { halfCheetah } from '../../../src/envs/bodies/half-cheetah.ts';
import { hopperBody } from '../../../src/envs/bodies/hopper.ts';
import { bodyTable } from '../../../src/envs/bodies/table.ts';
import { walkerBody } from '../../../src/envs/bodies/walker2d.ts';
import { modules } from '../../assembly/modules.ts';
import { constraints, sizeOf } from '../../reference/planar-body.ts';
import { Bodies, lanes } from './bodies.ts';
import { drawn, type Mujoco, motorsOf, mujocoModule, relative, simulation, visited } from './mujoco.ts';

let mujoco: Mujoco;
beforeAll(async () => {
  mujoco = await mujocoModule();
});

const all = [
  ['half-cheetah', halfCheetah],
  ['hopper', hopperBody],
  ['walker2d', walkerBody],
] as const;

describe.each(all)('%s', (_, body) => {
  const n = sizeOf(body);

  test('mass matrix, smooth force, Jacobians, accelerations and steps are MuJoCo’s, in 10 000 states of its random play', () => {
    const bodies = new Bodies(body);
    const [other, full] = [simulation(mujoco, body), new mujoco.DoubleBuffer(n * n)];
    const worst = { mass: 0, smooth: 0, jacobians: 0, free: 0, freeStep: 0 };
    const touched: number[] = [];
    const steps: number[] = [];
    let open = 0;
    for (const { q, v, action, sim } of visited(mujoco, body, 10_000)) {
      for (const l of lanes) {
        bodies.set(l, q, v);
        bodies.act(l, action);
      }
      const { mass, smooth, ends } = bodies.terms(0);
      mujoco.mj_fullM(sim.model, sim.data, full);
      worst.mass = Math.max(worst.mass, relative(mass.flat(), full.GetView()));
      worst.smooth = Math.max(worst.smooth, relative(smooth, sim.data.qfrc_smooth));
      const rows = constraints(body, q, v);
      const contacts = rows.filter(({ kind }) => kind === 'contact');
      if (4 * ends.length === contacts.length)
        ends.forEach(({ link, normal, along }, k) => {
          const mu = Math.max(body.groundFriction, body.links[link].capsules[0].friction);
          const [ahead, behind] = [contacts[4 * k].jacobian, contacts[4 * k + 1].jacobian];
          const theirs = [...ahead.map((x, i) => (x + behind[i]) / 2), ...ahead.map((x, i) => (x - behind[i]) / (2 * mu))];
          worst.jacobians = Math.max(worst.jacobians, relative([...normal, ...along], theirs));
        });
      open |= bodies.step();
      other.set(q, v);
      other.act(action);
      other.step();
      const [ours, theirs] = [bodies.speed(0), other.state().v].map((after) => after.map((x, i) => x - v[i]));
      const error = relative(ours, theirs);
      // Runge and Kutta's last stage is not the acceleration of the state.
      const acceleration = body.integrator === 'euler' ? relative(bodies.acceleration(0), sim.data.qacc) : 0;
      if (rows.length > 0) {
        touched.push(acceleration);
        steps.push(error);
      } else {
        worst.free = Math.max(worst.free, acceleration);
        worst.freeStep = Math.max(worst.freeStep, error);
      }
    }
    const quantile = (values: number[], share: number) => values.sort((a, b) => a - b)[Math.floor(share * (values.length - 1))];
    console.log(body.name, worst, {
      states: touched.length,
      acceleration: [0.5, 0.99, 1].map((share) => quantile(touched, share)),
      step: [0.5, 0.99, 1].map((share) => quantile(steps, share)),
    });
    expect(open).toBe(0);
    expect(Math.max(worst.mass, worst.smooth, worst.jacobians)).toBeLessThan(1e-4);
    expect(Math.max(worst.free, worst.freeStep)).toBeLessThan(1e-3);
    expect(touched.length).toBeGreaterThan(3000);
    expect(quantile(touched, 0.99)).toBeLessThan(1e-2);
    expect(quantile(steps, 0.99)).toBeLessThan(1e-2);
  });

  test('without contact 100 time steps lead within 1e-3 of MuJoCo’s places and speeds', () => {
    const bodies = new Bodies(body);
    const sim = simulation(mujoco, body);
    const uniform = drawn(62);
    let worst = 0;
    for (let trial = 0; trial < 50; trial++) {
      // Limits are constraints too, so that hinges start inside theirs and are pushed little.
      const inside = (low: number, high: number, i: number) => (low + high) / 2 + ((high - low) / 8) * uniform(trial, i, -1, 1);
      const q = Array.from({ length: n }, (_, i) => {
        const hinge = body.links[i - 2]?.hinge;
        return hinge ? inside(hinge.low, hinge.high, i) : i === 1 ? 20 : uniform(trial, i, -0.1, 0.1);
      });
      const v = Array.from({ length: n }, (_, i) => uniform(trial, 20 + i, -0.5, 0.5));
      sim.set(q, v);
      bodies.set(0, q, v);
      for (let t = 0; t < 100; t++) {
        const action = Array.from({ length: motorsOf(body) }, (_, i) => uniform(trial, 100 + 8 * Math.floor(t / 5) + i, -0.1, 0.1));
        sim.act(action);
        bodies.act(0, action);
        sim.step();
        bodies.step();
      }
      worst = Math.max(worst, relative(bodies.place(0), sim.state().q), relative(bodies.speed(0), sim.state().v));
    }
    expect(worst).toBeLessThan(1e-3);
  });

  test('debug and release go the same way to the bit', () => {
    const [a, b] = (Object.keys(modules) as (keyof typeof modules)[]).map((name) => new Bodies(body, name));
    const uniform = drawn(63);
    for (let t = 0; t < 400; t++) {
      for (const l of lanes) {
        const start = Array.from({ length: n }, (_, i) => uniform(l, i, -0.1, 0.1) + (i === 1 ? body.height : 0));
        const action = Array.from({ length: motorsOf(body) }, (_, i) => uniform(t, 8 * l + i, -1, 1));
        for (const bodies of [a, b]) {
          if (t % 200 === 0) bodies.set(l, start, new Array(n).fill(0));
          bodies.act(l, action);
        }
      }
      expect(a.step()).toBe(b.step());
    }
    for (const l of lanes) {
      expect(a.place(l)).toEqual(b.place(l));
      expect(a.speed(l)).toEqual(b.speed(l));
    }
  });
});

test('a body that is larger than the kernel has room for is refused', () => {
  const [root, thigh] = halfCheetah.links;
  const chain = (length: number) => Array.from({ length }, (_, i) => ({ ...thigh, parent: i }));
  expect(() => bodyTable({ ...halfCheetah, links: [root, ...chain(9)] })).not.toThrow();
  expect(() => bodyTable({ ...halfCheetah, links: [root, ...chain(10)] })).toThrow(/links/);
  const capsules = new Array(13).fill(root.capsules[0]);
  expect(() => bodyTable({ ...halfCheetah, links: [{ ...root, capsules }, thigh] })).toThrow(/ends/);
});

test('a tree whose links come before their parents, or one without mass, is refused by name', () => {
  const [root, thigh, shin] = halfCheetah.links;
  const table = (...links: (typeof root)[]) => bodyTable({ ...halfCheetah, links });
  expect(() => table(root, { ...thigh, parent: 1 }, shin)).toThrow(`parent of ${thigh.name}`);
  expect(() => table({ ...root, parent: 0 }, thigh)).toThrow(`parent of ${root.name}`);
  expect(() => table(root, { ...thigh, parent: -1 })).toThrow(`parent of ${thigh.name}`);
  expect(() => table(root, { ...thigh, capsules: [] })).toThrow(`capsules of ${thigh.name}`);
});
