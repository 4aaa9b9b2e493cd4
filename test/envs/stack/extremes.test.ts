/** Random and bang-bang play: nothing sinks, tunnels or becomes NaN. 2 · 10⁵ actions (8 · 10⁵ time steps), and 10⁷ under `npm run test:long`. */
import { expect, test } from 'vitest';
import { philox } from '../../../src/core/philox.ts';
import { half, Worlds } from './worlds.ts';

const N = 256;
const steps = process.env.WASMETA_LONG === '1' ? Math.ceil(1e7 / N) : Math.ceil(2e5 / N);

test.each([
  ['random', 1],
  ['bang-bang', 0],
])('%s play leaves every box on or above the table, and none inside another', (_, random) => {
  const worlds = new Worlds(N, 3);
  const place = (n: number) => {
    [0, 1, 2].forEach((k) => {
      worlds.box(n, k, { x: 0.11 * (k - 1) + 0.0002 * (n % 50), z: half });
    });
    worlds.gripper(n, { x: 0, z: 0.18 });
  };
  for (let n = 0; n < N; n++) place(n);
  let [deepest, closest] = [0, Infinity];
  for (let t = 0; t < steps; t++) {
    // Held for five actions, so that it comes somewhere.
    const actions = worlds.actions();
    if (t % 5 === 0)
      for (let i = 0; i < actions.length; i += 4) {
        const words = philox(3, random, i, t, 0, 0);
        for (let k = 0; k < 4 && i + k < actions.length; k++) {
          const u = words[k] / 2 ** 31 - 1;
          actions[i + k] = random ? u : Math.sign(u);
        }
      }
    worlds.step();
    if (worlds.faults().some((fault) => fault !== 0)) expect.fail(`a fault at action ${t}`);
    const rows = Array.from({ length: 18 }, (_, k) => worlds.row(6 + k));
    for (let n = 0; n < N; n++)
      for (let k = 0; k < 3; k++) {
        const [x, z, angle] = [rows[6 * k][n], rows[6 * k + 1][n], rows[6 * k + 2][n]];
        // The lowest corner.
        deepest = Math.min(deepest, z - half * (Math.abs(Math.cos(angle)) + Math.abs(Math.sin(angle))));
        for (let other = k + 1; other < 3; other++)
          closest = Math.min(closest, Math.hypot(rows[6 * other][n] - x, rows[6 * other + 1][n] - z));
      }
    if (t % 400 === 399) for (let n = 0; n < N; n++) place(n);
  }
  expect(deepest).toBeGreaterThan(-0.01);
  expect(closest).toBeGreaterThan(1.4 * half); // 2 half where faces touch
});
