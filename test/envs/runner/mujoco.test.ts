/** The plain twin of planar bodies against MuJoCo on the same model, in states that random play visits. */
import { beforeAll, describe, expect, test } from 'vitest';
import { halfCheetah } from '../../../src/envs/bodies/half-cheetah.ts';
import { hopperBody } from '../../../src/envs/bodies/hopper.ts';
import { walkerBody } from '../../../src/envs/bodies/walker2d.ts';
import { acceleration, advance, biasForce, constraints, massMatrix, sizeOf } from '../../reference/planar-body.ts';
import { type Mujoco, mujocoModule, relative, simulation, visited } from './mujoco.ts';

let mujoco: Mujoco;
beforeAll(async () => {
  mujoco = await mujocoModule();
});

describe.each([
  ['half-cheetah', halfCheetah],
  ['hopper', hopperBody],
  ['walker2d', walkerBody],
] as const)('%s', (_, body) => {
  const n = sizeOf(body);
  test('mass matrix, bias force, Jacobians and accelerations are MuJoCo’s to 1e-9, in 2000 states', () => {
    let [mass, bias, jacobians, free, touched] = [0, 0, 0, 0, 0];
    let contacts = 0;
    const full = new mujoco.DoubleBuffer(n * n);
    for (const { q, v, action, sim } of visited(mujoco, body, 2000)) {
      mujoco.mj_fullM(sim.model, sim.data, full);
      mass = Math.max(mass, relative(massMatrix(body, q).flat(), full.GetView()));
      bias = Math.max(bias, relative(biasForce(body, q, v), sim.data.qfrc_bias));
      const error = relative(acceleration(body, q, v, action), sim.data.qacc);
      const rows = constraints(body, q, v);
      expect(rows.length).toBe(sim.data.nefc);
      if (rows.length === 0) free = Math.max(free, error);
      else {
        contacts++;
        touched = Math.max(touched, error);
        // J v of every row; the order of the rows is MuJoCo's own.
        const speeds = rows.map(({ jacobian }) => jacobian.reduce((sum, j, i) => sum + j * v[i], 0));
        jacobians = Math.max(jacobians, relative(speeds.sort(byValue), Array.from(sim.data.efc_vel as Float64Array).sort(byValue)));
      }
    }
    expect(Math.max(mass, bias, jacobians, free, touched)).toBeLessThan(1e-9);
    expect(contacts).toBeGreaterThan(500);
  });

  test('a step is MuJoCo’s step', () => {
    let worst = 0;
    const other = simulation(mujoco, body);
    for (const { q, v, action } of visited(mujoco, body, 500)) {
      other.set(q, v);
      other.act(action);
      other.step();
      const [mine, speed] = [[...q], [...v]];
      advance(body, mine, speed, action);
      const after = other.state();
      worst = Math.max(worst, relative(speed, after.v), relative(mine, after.q));
    }
    expect(worst).toBeLessThan(1e-9);
  });
});

const byValue = (a: number, b: number) => a - b;
