/** MuJoCo on the model of one of our bodies; its z counts from the start's height where the root's joints do, ours from the ground. */
import loadMujoco from '@mujoco/mujoco';
import { philox, toUniform } from '../../../src/core/philox.ts';
import { mjcfOf } from '../../../src/envs/bodies/mjcf.ts';
import type { PlanarBody } from '../../../src/envs/bodies/planar-body.ts';
import { sizeOf } from '../../reference/planar-body.ts';

export type Mujoco = Awaited<ReturnType<typeof loadMujoco>>;
export const mujocoModule = () => loadMujoco();

export function simulation(mujoco: Mujoco, body: PlanarBody) {
  const model = mujoco.MjModel.from_xml_string(mjcfOf(body));
  const data = new mujoco.MjData(model);
  return {
    model,
    data,
    /** Also forgets the last time step. */
    set(q: ArrayLike<number>, v: ArrayLike<number>) {
      mujoco.mj_resetData(model, data);
      Array.from(q).forEach((x, i) => {
        data.qpos[i] = i === 1 ? x - body.height : x;
        data.qvel[i] = v[i];
      });
    },
    act(action: ArrayLike<number>) {
      Array.from(action).forEach((a, i) => {
        data.ctrl[i] = a;
      });
    },
    state: () => ({
      q: Array.from(data.qpos as Float64Array, (x, i) => (i === 1 ? x + body.height : x)),
      v: Array.from(data.qvel as Float64Array),
    }),
    step: () => mujoco.mj_step(model, data),
    forward: () => mujoco.mj_forward(model, data),
    free() {
      data.delete();
      model.delete();
    },
  };
}

export type Simulation = ReturnType<typeof simulation>;

export const motorsOf = (body: PlanarBody) => body.links.filter(({ hinge }) => hinge !== null && hinge.gear > 0).length;

export const drawn = (seed: number) => (i: number, k: number, low: number, high: number) =>
  low + (high - low) * toUniform(philox(seed, 7, i, k, 0, 0)[0]);

/** States of random play in MuJoCo: a new start every 200 time steps, an action held for 5. */
export function* visited(mujoco: Mujoco, body: PlanarBody, count: number, seed = 61) {
  const sim = simulation(mujoco, body);
  const n = sizeOf(body);
  const uniform = drawn(seed);
  for (let t = 0; t < count; t++) {
    if (t % 200 === 0) {
      const start = Array.from({ length: n }, (_, i) => uniform(t, i, -0.1, 0.1) + (i === 1 ? body.height : 0));
      sim.set(
        start,
        Array.from({ length: n }, (_, i) => uniform(t, 20 + i, -0.2, 0.2)),
      );
    }
    const action = Array.from({ length: motorsOf(body) }, (_, i) => uniform(Math.floor(t / 5), 40 + i, -1, 1));
    sim.act(action);
    const { q, v } = sim.state();
    sim.forward();
    yield { q, v, action, sim };
    sim.step();
  }
  sim.free();
}

/** ‖ours − theirs‖/‖theirs‖ */
export const relative = (ours: ArrayLike<number>, theirs: ArrayLike<number>) =>
  Math.hypot(...Array.from(ours, (x, i) => x - theirs[i])) / Math.hypot(...Array.from(theirs));
