/** Closed forms of the puck's table. Limits are those of f32: positions are good to 1e-7 m, and every operation to 6e-8 of its result. */
import { describe, expect, test } from 'vitest';
import { philox, toUniform } from '../../../src/core/philox.ts';
import { law, row, Tables } from './tables.ts';

const uniform = (i: number, k: number, low = 0, high = 1) => low + (high - low) * toUniform(philox(31, 7, i, k, 0, 0)[0]);

describe('a free puck', () => {
  test('stops after v²/(2μg), on the line it was sent along, and then rests to the bit', () => {
    const N = 64;
    const tables = new Tables(N);
    const speeds = Array.from({ length: N }, (_, n) => 0.05 + 0.021 * n);
    const angle = (n: number) => uniform(n, 0, 0, 2 * Math.PI);
    const far = (n: number) => speeds[n] ** 2 / (2 * law.slowing);
    speeds.forEach((v, n) => {
      tables.set(n, { px: 0.3, vx: v * Math.cos(angle(n)), vy: v * Math.sin(angle(n)) });
    });
    tables.step(60);
    for (let n = 0; n < N; n++) {
      const { px, py, vx, vy } = tables.get(n);
      expect(far(n)).toBeLessThan(0.49); // no cushion is met
      expect([vx, vy]).toEqual([0, 0]);
      expect(Math.hypot(px - 0.3 - far(n) * Math.cos(angle(n)), py - far(n) * Math.sin(angle(n)))).toBeLessThan(2e-6);
    }
    const before = [row.px, row.py].map((k) => tables.row(k).slice());
    tables.step(100);
    expect([row.px, row.py].map((k) => tables.row(k).slice())).toEqual(before);
  });

  test.each([1, 0.8, 0.5, 0])(
    'leaves a cushion at arctan(tan(in)/e) with e = %f: the component along it stays, the other is −e of itself',
    (e) => {
      const tables = new Tables(200, { friction: 0, cushionRestitution: e });
      for (let n = 0; n < 200; n++)
        tables.set(n, { px: 0.93, py: uniform(n, 1, -0.3, 0.3), vx: uniform(n, 2, 1, 5), vy: uniform(n, 3, -2, 2) });
      const before = Array.from({ length: 200 }, (_, n) => tables.get(n));
      tables.step(2);
      before.forEach(({ vx, vy, px, py }, n) => {
        const after = tables.get(n);
        expect(Math.abs(after.vx / vx + e)).toBeLessThan(1e-6);
        expect(after.vy).toBe(vy);
        const past = 0.04 - (law.puckX - px) / vx; // s since the bounce
        expect(Math.abs(after.px - (law.puckX - e * vx * past))).toBeLessThan(1e-6);
        expect(Math.abs(after.py - (py + 0.04 * vy))).toBeLessThan(1e-6);
      });
    },
  );
});

describe('an impact of mallet and puck', () => {
  const N = 2000;
  const masses = [law.puckMass, law.malletMass];
  /** Discs 1 – 3 cm apart that meet within a step, at any angle; without friction. */
  const meetings = (e: number) => {
    const tables = new Tables(N, { friction: 0, malletRestitution: e });
    for (let n = 0; n < N; n++) {
      const towards = uniform(n, 1, 0, 2 * Math.PI);
      const gap = law.reach + uniform(n, 2, 0.01, 0.03);
      const speed = uniform(n, 3, 2, 8);
      const aside = uniform(n, 4, -0.7, 0.7); // angle off the line of centres
      const [qx, qy] = [uniform(n, 5, -0.6, -0.4), uniform(n, 6, -0.2, 0.2)];
      const drift = [uniform(n, 7, -1, 1), uniform(n, 8, -1, 1)];
      tables.set(n, {
        qx,
        qy,
        px: qx + gap * Math.cos(towards),
        py: qy + gap * Math.sin(towards),
        ux: drift[0],
        uy: drift[1],
        vx: drift[0] - speed * Math.cos(towards + aside),
        vy: drift[1] - speed * Math.sin(towards + aside),
      });
    }
    const before = Array.from({ length: N }, (_, n) => tables.get(n));
    tables.step();
    const after = before.map((_, n) => tables.get(n));
    return before.map((b, n) => [b, after[n]] as const).filter(([, a]) => a.struck === 1 && Math.abs(a.px) < 0.9 && Math.abs(a.py) < 0.45);
  };

  test.each([0, 0.5, 0.8, 1])(
    'with e = %f keeps the momentum to 1e-6, parts with e of the speed of approach and loses ½ m (1 − e²) of its square',
    (e) => {
      const met = meetings(e);
      expect(met.length).toBeGreaterThan(0.8 * N);
      const reduced = (masses[0] * masses[1]) / (masses[0] + masses[1]);
      for (const [b, a] of met) {
        const momentum = (s: typeof b) => [masses[0] * s.vx + masses[1] * s.ux, masses[0] * s.vy + masses[1] * s.uy];
        const size = masses[0] * Math.hypot(b.vx, b.vy) + masses[1] * Math.hypot(b.ux, b.uy);
        momentum(b).forEach((p, i) => {
          expect(Math.abs(momentum(a)[i] - p) / size).toBeLessThan(1e-6);
        });
        // The change of the puck's velocity is along the line of centres at the impact.
        const change = [a.vx - b.vx, a.vy - b.vy];
        const n = change.map((x) => x / Math.hypot(...change));
        const along = (s: typeof b) => (s.vx - s.ux) * n[0] + (s.vy - s.uy) * n[1];
        const speed = Math.hypot(b.vx - b.ux, b.vy - b.uy);
        expect(Math.abs(along(a) + e * along(b)) / speed).toBeLessThan(2e-6);
        const energy = (s: typeof b) => (masses[0] * (s.vx ** 2 + s.vy ** 2) + masses[1] * (s.ux ** 2 + s.uy ** 2)) / 2;
        expect(Math.abs(energy(b) - energy(a) - (reduced * (1 - e * e) * along(b) ** 2) / 2) / energy(b)).toBeLessThan(3e-6);
      }
    },
  );

  test('happens where the discs touch: back along the paths, their centres are the sum of the radii apart', () => {
    for (const [b, a] of meetings(1)) {
      const change = [a.vx - b.vx, a.vy - b.vy];
      const n = change.map((x) => x / Math.hypot(...change));
      // |D + W t| = R at the time t when D + W t = R n.
      const [D, W] = [
        [b.px - b.qx, b.py - b.qy],
        [b.vx - b.ux, b.vy - b.uy],
      ];
      const t = ((law.reach * n[0] - D[0]) * W[0] + (law.reach * n[1] - D[1]) * W[1]) / (W[0] ** 2 + W[1] ** 2);
      expect(Math.hypot(D[0] + W[0] * t, D[1] + W[1] * t)).toBeCloseTo(law.reach, 5);
      expect(t).toBeGreaterThan(0);
      expect(t).toBeLessThan(law.step);
    }
  });

  test('slower than 0.02 m/s is plastic', () => {
    const tables = new Tables(1, { friction: 0 });
    tables.set(0, { qx: -0.5, qy: 0, px: -0.5 + law.reach + 1e-4, vx: -0.019 });
    tables.step();
    const { vx, ux, struck } = tables.get(0);
    expect(struck).toBe(1);
    expect(Math.abs(vx - ux)).toBeLessThan(1e-8);
  });
});

test('the mallet stays in its half: it meets each edge with e = 0 and slides along it', () => {
  const tables = new Tables(4);
  const edges = [
    [1, 0.5],
    [-1, 0.5],
    [0.5, 1],
    [0.5, -1],
  ];
  edges.forEach((_, n) => {
    tables.set(n, { qx: -0.5, qy: 0, px: 0.9, py: 0.4 });
  });
  tables.actions().set(edges.flat());
  tables.step(40);
  edges.forEach(([x, y], n) => {
    const s = tables.get(n);
    if (Math.abs(x) === 1) {
      expect(s.ux).toBe(0);
      expect(Math.abs(s.qx - law.malletX[x > 0 ? 1 : 0])).toBeLessThan(1e-6);
    } else {
      expect(s.uy).toBe(0);
      expect(Math.abs(s.qy - y * law.malletY)).toBeLessThan(1e-6);
    }
  });
});

test('energy rises by no more than the mallet’s work F · Δq, in 2 · 10⁵ steps of random and of bang-bang forces', () => {
  const N = 200;
  const tables = new Tables(N);
  const energies = () => {
    const [vx, vy, ux, uy] = [row.vx, row.vy, row.ux, row.uy].map((k) => tables.row(k));
    return Float64Array.from(vx, (_, n) => (law.puckMass * (vx[n] ** 2 + vy[n] ** 2) + law.malletMass * (ux[n] ** 2 + uy[n] ** 2)) / 2);
  };
  let hits = 0;
  const gained: number[][] = [];
  for (let t = 0; t < 1000; t++) {
    const actions = tables.actions();
    for (let i = 0; i < 2 * N; i++) {
      const u = uniform(i, 1000 + (t >> 3), -1, 1);
      actions[i] = i < N ? u : Math.sign(u);
    }
    if (t % 40 === 0)
      for (let n = 0; n < N; n++)
        tables.set(n, {
          px: uniform(n, 2 * t, -0.4, 0.9),
          py: uniform(n, 2 * t + 1, -0.48, 0.48),
          vx: uniform(n, 2 * t + 2, -6, 2),
          vy: uniform(n, 2 * t + 3, -2, 2),
          qx: -0.7,
          qy: 0,
        });
    const before = energies();
    const [x, y] = [tables.row(row.qx).slice(), tables.row(row.qy).slice()];
    tables.row(row.struck).fill(0);
    tables.step();
    energies().forEach((after, n) => {
      const [dx, dy] = [tables.row(row.qx)[n] - x[n], tables.row(row.qy)[n] - y[n]];
      const work = law.force * (actions[2 * n] * dx + actions[2 * n + 1] * dy);
      const most = law.force * (Math.abs(actions[2 * n] * dx) + Math.abs(actions[2 * n + 1] * dy));
      // A place is good to 2e-6 m after many impacts.
      if (after - before[n] - work > 2e-6 * (before[n] + most) + law.force * 2e-6) gained.push([t, n, after - before[n] - work]);
      hits += tables.row(row.struck)[n];
    });
  }
  expect(gained).toEqual([]);
  expect(hits).toBeGreaterThan(500);
});

test('mirrored in y, whole episodes are mirrored to the bit', () => {
  const N = 400;
  const tables = new Tables(N);
  for (let n = 0; n < N; n += 2) {
    const at = { px: -0.5 + uniform(n, 0, -0.1, 0.1), vx: uniform(n, 1, -2, 2), qx: -0.75 };
    const across = { py: uniform(n, 2, -0.3, 0.3), vy: uniform(n, 3, -2, 2), qy: uniform(n, 4, -0.1, 0.1) };
    tables.set(n, { ...at, ...across });
    tables.set(n + 1, { ...at, py: -across.py, vy: -across.vy, qy: -across.qy });
  }
  for (let t = 0; t < 200; t++) {
    const actions = tables.actions();
    for (let n = 0; n < N; n += 2) {
      const a = [0, 1].map((i) => Math.fround(uniform(n + i, 100 + (t >> 2), -1.2, 1.2)));
      actions.set([a[0], a[1], a[0], -a[1]], 2 * n);
    }
    tables.step();
  }
  let struck = 0;
  for (let n = 0; n < N; n += 2) {
    const [a, b] = [tables.get(n), tables.get(n + 1)];
    struck += a.struck;
    expect({ ...b, py: -b.py || 0, vy: -b.vy || 0, qy: -b.qy || 0, uy: -b.uy || 0 }).toEqual({
      ...a,
      py: a.py || 0,
      vy: a.vy || 0,
      qy: a.qy || 0,
      uy: a.uy || 0,
    });
  }
  expect(struck).toBeGreaterThan(50);
});
