/**
 * The same table in planck (Box2D), set to the same masses, friction and restitution and stepped at Δt = 1/2000 s, in centimetres so that its slop of 0.005 is
 * small. It updates velocities first and places with them, and finds a contact of circles at the end of a step. So by its own time stepping
 *   a slide ends short by v Δt/2;   a bounce happens up to Δt late;   a strike's line of centres is off by up to (speed · Δt)/R.
 */
import { type Body, Box, Circle, Vec2, World } from 'planck';
import { describe, expect, test } from 'vitest';
import { philox, toUniform } from '../../../src/core/philox.ts';
import { law, Tables } from './tables.ts';

const dt = 1 / 2000;
const cm = 100;
const uniform = (i: number, k: number, low: number, high: number) => low + (high - low) * toUniform(philox(53, 7, i, k, 0, 0)[0]);

interface Disc {
  readonly x: number;
  readonly y: number;
  readonly vx: number;
  readonly vy: number;
}

function plancksTable(puck: Disc, mallet: Disc | null) {
  const world = new World({ gravity: Vec2(0, 0) });
  const disc = ({ x, y, vx, vy }: Disc, radius: number, mass: number, restitution: number) => {
    const body = world.createBody({
      type: 'dynamic',
      position: Vec2(cm * x, cm * y),
      linearVelocity: Vec2(cm * vx, cm * vy),
      bullet: true,
    });
    const density = mass / (Math.PI * (cm * radius) ** 2);
    body.createFixture({ shape: new Circle(cm * radius), density, friction: 0, restitution });
    return body;
  };
  // The larger restitution of two counts: the puck has none of its own.
  const bodies = [disc(puck, law.puckRadius, law.puckMass, 0)];
  if (mallet !== null) bodies.push(disc(mallet, law.malletRadius, law.malletMass, law.malletRestitution));
  const wall = (x: number, y: number, halfX: number, halfY: number) =>
    world
      .createBody({ position: Vec2(cm * x, cm * y) })
      .createFixture({ shape: new Box(cm * halfX, cm * halfY), friction: 0, restitution: law.cushionRestitution });
  for (const side of [-1, 1]) {
    wall(side * (law.length / 2 + 1), 0, 1, 2);
    wall(0, side * (law.width / 2 + 1), 3, 1);
  }
  const slow = (body: Body) => {
    const v = body.getLinearVelocity();
    const speed = v.length();
    const less = Math.max(0, speed - cm * law.slowing * dt);
    body.setLinearVelocity(speed > 0 ? Vec2((v.x * less) / speed, (v.y * less) / speed) : v);
  };
  return {
    run(seconds: number) {
      for (let t = 0; t < Math.round(seconds / dt); t++) {
        slow(bodies[0]);
        world.step(dt, 20, 20);
      }
      return bodies.map((body): Disc => {
        const [p, v] = [body.getPosition(), body.getLinearVelocity()];
        return { x: p.x / cm, y: p.y / cm, vx: v.x / cm, vy: v.y / cm };
      });
    },
  };
}

/** The same in our kernel: `seconds` is a multiple of 0.02. */
function ours(puck: Disc, mallet: Disc | null, seconds: number) {
  const tables = new Tables(1);
  const at = mallet === null ? {} : { qx: mallet.x, qy: mallet.y, ux: mallet.vx, uy: mallet.vy };
  tables.set(0, { px: puck.x, py: puck.y, vx: puck.vx, vy: puck.vy, ...at });
  tables.step(Math.round(seconds / law.step));
  const s = tables.get(0);
  return [
    { x: s.px, y: s.py, vx: s.vx, vy: s.vy },
    { x: s.qx, y: s.qy, vx: s.ux, vy: s.uy },
  ] as [Disc, Disc];
}

describe('planck agrees', () => {
  test('on slides: it stops v Δt/2 earlier, within 1e-5 m of that', () => {
    for (let n = 0; n < 10; n++) {
      const speed = uniform(n, 0, 0.3, 1.3);
      const angle = uniform(n, 1, 0, 2 * Math.PI);
      const puck = { x: 0.2, y: 0, vx: speed * Math.cos(angle), vy: speed * Math.sin(angle) };
      const [[theirs], [mine]] = [plancksTable(puck, null).run(0.8), ours(puck, null, 0.8)];
      const [far, near] = [mine, theirs].map(({ x, y }) => Math.hypot(x - 0.2, y));
      expect([theirs.vx, theirs.vy, mine.vx, mine.vy]).toEqual([0, 0, 0, 0]);
      expect(Math.abs(far - near - (speed * dt) / 2)).toBeLessThan(1e-5 + law.slowing * dt ** 2);
    }
  });

  test('on bounces from all four cushions: places within speed · Δt and its slop, velocities within what friction does in Δt', () => {
    for (let n = 0; n < 20; n++) {
      const angle = uniform(n, 0, 0, 2 * Math.PI);
      const speed = uniform(n, 1, 2, 3.5);
      const puck = { x: 0.35, y: 0, vx: speed * Math.cos(angle), vy: speed * Math.sin(angle) };
      const [[theirs], [mine]] = [plancksTable(puck, null).run(0.4), ours(puck, null, 0.4)];
      const bounces = 3;
      expect(Math.hypot(theirs.x - mine.x, theirs.y - mine.y)).toBeLessThan(bounces * (2 * speed * dt + 0.0001));
      expect(Math.hypot(theirs.vx - mine.vx, theirs.vy - mine.vy)).toBeLessThan(bounces * 3 * law.slowing * dt + 1e-4);
    }
  });

  test('on strikes at all angles: velocities of both within speed² · Δt/R', () => {
    let struck = 0;
    for (let n = 0; n < 40; n++) {
      const aside = uniform(n, 0, -0.06, 0.06);
      const speed = uniform(n, 1, 1.5, 4);
      const puck = { x: -0.5, y: 0, vx: 0, vy: 0 };
      const mallet = { x: -0.65, y: aside, vx: speed, vy: 0 };
      const [theirs, mine] = [plancksTable(puck, mallet).run(0.06), ours(puck, mallet, 0.06)];
      if (Math.hypot(mine[0].vx, mine[0].vy) > 0) struck++;
      const cosine = Math.sqrt(1 - (aside / law.reach) ** 2);
      const limit = (2 * speed ** 2 * dt) / (law.reach * cosine) + 4 * law.slowing * dt;
      theirs.forEach((disc, i) => {
        expect(Math.hypot(disc.vx - mine[i].vx, disc.vy - mine[i].vy)).toBeLessThan(limit);
      });
    }
    expect(struck).toBe(40);
  });
});
