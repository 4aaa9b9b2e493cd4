/** rapier (Rust in WebAssembly with SIMD): the puck's table as a world with continuous collision detection. */
import { load } from './packages.mjs';
import { discNames, law, middle, play, slowed, start, walls, write } from './puck-table.mjs';

/** @returns {import('./puck-table.mjs').Table} */
function tableOf({ World, ColliderDesc, RigidBodyDesc, CoefficientCombineRule }) {
  const world = new World({ x: 0, y: 0 });
  world.timestep = law.step;
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
      for (const name of discNames) {
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
      write(out, 0, puck.translation(), puck.linvel());
      write(out, 1, mallet.translation(), mallet.linvel());
    },
  };
}

export const puck = async () => {
  const { module, version } = await load('@dimforge/rapier2d-simd-compat');
  await module.default.init();
  return { version, sample: play(() => tableOf(module.default)) };
};
