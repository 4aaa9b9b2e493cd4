/** Fast, crowded and cornered tables: nothing passes through anything, nothing overlaps, and no step runs out of events. */
import { describe, expect, test } from 'vitest';
import { philox, toUniform } from '../../../src/core/philox.ts';
import { slide, type TableState } from '../../reference/puck.ts';
import { law, row, Tables } from './tables.ts';

const uniform = (i: number, k: number, low = 0, high = 1) => low + (high - low) * toUniform(philox(47, 7, i, k, 0, 0)[0]);

test('10⁷ steps from extreme states with bang-bang forces: no overlap beyond 1e-4 m, nothing outside, no NaN, never out of events', () => {
  const N = 2048;
  const tables = new Tables(N);
  const rows = Object.values(row).map((k) => tables.row(k));
  const [px, py, , , qx, qy] = rows;
  let [overlap, outside, failed, draws, struck] = [0, 0, 0, 0, 0];
  for (let t = 0; t < 4900; t++) {
    if (t % 70 === 0)
      for (let n = 0; n < N; n++) {
        // Puck and mallet anywhere they fit, the puck at up to 20 m/s, a third of the time in the mallet's corner.
        const cornered = n % 3 === 0;
        for (;;) {
          draws++;
          const u = (k: number, low: number, high: number) => uniform(draws, k, low, high);
          tables.set(n, {
            px: cornered ? u(0, -law.puckX, -0.75) : u(0, -law.puckX, law.puckX),
            py: cornered ? u(1, 0.3, law.puckY) : u(1, -law.puckY, law.puckY),
            vx: u(2, -20, 20),
            vy: u(3, -20, 20),
            qx: cornered ? u(4, law.malletX[0], -0.75) : u(4, ...law.malletX),
            qy: cornered ? u(5, 0.3, law.malletY) : u(5, -law.malletY, law.malletY),
            ux: u(6, -6, 6),
            uy: u(7, -6, 6),
          });
          if (Math.hypot(px[n] - qx[n], py[n] - qy[n]) > law.reach + 1e-5) break;
        }
      }
    if (t % 7 === 0) {
      const actions = tables.actions();
      for (let i = 0; i < 2 * N; i++) {
        // Bang-bang: at random, towards the puck's corner, or after the puck.
        const n = i >> 1;
        const after = i & 1 ? py[n] - qy[n] : px[n] - qx[n];
        const corner = i & 1 ? 1 : -1;
        actions[i] = 3 * (n % 3 === 0 ? corner : n % 3 === 1 ? Math.sign(after) : Math.sign(uniform(i, 1000 + t, -1, 1)));
      }
    }
    tables.step();
    failed += tables.failed();
    for (let n = 0; n < N; n++) {
      const dx = px[n] - qx[n];
      const dy = py[n] - qy[n];
      overlap = Math.max(overlap, law.reach - Math.sqrt(dx * dx + dy * dy));
      outside = Math.max(
        outside,
        Math.abs(px[n]) - law.puckX,
        Math.abs(py[n]) - law.puckY,
        Math.abs(qy[n]) - law.malletY,
        qx[n] - law.malletX[1],
        law.malletX[0] - qx[n],
      );
    }
    if (t % 70 === 69) for (const value of rows[row.struck]) struck += value;
    expect(
      rows.every((values) => values.every(Number.isFinite)),
      `finite at step ${t}`,
    ).toBe(true);
  }
  expect(failed).toBe(0);
  expect(overlap).toBeLessThan(1e-4);
  expect(outside).toBeLessThan(1e-6);
  expect(struck).toBeGreaterThan(50_000); // of 143 360 episodes
});

test('a puck that is pushed against a cushion comes back from it onto the mallet, not into it', () => {
  const N = 4096;
  const step = 0.0005; // s: an overlap within a step of 0.02 s is over by its end
  const tables = new Tables(N, { step });
  for (let n = 0; n < N; n++) {
    const speed = uniform(n, 0, 1, 6);
    const way = uniform(n, 1, 0, speed * step);
    const py = law.puckY - way;
    const slower = uniform(n, 2, 0.001, 0.019);
    tables.set(n, { px: -0.5, py, vy: speed, qx: -0.5, qy: py - law.reach - 1e-6, uy: speed + slower });
  }
  let overlap = 0;
  for (let t = 0; t < 4; t++) {
    tables.step();
    for (let n = 0; n < N; n++) {
      const { px, py, qx, qy } = tables.get(n);
      overlap = Math.max(overlap, law.reach - Math.hypot(px - qx, py - qy));
    }
  }
  expect(overlap).toBeLessThan(1e-4);
});

test('a table that is not finite is named in the same step, laid at rest and ends with no reward, and no other is touched', () => {
  const values = [Number.NaN, Infinity, -Infinity, 3e7];
  const N = 10 * values.length;
  const [sick, well] = [new Tables(N), new Tables(N)];
  for (const tables of [sick, well]) for (let n = 0; n < N; n++) tables.set(n, { px: 0.1, vx: 1, qx: -0.5, uy: 0.5 });
  values.forEach((value, i) => {
    for (let k = 0; k < 8; k++) sick.row(k)[10 * i + k] = value;
  });
  sick.step();
  well.step();
  for (let n = 0; n < N; n++) {
    const broken = n % 10 < 8;
    expect(sick.fault(n), `table ${n}`).toBe(broken ? 'not-finite' : 'none');
    expect(sick.reward(n), `table ${n}`).toBe(broken ? 0 : well.reward(n));
    expect(Object.values(sick.get(n)).every(Number.isFinite), `table ${n}`).toBe(true);
    if (!broken) expect(sick.get(n)).toEqual(well.get(n));
  }
  expect(sick.failed()).toBe(8 * values.length);
  expect(well.reward(0)).not.toBe(0);
});

describe('against the exact roots in f64, one step of discs at up to 100 m/s', () => {
  test('meets and misses are the same but for grazes within 1e-5 of the radii', () => {
    const N = 20_000;
    const tables = new Tables(N);
    const states: TableState[] = [];
    for (let n = 0; n < N; n++) {
      const angle = uniform(n, 0, 0, 2 * Math.PI);
      const speed = 10 ** uniform(n, 1, 0, 2);
      const distance = law.reach + uniform(n, 2, 0.0005, Math.min(0.35, 0.02 * speed));
      const aim = uniform(n, 3, -1.5, 1.5) * law.reach; // how far beside the mallet's centre the path leads
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      const along = Math.sqrt(Math.max(0, distance ** 2 - aim ** 2));
      tables.set(n, {
        qx: -0.5,
        qy: 0,
        px: -0.5 + along * c - aim * s,
        py: along * s + aim * c,
        vx: -speed * c,
        vy: -speed * s,
        ux: uniform(n, 4, -1, 1),
        uy: uniform(n, 5, -1, 1),
      });
      const b = tables.get(n);
      states.push({ puck: [b.px, b.py], velocity: [b.vx, b.vy], mallet: [b.qx, b.qy], malletVelocity: [b.ux, b.uy], struck: false });
    }
    tables.step();
    let [met, grazed] = [0, 0];
    states.forEach((state, n) => {
      const least = nearest(state);
      slide(state, [0, 0], law.step);
      if (tables.get(n).struck === Number(state.struck)) met += Number(state.struck);
      else if (Math.abs(least - law.reach) < 1e-5) grazed++;
      else expect.fail(`table ${n}: ${JSON.stringify(state)}`);
    });
    expect(met).toBeGreaterThan(N / 4);
    expect(grazed).toBeLessThan(10);
  });

  /** Least distance of the centres over the step, of discs that meet nothing, by sampling. */
  function nearest({ puck, velocity, mallet, malletVelocity }: TableState): number {
    const [x, y] = [puck[0] - mallet[0], puck[1] - mallet[1]];
    const [vx, vy] = [velocity[0] - malletVelocity[0], velocity[1] - malletVelocity[1]];
    const t = Math.min(law.step, Math.max(0, -(x * vx + y * vy) / (vx * vx + vy * vy)));
    return Math.hypot(x + vx * t, y + vy * t);
  }
});
