/** Bodies that differ between environments against MuJoCo, whose compiled model is given the numbers of each task: the plain twin to 1e-9, and the kernel, four bodies at a time. */
import { beforeAll, describe, expect, test } from 'vitest';
import { Batch } from '../../../src/envs/batch.ts';
import { Engine } from '../../../src/envs/engine.ts';
import { familyOf, resolveEnv } from '../../../src/envs/registry.ts';
import { release } from '../../assembly/modules.ts';
import { type Change, changedBody, changesOf } from '../../reference/body-changes.ts';
import { advance, sizeOf } from '../../reference/planar-body.ts';
import { drawn, type Mujoco, motorsOf, mujocoModule, relative, type Simulation, simulation } from './mujoco.ts';

let mujoco: Mujoco;
beforeAll(async () => {
  mujoco = await mujocoModule();
});

/** Sets a task's numbers in a compiled model, as rand_param_envs does: no constant that the compiler made of the old ones is made again. */
function change({ model }: Simulation, changes: readonly Change[], numbers: readonly number[]): void {
  const scale = (values: ArrayLike<number> & Record<number, number>, from: number, count: number, factor: number) => {
    for (let i = from; i < from + count; i++) values[i] *= factor;
  };
  // Geom 0 is the ground, body 0 the world.
  const geoms = Array.from(model.geom_bodyid as ArrayLike<number>);
  changes.forEach(({ part, link, factor }, k) => {
    const by = factor(numbers[k]);
    if (part === 'mass') scale(model.body_mass, link + 1, 1, by);
    if (part === 'inertia') scale(model.body_inertia, 3 * (link + 1), 3, by);
    if (part === 'damping') scale(model.dof_damping, link + 2, 1, by);
    if (part === 'length') {
      scale(model.body_ipos, 3 * (link + 1), 3, by);
      for (let b = 2; b < model.nbody; b++) if (model.body_parentid[b] === link + 1) scale(model.body_pos, 3 * b, 3, by);
      for (let geom = 0; geom < geoms.length; geom++) {
        if (geoms[geom] !== link + 1) continue;
        scale(model.geom_pos, 3 * geom, 3, by);
        scale(model.geom_size, 3 * geom + 1, 1, by);
        scale(model.geom_rbound, geom, 1, 2); // else a longer one would be left out of the search for contacts
      }
    }
    if (part === 'gear') scale(model.actuator_gear, 6 * (link - 1), 1, by);
    if (part === 'friction')
      for (let geom = 0; geom < geoms.length; geom++) if (geoms[geom] === link + 1) scale(model.geom_friction, 3 * geom, 1, by);
  });
}

describe.each([
  ['Hopper-v1', 'random-parameters'],
  ['Hopper-v1', 'random-lengths'],
  ['Walker2d-v0', 'random-parameters'],
  ['Runner-v1', 'crippled'],
])('%s %s', (id, preset) => {
  const body = familyOf(id).articulated?.body as NonNullable<ReturnType<typeof familyOf>['articulated']>['body'];
  const { held } = familyOf(id).constants;
  const n = sizeOf(body);
  const N = 8;

  test('a time step of the plain twin is MuJoCo’s to 1e-9, and an action of the kernel, of eight bodies side by side, within 1 %', () => {
    const engine = new Engine(release);
    const batch = new Batch(engine, resolveEnv({ id, preset, horizon: 1000 }), N);
    batch.draw(11, 0, 0);
    engine.call((wasm) => wasm.batchStart(batch.handle));
    const at = (name: 'batchState' | 'batchTask' | 'batchActions') => engine.call((wasm) => wasm[name](batch.handle));
    const W = familyOf(id).task(batch.config).length;
    const changes = changesOf(body, preset).of;
    const numbers = (l: number) =>
      Array.from({ length: W - 1 }, (_, w) => engine.floats(at('batchTask'), W * batch.padded)[(w + 1) * batch.padded + l]);
    const row = (k: number, l: number) => engine.floats(at('batchState'), 3 * n * batch.padded)[k * batch.padded + l];
    const place = (l: number) => Array.from({ length: n }, (_, k) => row(k, l));
    const speed = (l: number) => Array.from({ length: n }, (_, k) => row(n + k, l));
    const sims = Array.from({ length: N }, (_, l) => {
      const sim = simulation(mujoco, body);
      change(sim, changes, numbers(l));
      return sim;
    });
    const bodies = sims.map((_, l) => changedBody(body, changes, numbers(l)));
    expect(new Set(sims.map((_, l) => numbers(l).join())).size).toBeGreaterThan(2);
    const uniform = drawn(81);
    let [twin, touches] = [0, 0];
    const errors: number[] = [];
    for (let t = 0; t < 60; t++) {
      const before = sims.map((_, l) => ({ q: place(l), v: speed(l) }));
      const actions = sims.map((_, l) =>
        Array.from({ length: motorsOf(body) }, (_, i) => Math.fround(uniform(Math.floor(t / 3), 8 * l + i, -1, 1))),
      );
      engine.floats(at('batchActions'), N * batch.actionSize).set(actions.flat());
      expect(engine.call((wasm) => wasm.batchStep(batch.handle))).toBe(-1);
      sims.forEach((sim, l) => {
        const { q, v } = before[l];
        sim.set(q, v);
        sim.act(actions[l]);
        sim.step();
        const [mine, rate] = [[...q], [...v]];
        advance(bodies[l], mine, rate, actions[l]);
        twin = Math.max(twin, relative(mine, sim.state().q), relative(rate, sim.state().v));
        touches += sim.data.ncon;
        for (let k = 1; k < held.value; k++) sim.step();
        if (
          engine.bytes(
            engine.call((wasm) => wasm.batchTerminated(batch.handle)),
            N,
          )[l] === 1
        )
          return; // another episode has begun
        const theirs = sim.state().v.map((x, i) => x - v[i]);
        errors.push(
          relative(
            speed(l).map((x, i) => x - v[i]),
            theirs,
          ),
        );
      });
    }
    errors.sort((a, b) => a - b);
    console.log(id, preset, {
      twin,
      states: errors.length,
      touches,
      action: [0.5, 0.99, 1].map((share) => errors[Math.floor(share * (errors.length - 1))]),
    });
    expect(twin).toBeLessThan(1e-9);
    expect(touches).toBeGreaterThan(100);
    expect(errors[Math.floor(0.99 * (errors.length - 1))]).toBeLessThan(1e-2);
  });
});
