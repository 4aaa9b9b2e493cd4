/** The kernel of planar bodies, f32 and four at a time, against its plain twin in f64, from the same states. */
import { expect, test } from 'vitest';
import { philox, toUniform } from '../../src/core/philox.ts';
import { halfCheetah as body } from '../../src/envs/bodies/half-cheetah.ts';
import { bodyTable } from '../../src/envs/bodies/table.ts';
import { Engine } from '../../src/wasm/engine.ts';
import { advance, constraints, sizeOf } from '../reference/planar-body.ts';
import { modules } from '../wasm/modules.ts';

const n = sizeOf(body);
const numMotors = 6;
const uniform = (i: number, k: number, low: number, high: number) => low + (high - low) * toUniform(philox(67, 7, i, k, 0, 0)[0]);

test.each(Object.keys(modules) as (keyof typeof modules)[])(
  '%s: changes of velocity within 1e-5 without contact, 1e-4 with, over 4000 steps of random play',
  (name) => {
    const engine = new Engine(modules[name]);
    const table = engine.givenFloats(bodyTable(body));
    const rows = (count: number) => engine.givenFloats(new Array<number>(4 * count).fill(0));
    const [q, v, a, actions] = [rows(n), rows(n), rows(n), rows(numMotors)];
    const view = (at: number, count: number) => engine.floats(at, 4 * count);
    const lane = (values: Float32Array, count: number, l: number) => Array.from({ length: count }, (_, i) => values[4 * i + l]);
    let [free, touched, open, touching] = [0, 0, 0, 0];
    for (let t = 0; t < 1000; t++) {
      if (t % 200 === 0)
        for (let i = 0; i < 4 * n; i++) {
          view(q, n)[i] = uniform(t, i, -0.1, 0.1) + (i >> 2 === 1 ? body.height : 0);
          view(v, n)[i] = uniform(t, 100 + i, -0.2, 0.2);
          view(a, n)[i] = 0;
        }
      if (t % 5 === 0) for (let i = 0; i < 4 * numMotors; i++) view(actions, numMotors)[i] = uniform(t, 200 + i, -1, 1);
      const before = [view(q, n).slice(), view(v, n).slice()];
      open |= engine.call((wasm) => wasm.bodyStep(table, q, v, a, actions));
      for (let l = 0; l < 4; l++) {
        const [place, speed] = before.map((values) => lane(values, n, l));
        const start = [...speed];
        const touches = constraints(body, place, speed).length > 0;
        advance(body, place, speed, lane(view(actions, numMotors), numMotors, l));
        const theirs = speed.map((x, i) => x - start[i]);
        const ours = lane(view(v, n), n, l).map((x, i) => x - start[i]);
        const error = Math.hypot(...ours.map((x, i) => x - theirs[i])) / Math.hypot(...theirs);
        if (touches) {
          touching++;
          touched = Math.max(touched, error);
        } else free = Math.max(free, error);
      }
    }
    expect(open).toBe(0);
    expect(touching).toBeGreaterThan(1000);
    expect(free).toBeLessThan(1e-5);
    expect(touched).toBeLessThan(1e-4);
  },
);
