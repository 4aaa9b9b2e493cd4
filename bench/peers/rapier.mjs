/** rapier (Rust in WebAssembly with SIMD): the puck's table as a world with continuous collision detection, and the scene of the stack. */
import { load } from './packages.mjs';
import { discNames, law, middle, play, slowed, start, walls, write } from './puck-table.mjs';
import * as scene from './stack-scene.mjs';

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

/** @returns {import('./stack-scene.mjs').Scene} */
function sceneOf({ World, ColliderDesc, RigidBodyDesc, JointData }) {
  const world = new World({ x: 0, y: -scene.law.gravity });
  world.timestep = scene.law.substep;
  world.createCollider(
    ColliderDesc.cuboid(5, 0.5)
      .setTranslation(0, -0.5)
      .setFriction(scene.law.friction)
      .setCollisionGroups((1 << 16) | 7),
  );
  const dressed = (body, halfX, halfZ, mass, friction, groups) => {
    world.createCollider(ColliderDesc.cuboid(halfX, halfZ).setMass(mass).setFriction(friction).setCollisionGroups(groups), body);
    return body;
  };
  const { palm, left, right } = scene.gripper;
  // rapier takes the mean of two frictions. Parts of the gripper meet boxes alone.
  const part = ({ x, z, halfX, halfZ, mass }) => {
    const body = RigidBodyDesc.dynamic()
      .setTranslation(x, z)
      .lockRotations()
      .setGravityScale(0)
      .setLinearDamping(scene.slowing)
      .setCanSleep(false);
    return dressed(world.createRigidBody(body), halfX, halfZ, mass, 2 * scene.law.fingerFriction - scene.law.friction, (2 << 16) | 4);
  };
  const [carriage, ...fingers] = [palm, left, right].map(part);
  const from = carriage.translation();
  fingers.forEach((finger, i) => {
    const { x, y } = finger.translation();
    const joint = JointData.prismatic({ x: x - from.x, y: y - from.y }, { x: 0, y: 0 }, { x: 1, y: 0 });
    joint.limitsEnabled = true;
    joint.limits = i === 0 ? [0, scene.travel] : [-scene.travel, 0];
    world.createImpulseJoint(joint, carriage, finger, true);
  });
  const half = scene.law.boxSide / 2;
  const boxes = scene.boxes.map(({ x, z }) => {
    const body = world.createRigidBody(RigidBodyDesc.dynamic().setTranslation(x, z).setCanSleep(false));
    return dressed(body, half, half, scene.law.boxMass, scene.law.friction, (4 << 16) | 7);
  });
  const bodies = [carriage, ...fingers, ...boxes];
  const starts = bodies.map((body) => ({ ...body.translation() }));
  const push = (body, x, y) => {
    body.resetForces(true);
    body.addForce({ x, y }, true);
  };
  return {
    reset: () =>
      bodies.forEach((body, i) => {
        body.setTranslation(starts[i], true);
        body.setRotation(0, true);
        body.setLinvel({ x: 0, y: 0 }, true);
        body.setAngvel(0, true);
      }),
    step(fx, fz, grip) {
      push(carriage, fx, fz);
      push(fingers[0], grip, 0);
      push(fingers[1], -grip, 0);
      world.step();
    },
    write: (out) =>
      bodies.forEach((body, i) => {
        const [place, velocity] = [body.translation(), body.linvel()];
        out.set([place.x, place.y, body.rotation(), velocity.x, velocity.y, body.angvel()], 6 * i);
      }),
  };
}

export const stack = async () => {
  const { module, version } = await load('@dimforge/rapier2d-simd-compat');
  await module.default.init();
  return { version, sample: scene.play(() => sceneOf(module.default)) };
};
