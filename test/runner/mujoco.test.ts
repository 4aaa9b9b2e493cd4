/** The plain twin of planar bodies against MuJoCo on the same model, in states that random play visits. */
import loadMujoco from '@mujoco/mujoco';
import { beforeAll, describe, expect, test } from 'vitest';
import { philox, toUniform } from '../../src/core/philox.ts';
import { halfCheetah } from '../../src/envs/bodies/half-cheetah.ts';
import { acceleration, advance, biasForce, constraints, massMatrix, sizeOf } from '../reference/planar-body.ts';
import { mjcfOf } from './mjcf.ts';

const body = halfCheetah;
const n = sizeOf(body);
const numMotors = 6;
const uniform = (i: number, k: number, low: number, high: number) => low + (high - low) * toUniform(philox(61, 7, i, k, 0, 0)[0]);

type Mujoco = Awaited<ReturnType<typeof loadMujoco>>;
let mujoco: Mujoco;
beforeAll(async () => {
  mujoco = await loadMujoco();
});

/** MuJoCo's simulation; its z counts from the start's height, ours from the ground. */
function simulation() {
  const model = mujoco.MjModel.from_xml_string(mjcfOf(body));
  const data = new mujoco.MjData(model);
  return {
    model,
    data,
    set(q: readonly number[], v: readonly number[]) {
      q.forEach((x, i) => {
        data.qpos[i] = i === 1 ? x - body.height : x;
        data.qvel[i] = v[i];
      });
    },
    state: () => ({
      q: Array.from(data.qpos as Float64Array, (x, i) => (i === 1 ? x + body.height : x)),
      v: Array.from(data.qvel as Float64Array),
    }),
  };
}

/** States of random play, a new start every 200 steps, an action held for 5. */
function* visited(count: number) {
  const sim = simulation();
  for (let t = 0; t < count; t++) {
    if (t % 200 === 0) {
      mujoco.mj_resetData(sim.model, sim.data);
      const start = Array.from({ length: n }, (_, i) => uniform(t, i, -0.1, 0.1));
      start[1] += body.height;
      sim.set(
        start,
        Array.from({ length: n }, (_, i) => uniform(t, 20 + i, -0.2, 0.2)),
      );
    }
    const action = Array.from({ length: numMotors }, (_, i) => uniform(Math.floor(t / 5), 40 + i, -1, 1));
    action.forEach((a, i) => {
      sim.data.ctrl[i] = a;
    });
    const { q, v } = sim.state();
    mujoco.mj_forward(sim.model, sim.data);
    yield { q, v, action, sim };
    mujoco.mj_step(sim.model, sim.data);
  }
}

const relative = (ours: readonly number[], theirs: ArrayLike<number>) => {
  const size = Math.hypot(...Array.from(theirs));
  return Math.hypot(...ours.map((x, i) => x - theirs[i])) / size;
};

describe('over 2000 states of random play', () => {
  test('mass matrix, bias force and accelerations are MuJoCo’s', () => {
    let [mass, bias, free, touched] = [0, 0, 0, 0];
    let contacts = 0;
    const full = new mujoco.DoubleBuffer(n * n);
    for (const { q, v, action, sim } of visited(2000)) {
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
      }
    }
    expect(Math.max(mass, bias, free)).toBeLessThan(1e-9);
    expect(touched).toBeLessThan(1e-9);
    expect(contacts).toBeGreaterThan(500);
  });

  test('a step is MuJoCo’s step', () => {
    let worst = 0;
    for (const { q, v, action } of visited(500)) {
      const other = simulation();
      other.set(q, v);
      action.forEach((a, i) => {
        other.data.ctrl[i] = a;
      });
      mujoco.mj_step(other.model, other.data);
      const [mine, speed] = [[...q], [...v]];
      advance(body, mine, speed, action);
      const after = other.state();
      worst = Math.max(worst, relative(speed, after.v), relative(mine, after.q));
      other.data.delete();
      other.model.delete();
    }
    expect(worst).toBeLessThan(1e-9);
  });
});
