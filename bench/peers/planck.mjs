/** planck (Box2D in JavaScript): the puck's table as a world with continuous collision detection. */
import { load } from './packages.mjs';
import { discNames, law, middle, play, slowed, start, walls, write } from './puck-table.mjs';

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
