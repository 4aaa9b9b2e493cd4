/**
 * How large can the gain from the first to the last episode be on the sparse semicircle? A plain explorer (walk to the arc, sweep along it, stop where the
 * reward begins to fall) bounds it for every policy that explores as well: last/first ≤ oracle/explorer. docs/decisions.md uses the figures.
 * Tasks are a grid over the half circle, so nothing is random; the tolerance is the grid's.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { resolveEnv } from '../../src/envs/registry.ts';
import { VectorEnv } from '../../src/envs/vector-env.ts';

const module = new WebAssembly.Module(readFileSync('build/wasm/wasmeta.wasm'));
const N = 512;

/** The next point of the sweep that is one full step away: on the unit circle, from angle 0 to π. */
function ahead(angle: number, x: number, y: number): number {
  while (angle < Math.PI && Math.max(Math.abs(Math.cos(angle) - x), Math.abs(Math.sin(angle) - y)) < 0.0985) angle += 0.002;
  return angle;
}

function meanFirstReturn(preset: string): number {
  const env = new VectorEnv(module, resolveEnv({ id: 'PointMass-v0', preset }), N);
  const tasks = Float32Array.from({ length: 2 * N }, (_, i) => (i % 2 ? Math.sin : Math.cos)((Math.PI * ((i >> 1) + 0.5)) / N));
  const at = env.reset({ tasks }).observations.slice();
  const explorers = Array.from({ length: N }, () => ({ angle: -1, before: 0, stays: false, sum: 0 }));
  const actions = new Float32Array(2 * N);
  for (let t = 0; t < env.config.horizon; t++) {
    explorers.forEach((e, n) => {
      const [x, y] = [at[2 * n], at[2 * n + 1]];
      if (e.angle < 0 && Math.abs(x - 1) < 1e-6) e.angle = 0;
      if (e.angle >= 0) e.angle = ahead(e.angle, x, y);
      const [goalX, goalY] = e.angle < 0 ? [1, 0] : [Math.cos(e.angle), Math.sin(e.angle)];
      actions[2 * n] = e.stays ? 0 : (goalX - x) / 0.1;
      actions[2 * n + 1] = e.stays ? 0 : (goalY - y) / 0.1;
    });
    const after = env.step(actions);
    explorers.forEach((e, n) => {
      const reward = after.rewards[n];
      e.stays ||= reward < e.before;
      e.before = reward;
      e.sum += reward;
    });
    at.set(after.observations);
  }
  env.close();
  return explorers.reduce((sum, e) => sum + e.sum, 0) / N;
}

describe('a plain explorer of the semicircle', () => {
  test.each([
    ['pearl-semicircle', 13.377, 2.4, 5.6],
    ['pomdp-semicircle', 53.377, 34.0, 1.57],
    ['varibad-semicircle', 93.377, 69.6, 1.34],
  ])('%s: of %f it earns %f in its first episode, so the gain is at most %f', (preset, oracle, first, gain) => {
    const earned = meanFirstReturn(preset);
    expect(Math.abs(earned - first)).toBeLessThan(0.1);
    expect(Math.abs(oracle / earned - gain)).toBeLessThan(0.2);
  });
});
