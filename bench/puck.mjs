/**
 * The puck's table against planck (Box2D) and rapier, one core, one process, in turns: `node bench/puck.mjs [--save]`.
 * In planck and rapier each table is a world of its own, with the same discs, masses, restitution and Coulomb friction, and with continuous collision detection.
 * One engine step is one control step of 0.02 s with a random force; nine numbers are read after it, and every 100 steps an episode starts. The script reports
 * medians over rounds, and ratios within a round.
 */
import { writeFileSync } from 'node:fs';
import RAPIER from '@dimforge/rapier2d-simd-compat';
import * as planck from 'planck';
import { familyOf, makeVec, rollout } from 'wasmeta';
import { createInlineExecutor } from 'wasmeta/inline';
import { inTurns, median } from './rounds.mjs';

const constants = familyOf('Puck-v0').constants;
const law = Object.fromEntries(Object.entries(constants).map(([name, { value }]) => [name, value]));
const horizon = 100;
const rounds = 7;
/** @typedef {[x: number, y: number]} Point */
/** @type {Record<'puck' | 'mallet', Point>} */
const start = { puck: [-0.5, 0], mallet: [-0.75, 0] };
/** @typedef {[x: number, y: number, halfWidth: number, halfHeight: number]} Wall */
/** Walls as boxes [x, y, half width, half height]; the middle line stops the mallet alone. */
const walls = [-1, 1].flatMap(
  (side) =>
    /** @type {Wall[]} */ ([
      [side * (law.length / 2 + 1), 0, 1, 2],
      [0, side * (law.width / 2 + 1), 3, 1],
    ]),
);
/** @type {Wall} */
const middle = [0.05, 0, 0.05, 1];

let seed = 1;
const random = () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 31 - 1;
};

/** Coulomb friction over one step, by the speed it takes. */
const slowed = (x, y) => {
  const speed = Math.hypot(x, y);
  return speed === 0 ? 0 : Math.max(0, 1 - (law.friction * law.gravity * law.step) / speed);
};

/** Place and velocity of disc i. */
function write(out, i, place, velocity) {
  out[4 * i] = place.x;
  out[4 * i + 1] = place.y;
  out[4 * i + 2] = velocity.x;
  out[4 * i + 3] = velocity.y;
}

function planckTable() {
  const { Box, Circle, Vec2, World } = planck;
  const world = new World({ gravity: Vec2(0, 0) });
  const fixed = ([x, y, a, b], filterMaskBits, restitution) =>
    world.createBody({ position: Vec2(x, y) }).createFixture({ shape: new Box(a, b), friction: 0, restitution, filterMaskBits });
  for (const wall of walls) fixed(wall, 6, 0);
  fixed(middle, 4, 0);
  const disc = ([x, y], radius, mass, filterCategoryBits, restitution) => {
    const body = world.createBody({ type: 'dynamic', position: Vec2(x, y), bullet: true, fixedRotation: true });
    body.createFixture({
      shape: new Circle(radius),
      density: mass / (Math.PI * radius * radius),
      friction: 0,
      restitution,
      filterCategoryBits,
    });
    return body;
  };
  const puck = disc(start.puck, law.puckRadius, law.puckMass, 2, law.malletRestitution);
  const mallet = disc(start.mallet, law.malletRadius, law.malletMass, 4, 0);
  const bodies = { puck, mallet };
  return {
    reset() {
      for (const name of /** @type {const} */ (['puck', 'mallet'])) {
        bodies[name].setTransform(Vec2(...start[name]), 0);
        bodies[name].setLinearVelocity(Vec2(0, 0));
      }
    },
    step(fx, fy, out) {
      mallet.applyForceToCenter(Vec2(fx * law.force, fy * law.force), true);
      const v = puck.getLinearVelocity();
      const less = slowed(v.x, v.y);
      puck.setLinearVelocity(Vec2(v.x * less, v.y * less));
      world.step(law.step);
      for (const [i, body] of [puck, mallet].entries()) {
        const p = body.getPosition();
        const w = body.getLinearVelocity();
        write(out, i, p, w);
      }
    },
  };
}

function rapierTable() {
  const world = new RAPIER.World({ x: 0, y: 0 });
  world.timestep = law.step;
  const { ColliderDesc, RigidBodyDesc, CoefficientCombineRule } = RAPIER;
  const groups = (member, filter) => (member << 16) | filter;
  const dress = (shape, restitution, group) =>
    shape.setFriction(0).setRestitution(restitution).setRestitutionCombineRule(CoefficientCombineRule.Max).setCollisionGroups(group);
  for (const [x, y, a, b] of walls) world.createCollider(dress(ColliderDesc.cuboid(a, b).setTranslation(x, y), 0, groups(1, 6)));
  world.createCollider(dress(ColliderDesc.cuboid(middle[2], middle[3]).setTranslation(middle[0], middle[1]), 0, groups(1, 4)));
  const disc = ([x, y], radius, mass, member, restitution) => {
    const body = world.createRigidBody(RigidBodyDesc.dynamic().setTranslation(x, y).setCcdEnabled(true).lockRotations());
    world.createCollider(dress(ColliderDesc.ball(radius).setMass(mass), restitution, groups(member, 7)), body);
    return body;
  };
  const puck = disc(start.puck, law.puckRadius, law.puckMass, 2, law.malletRestitution);
  const mallet = disc(start.mallet, law.malletRadius, law.malletMass, 4, 0);
  const bodies = { puck, mallet };
  return {
    reset() {
      for (const name of /** @type {const} */ (['puck', 'mallet'])) {
        const [x, y] = start[name];
        bodies[name].setTranslation({ x, y }, true);
        bodies[name].setLinvel({ x: 0, y: 0 }, true);
      }
    },
    step(fx, fy, out) {
      mallet.resetForces(true);
      mallet.addForce({ x: fx * law.force, y: fy * law.force }, true);
      const v = puck.linvel();
      const less = slowed(v.x, v.y);
      puck.setLinvel({ x: v.x * less, y: v.y * less }, true);
      world.step();
      for (const [i, body] of [puck, mallet].entries()) {
        const p = body.translation();
        const w = body.linvel();
        write(out, i, p, w);
      }
    },
  };
}

/** Steps a second of `tables` worlds, one after the other, for about `steps` steps in all. */
function ratePeer(make, steps) {
  const tables = Array.from({ length: 16 }, make);
  const out = new Float32Array(9);
  return () => {
    const before = performance.now();
    let taken = 0;
    while (taken < steps) {
      for (const table of tables) table.reset();
      for (let t = 0; t < horizon; t++)
        for (const table of tables) {
          table.step(random(), random(), out);
          taken++;
        }
    }
    return (1000 * taken) / (performance.now() - before);
  };
}

await RAPIER.init();
const N = 1024;
const env = { id: 'Puck-v0', horizon, episodes: 1 };
const vector = await makeVec('Puck-v0', { horizon, numEnvs: N });
vector.reset({ seed: 1 });
const actions = Float32Array.from({ length: 64 * 2 * N }, random);
const executor = createInlineExecutor();
const rates = {
  planck: ratePeer(planckTable, 40_000),
  rapier: ratePeer(rapierTable, 40_000),
  'ours, VectorEnv.step': () => {
    const before = performance.now();
    const steps = 4000;
    for (let t = 0; t < steps; t++) vector.step(actions.subarray(2 * N * (t & 63), 2 * N * ((t & 63) + 1)));
    return (1000 * steps * N) / (performance.now() - before);
  },
  'ours, random rollout': async () => {
    const before = performance.now();
    const { steps } = await rollout({ env, policy: { kind: 'random' }, tasks: 40_000, batch: N, seed: 1 }, executor);
    return (1000 * steps) / (performance.now() - before);
  },
};

const measured = await inTurns(rates, rounds);
await executor.close();
vector.close();

const best = measured.planck.map((rate, i) => Math.max(rate, measured.rapier[i]));
const rows = Object.entries(measured).map(([name, values]) => ({
  name,
  'steps/s': Math.round(median(values)),
  'of the faster engine': Number(median(values.map((value, i) => value / best[i])).toFixed(1)),
}));
console.table(rows);
if (process.argv.includes('--save')) {
  const result = { name: 'puck-speed', command: 'node bench/puck.mjs --save', node: process.version, rounds, rows };
  writeFileSync(new URL('../docs/results/puck-speed.json', import.meta.url), `${JSON.stringify(result, null, 2)}\n`);
}
