/** What boxes do by themselves and between fingers, against closed forms. The solver is that of docs/envs/stack-physics.md: its errors are stated there. */
import { describe, expect, test } from 'vitest';
import { philox, toUniform } from '../../../src/core/philox.ts';
import { action, half, law, Worlds } from './worlds.ts';

const uniform = (i: number, k: number, low: number, high: number) => low + (high - low) * toUniform(philox(71, 7, i, k, 0, 0)[0]);
const seconds = (time: number) => Math.round(time / action);

describe('a box on an incline', () => {
  /** The table tilted so that tan of its angle is `slope`: gravity turns instead. */
  const tilted = (slope: number) => {
    const c = Math.cos(Math.atan(slope));
    const pull = law.gravity * law.substep;
    const worlds = new Worlds(1, 1, { gravityX: pull * slope * c, gravityZ: -pull * c });
    worlds.box(0, 0, { z: half });
    return { worlds, c };
  };

  test.each([0.2, 0.9, 0.98])('creeps by less than 0.01 mm/s at %f of the friction angle’s slope', (share) => {
    const { worlds } = tilted(share * law.friction);
    worlds.step(seconds(1));
    const { x } = worlds.boxOf(0, 0);
    worlds.step(seconds(2));
    expect(Math.abs(worlds.boxOf(0, 0).x - x)).toBeLessThan(2e-5);
  });

  test.each([1.02, 1.1, 1.5])('slides with g (sin − μ cos) at %f of it', (share) => {
    const slope = share * law.friction;
    const { worlds, c } = tilted(slope);
    worlds.step(seconds(0.4)); // it settles
    const { vx } = worlds.boxOf(0, 0);
    worlds.step(seconds(1));
    const gained = law.gravity * c * (slope - law.friction);
    expect(Math.abs((worlds.boxOf(0, 0).vx - vx) / gained - 1)).toBeLessThan(0.01);
  });
});

test('a pushed box stops after v²/2μg less v h/2, within 0.2 mm, and then rests', () => {
  const speeds = [0.2, 0.4, 0.6, 0.8, 1];
  const worlds = new Worlds(speeds.length, 1);
  speeds.forEach((vx, n) => {
    worlds.box(n, 0, { z: half, vx });
  });
  worlds.step(seconds(1));
  speeds.forEach((v, n) => {
    const { x, vx } = worlds.boxOf(n, 0);
    const far = v ** 2 / (2 * law.friction * law.gravity);
    expect(Math.abs(x - (far - (v * law.substep) / 2))).toBeLessThan(2e-4);
    expect(Math.abs(vx)).toBeLessThan(1e-6);
  });
});

describe('a box between the fingers', () => {
  /** Held up without gravity first, then left to it; the gripper is held by its drive. Metres of slip in 0.4 s, and in the second after that. */
  const slip = (share: number) => {
    const grip = (share * law.boxMass * law.gravity) / (2 * law.fingerFriction * law.gripForce);
    const held = new Worlds(1, 1, { gravityZ: 0 });
    held.box(0, 0, { z: 0.165 });
    held.gripper(0, { x: 0, z: 0.14, opening: half });
    held.actions().set([0, 0, grip]);
    held.step(10);
    const worlds = new Worlds(1, 1);
    for (const [k, x] of held.stateOf(0).entries()) worlds.row(k)[0] = x;
    const step = (count: number) => {
      for (let t = 0; t < count; t++) {
        const { z, vz } = worlds.gripperOf(0);
        worlds.actions().set([0, (law.boxMass * law.gravity + 60 * (0.14 - z) - 6 * vz) / law.force, grip]);
        worlds.step();
      }
    };
    const apart = () => worlds.boxOf(0, 0).z - worlds.gripperOf(0).z;
    const places = [apart()];
    for (const time of [0.4, 1]) {
      step(seconds(time));
      places.push(apart());
    }
    return { first: places[0] - places[1], after: Math.abs(places[1] - places[2]) };
  };

  test.each([0.5, 0.95])('slips where 2μN is %f of its weight', (share) => {
    expect(slip(share).first).toBeGreaterThan(0.02);
  });

  test.each([1.05, 1.5, 6])('creeps by less than 0.01 mm/s where 2μN is %f of its weight', (share) => {
    expect(slip(share).after).toBeLessThan(1e-5);
  });
});

test('boxes that meet in the air keep their momentum, and part no faster than they met', () => {
  const N = 200;
  const worlds = new Worlds(N, 2, { gravityZ: 0 });
  for (let n = 0; n < N; n++) {
    const [angle, speed] = [uniform(n, 0, 0, 2 * Math.PI), uniform(n, 1, 0.2, 1)];
    const [x, z] = [Math.cos(angle), Math.sin(angle)];
    worlds.box(n, 0, { x: 0, z: 0.3, angle: uniform(n, 2, -0.7, 0.7), vx: speed * x, vz: speed * z });
    worlds.box(n, 1, { x: 0.075 * x, z: 0.3 + 0.075 * z, angle: uniform(n, 3, -0.7, 0.7) });
  }
  const inertia = (law.boxMass * law.boxSide ** 2) / 6;
  const sums = (n: number) => {
    const boxes = [worlds.boxOf(n, 0), worlds.boxOf(n, 1)];
    const sum = (of: (box: (typeof boxes)[number]) => number) => law.boxMass * boxes.reduce((total, box) => total + of(box), 0);
    const spin = boxes.reduce((total, { rate }) => total + inertia * rate, 0);
    return {
      px: sum((b) => b.vx),
      pz: sum((b) => b.vz),
      turning: sum((b) => b.x * b.vz - (b.z - 0.3) * b.vx) + spin,
      energy: sum((b) => (b.vx ** 2 + b.vz ** 2) / 2) + boxes.reduce((total, { rate }) => total + (inertia * rate ** 2) / 2, 0),
    };
  };
  const before = Array.from({ length: N }, (_, n) => sums(n));
  worlds.step(seconds(0.4));
  let met = 0;
  before.forEach((was, n) => {
    const is = sums(n);
    expect(Math.abs(is.px - was.px)).toBeLessThan(1e-7);
    expect(Math.abs(is.pz - was.pz)).toBeLessThan(1e-7);
    // Angular momentum: an impulse acts midway between the surfaces, and corners turn by up to 0.2 rad in a time step of 10 ms.
    expect(Math.abs(is.turning - was.turning)).toBeLessThan(0.05 * law.boxMass * law.boxSide);
    expect(is.energy).toBeLessThan(was.energy * (1 + 1e-6));
    if (is.energy < 0.99 * was.energy) met++;
  });
  expect(met).toBeGreaterThan(N / 2);
});

test('a tower of three, no box above the other, stands: after 10 000 steps all is where it was after 250, to 1 µm', () => {
  const worlds = new Worlds(1, 3);
  [0, 0.01, -0.005].forEach((x, k) => {
    worlds.box(0, k, { x, z: half + 2 * half * k });
  });
  const places = () => [0, 1, 2].flatMap((k) => [worlds.boxOf(0, k).x, worlds.boxOf(0, k).z, half * worlds.boxOf(0, k).angle]);
  worlds.step(250);
  const before = places();
  worlds.step(10_000);
  places().forEach((x, i) => {
    expect(Math.abs(x - before[i])).toBeLessThan(1e-6);
  });
  [0, 0.01, -0.005].forEach((x, k) => {
    expect(Math.abs(worlds.boxOf(0, k).x - x)).toBeLessThan(1e-3); // where it was put, but for what the first steps take
  });
});

/** The state of two boxes seen in a mirror: left and right finger change places, and so do the two points of each pair, whose frictions turn round. */
function mirrored(state: readonly number[]): number[] {
  const bodies = state.slice(0, 18).map((x, k) => ([0, 3, 6, 8, 9, 11, 12, 14, 15, 17].includes(k) ? -x : x));
  const pair = (p: number) => {
    const [normal, side, otherNormal, otherSide] = state.slice(18 + 4 * p, 22 + 4 * p);
    return [otherNormal, -otherSide, normal, -side];
  };
  return [...bodies, ...[1, 0, 2, 4, 3, 5, 6, 7, 8].flatMap(pair)];
}

// Left comes before right in a sweep, so what three sweeps leave undone is not the same on both sides; it vanishes with more sweeps.
test.each([
  [law.sweeps, 2e-3],
  [100, 3e-4],
])(
  'mirrored worlds move alike under pushes and grips: with %i sweeps, 99 of 100 places are within %f m after an action, half of them within 1 µm',
  (sweeps, limit) => {
    const N = 200;
    const [one, other] = [new Worlds(N, 2, { sweeps }), new Worlds(N, 2, { sweeps })];
    // The gripper comes down on and around two boxes that lie on or beside each other.
    for (let n = 0; n < N; n++) {
      one.gripper(n, { x: uniform(n, 0, -0.05, 0.05), z: 0.12 });
      one.box(n, 0, { x: uniform(n, 3, -0.01, 0.01), z: half });
      one.box(n, 1, { x: uniform(n, 4, -0.01, 0.01) + (n % 2 ? 0.08 : 0), z: n % 2 ? half : 3 * half });
      mirrored(one.stateOf(n)).forEach((x, k) => {
        other.row(k)[n] = x;
      });
    }
    const off: number[] = [];
    for (let t = 0; t < 20; t++) {
      for (let n = 0; n < N; n++) {
        const [fx, fz, grip] = [uniform(n, 10 * t + 3, -1, 1), uniform(n, 10 * t + 4, -1, 0.4), uniform(n, 10 * t + 5, -1, 1)];
        one.actions().set([fx, fz, grip], 3 * n);
        other.actions().set([-fx, fz, grip], 3 * n);
      }
      one.step();
      other.step();
      for (let n = 0; n < N; n++) {
        const [a, b] = [one.gripperOf(n), other.gripperOf(n)];
        off.push(Math.abs(a.x + b.x), Math.abs(a.z - b.z), Math.abs(a.opening - b.opening));
        for (const k of [0, 1])
          off.push(Math.abs(one.boxOf(n, k).x + other.boxOf(n, k).x), Math.abs(one.boxOf(n, k).z - other.boxOf(n, k).z));
        // Each action begins with the same world again: errors do not pile up.
        mirrored(one.stateOf(n)).forEach((x, k) => {
          other.row(k)[n] = x;
        });
      }
    }
    off.sort((p, q) => p - q);
    expect(off[Math.floor(0.5 * off.length)]).toBeLessThan(1e-6);
    expect(off[Math.floor(0.99 * off.length)]).toBeLessThan(limit);
  },
);
