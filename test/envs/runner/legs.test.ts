/** The written-out algebra of bodies whose legs have three hinges against the loops over any tree, to the bit. */
import { describe, expect, test } from 'vitest';
import { Batch } from '../../../src/envs/batch.ts';
import { halfCheetah } from '../../../src/envs/bodies/half-cheetah.ts';
import { hopperBody } from '../../../src/envs/bodies/hopper.ts';
import { walkerBody } from '../../../src/envs/bodies/walker2d.ts';
import { Engine } from '../../../src/envs/engine.ts';
import { resolveEnv } from '../../../src/envs/registry.ts';
import type { EnvOptions } from '../../../src/envs/spec.ts';
import { release } from '../../assembly/modules.ts';
import { sizeOf } from '../../reference/planar-body.ts';
import { Bodies, lanes } from './bodies.ts';
import { drawn, motorsOf } from './mujoco.ts';

const [torso, thigh, shin, foot] = hopperBody.links;
const threeLegs = {
  ...halfCheetah,
  name: 'three legs',
  links: [
    ...halfCheetah.links,
    ...halfCheetah.links.slice(1, 4).map((link, i) => ({ ...link, x: i === 0 ? 0.1 : link.x, parent: i === 0 ? 0 : 6 + i })),
  ],
};
const twoHopping = {
  ...hopperBody,
  name: 'two hopping legs',
  links: [torso, thigh, shin, foot, thigh, { ...shin, parent: 4 }, { ...foot, parent: 5 }],
};

describe.each([halfCheetah, hopperBody, walkerBody, threeLegs, twoHopping].map((body) => [body.name, body] as const))('%s', (_, body) => {
  const n = sizeOf(body);

  test('moves by the same bits in both ways, standing, fallen and beyond its limits', () => {
    const [legs, tree] = [new Bodies(body), new Bodies(body)];
    const uniform = drawn(64);
    let fast = 0;
    for (let t = 0; t < 4000; t++) {
      for (const l of lanes) {
        // Every other start is thrown at the ground with hinges far from rest.
        const wild = (t / 200) % 2;
        const start = Array.from(
          { length: n },
          (_, i) => uniform(t + l, i, -0.1 - 3 * wild, 0.1 + 3 * wild) + (i === 1 ? body.height + wild : 0),
        );
        const speed = Array.from({ length: n }, (_, i) => uniform(t + l, 20 + i, -wild, wild));
        const action = Array.from({ length: motorsOf(body) }, (_, i) => uniform(t, 8 * l + i, -1, 1));
        for (const bodies of [legs, tree]) {
          if (t % 200 === 0) bodies.set(l, start, speed);
          bodies.act(l, action);
        }
      }
      expect(legs.step()).toBe(tree.step(true));
      for (const l of lanes) {
        expect(legs.place(l)).toEqual(tree.place(l));
        expect(legs.speed(l)).toEqual(tree.speed(l));
        fast = Math.max(fast, ...legs.speed(l).map(Math.abs));
      }
    }
    expect(fast).toBeGreaterThan(1);
  });
});

test('a body that stands where another stood in memory, or beside it, moves as it does alone', () => {
  const begun = (engine: Engine, env: EnvOptions) => {
    const batch = new Batch(engine, resolveEnv(env), 4);
    batch.draw(5, 0, 0);
    engine.call((wasm) => wasm.batchStart(batch.handle));
    return batch;
  };
  const moved = ({ engine, handle, padded }: Batch) => {
    engine.call((wasm) => wasm.batchStepUnchecked(handle, 60));
    return [
      ...engine.floats(
        engine.call((wasm) => wasm.batchState(handle)),
        padded * engine.call((wasm) => wasm.batchStateSize(handle)),
      ),
    ];
  };
  const envs: EnvOptions[] = [{ id: 'Runner-v1' }, { id: 'Hopper-v1' }, { id: 'Hopper-v1', preset: 'random-parameters' }];
  const alone = envs.map((env) => {
    const batch = begun(new Engine(release), env);
    return [moved(batch), moved(batch)];
  });
  const shared = new Engine(release);
  const after: number[][] = [];
  for (const env of [...envs, ...envs]) {
    const batch = begun(shared, env);
    after.push(moved(batch));
    batch.free();
  }
  const [first, second] = [0, 1].map((time) => alone.map((paths) => paths[time]));
  expect(after).toEqual([...first, ...first]);
  const batches = envs.map((env) => begun(shared, env));
  expect([...batches, ...batches].map(moved)).toEqual([...first, ...second]);
});
