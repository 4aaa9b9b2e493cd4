/** planck (Box2D in JavaScript): the puck's table as a world with continuous collision detection, and the scene of the stack. */
import { load } from './packages.mjs';
import { discNames, law, middle, play, slowed, start, walls, write } from './puck-table.mjs';
import * as scene from './stack-scene.mjs';

/** @returns {import('./puck-table.mjs').Table} */
function tableOf({ Box, Circle, Vec2, World }) {
  const world = new World({ gravity: Vec2(0, 0) });
  const fixed = ([x, y, a, b], filterMaskBits, restitution) =>
    world.createBody({ position: Vec2(x, y) }).createFixture({ shape: new Box(a, b), friction: 0, restitution, filterMaskBits });
  for (const wall of walls) fixed(wall, 6, 0);
  fixed(middle, 4, 0);
  const disc = ([x, y], radius, mass, filterCategoryBits, restitution) => {
    const body = world.createBody({ type: 'dynamic', position: Vec2(x, y), bullet: true, fixedRotation: true });
    const density = mass / (Math.PI * radius * radius);
    body.createFixture({ shape: new Circle(radius), density, friction: 0, restitution, filterCategoryBits });
    return body;
  };
  const puck = disc(start.puck, law.puckRadius, law.puckMass, 2, law.malletRestitution);
  const mallet = disc(start.mallet, law.malletRadius, law.malletMass, 4, 0);
  const bodies = { puck, mallet };
  return {
    reset() {
      for (const name of discNames) {
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
      write(out, 0, puck.getPosition(), puck.getLinearVelocity());
      write(out, 1, mallet.getPosition(), mallet.getLinearVelocity());
    },
  };
}

export const puck = async () => {
  const { module, version } = await load('planck');
  return { version, sample: play(() => tableOf(module)) };
};

/** @returns {import('./stack-scene.mjs').Scene} */
function sceneOf({ Box, PrismaticJoint, Vec2, World }) {
  const world = new World({ gravity: Vec2(0, -scene.law.gravity) });
  world.createBody({ position: Vec2(0, -0.5) }).createFixture({ shape: new Box(5, 0.5), friction: scene.law.friction });
  // planck takes the root of the product of two frictions.
  const bodyOf = ({ x, z }, halfX, halfZ, mass, friction, more) => {
    const body = world.createBody({ type: 'dynamic', position: Vec2(x, z), allowSleep: false, ...more });
    body.createFixture({ shape: new Box(halfX, halfZ), density: mass / (4 * halfX * halfZ), friction, filterGroupIndex: more.group ?? 0 });
    return body;
  };
  const { palm, left, right } = scene.gripper;
  const part = (bar) =>
    bodyOf(bar, bar.halfX, bar.halfZ, bar.mass, scene.law.fingerFriction ** 2 / scene.law.friction, {
      fixedRotation: true,
      gravityScale: 0,
      linearDamping: scene.slowing,
      group: -1,
    });
  const [carriage, ...fingers] = [palm, left, right].map(part);
  fingers.forEach((finger, i) => {
    const [lowerTranslation, upperTranslation] = i === 0 ? [0, scene.travel] : [-scene.travel, 0];
    const limits = { enableLimit: true, lowerTranslation, upperTranslation };
    world.createJoint(new PrismaticJoint(limits, carriage, finger, finger.getPosition(), Vec2(1, 0)));
  });
  const half = scene.law.boxSide / 2;
  const boxes = scene.boxes.map((place) => bodyOf(place, half, half, scene.law.boxMass, scene.law.friction, {}));
  const bodies = [carriage, ...fingers, ...boxes];
  const starts = bodies.map((body) => Vec2.clone(body.getPosition()));
  return {
    reset: () =>
      bodies.forEach((body, i) => {
        body.setTransform(starts[i], 0);
        body.setLinearVelocity(Vec2(0, 0));
        body.setAngularVelocity(0);
      }),
    step(fx, fz, grip) {
      carriage.applyForceToCenter(Vec2(fx, fz), true);
      fingers[0].applyForceToCenter(Vec2(grip, 0), true);
      fingers[1].applyForceToCenter(Vec2(-grip, 0), true);
      world.step(scene.law.substep);
    },
    write: (out) =>
      bodies.forEach((body, i) => {
        const [place, velocity] = [body.getPosition(), body.getLinearVelocity()];
        out.set([place.x, place.y, body.getAngle(), velocity.x, velocity.y, body.getAngularVelocity()], 6 * i);
      }),
  };
}

export const stack = async () => {
  const { module, version } = await load('planck');
  return { version, sample: scene.play(() => sceneOf(module)) };
};
