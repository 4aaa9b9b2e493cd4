/**
 * Steps taken again towards other goals: next states, rewards and ends are, bit for bit, those of an environment that was given the goal and stepped there from the
 * start. Point mass and grid; the puck's observation holds places in sums of the radii, so its states come back to within rounding.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Engine } from '../../src/envs/engine.ts';
import { portsOf, resolveEnv } from '../../src/envs/registry.ts';
import { Transitions } from '../../src/envs/transitions.ts';
import { VectorEnv } from '../../src/envs/vector-env.ts';
import { sequence } from '../tf/tf.ts';

const module = new WebAssembly.Module(readFileSync('build/wasm/wasmeta.wasm'));
const engine = new Engine(module);
const [N, T] = [21, 40];

describe.each([
  { id: 'PointMass-v0', preset: 'reach', tolerance: 0.4, exact: true },
  { id: 'PointMass-v0', preset: 'maml-navigation', reward: 'tolerance', exact: true },
  { id: 'PointMass-v0', preset: 'reach', reward: 'arrival', goal: ['x'], exact: true },
  { id: 'GridNavi-v0', reward: 'exact', horizon: 50, exact: true },
  { id: 'PointMass-v0', preset: 'reach', tolerance: 0.2, goal: ['y'], exact: true },
  { id: 'GridNavi-v0', reward: 'exact', horizon: 50, goal: ['x'], exact: true },
  { id: 'Puck-v0', reward: 'tolerance', tolerance: 0.6, exact: false },
])('$id $preset $goal', ({ exact, ...options }) => {
  test('is what the environment itself does', () => {
    const env = resolveEnv({ ...options, context: true });
    const { observationSize, actionWidth, head } = portsOf(env);
    const [O, A] = [observationSize - 2, head === 'categorical' ? 1 : actionWidth];
    const next = sequence(4);
    const world = new VectorEnv(module, env, N);
    const again = new Transitions(engine, env, N);
    const start = world.reset({ seed: 3 });
    const tasks = start.tasks.slice();
    let { observations } = start;
    let paid = 0;
    for (let t = 0; t < T; t++) {
      const before = Float32Array.from({ length: N * O }, (_, i) => observations[Math.floor(i / O) * observationSize + (i % O)]);
      // Towards the goal half of the time, so that some are reached.
      const actions = Float32Array.from({ length: N * A }, (_, i) => {
        if (A === 1) return Math.floor(2.5 * (next() + 1));
        const n = Math.floor(i / A);
        return next() + tasks[2 * n + (i % A)];
      });
      const step = world.step(actions);
      const taken = again.take(before, actions, tasks);
      for (let n = 0; n < N; n++) {
        expect(taken.terminated[n]).toBe(step.terminated[n]);
        if (step.terminated[n] || step.truncated[n]) continue;
        const [ours, theirs] = [taken.next, step.observations].map((of) =>
          Array.from(of.subarray(n * observationSize, (n + 1) * observationSize)),
        );
        if (exact) expect(ours).toEqual(theirs);
        else
          ours.forEach((value, i) => {
            expect(Math.abs(value - theirs[i])).toBeLessThan(1e-4);
          });
        if (exact) expect(taken.rewards[n]).toBe(step.rewards[n]);
        if (taken.rewards[n] > 0) paid++;
      }
      observations = step.observations;
    }
    if (exact) expect(paid).toBeGreaterThan(0);
    again.free();
  });
});
