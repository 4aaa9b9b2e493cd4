/** The scene of the stack as a world of another engine: its numbers from our family, its bodies as boxes, and the random play that is timed. */
import { familyOf } from 'wasmeta';
import { sampled } from './measure.mjs';
import { streamOf } from './numbers.mjs';

/**
 * A scene: `reset` puts all bodies to their start, `step` applies forces for one time step, and `write` gives place, angle and velocities of the boxes and the gripper.
 * @typedef {{ reset: () => void, step: (fx: number, fz: number, grip: number) => void, write: (out: Float32Array) => void }} Scene
 */

export const horizon = 125;
export const law = Object.fromEntries(Object.entries(familyOf('Stack-v0').constants).map(([name, { value }]) => [name, value]));

/** @typedef {{ x: number, z: number, halfX: number, halfZ: number, mass: number }} Bar */
/** Palm and fingers weigh together what the gripper weighs. @type {Record<'palm' | 'left' | 'right', Bar>} */
export const gripper = (() => {
  const z = 0.18 + law.fingerLength / 2;
  const x = law.openingHigh + law.fingerThickness / 2;
  const finger = { z, halfX: law.fingerThickness / 2, halfZ: law.fingerLength / 2, mass: law.fingerMass };
  const palm = {
    x: 0,
    z: 0.18 + law.fingerLength + law.palmHeight / 2,
    halfX: law.openingHigh + law.fingerThickness,
    halfZ: law.palmHeight / 2,
    mass: law.carriageMass - 2 * law.fingerMass,
  };
  return { palm, left: { x: -x, ...finger }, right: { x, ...finger } };
})();
/** Starts of the two boxes. */
export const boxes = [-0.25, -0.12].map((x) => ({ x, z: law.boxSide / 2 }));
/** How far a finger can move inwards. */
export const travel = law.openingHigh - law.openingLow;
/** 1/s, by which the drives slow the gripper and a finger. */
export const slowing = law.drag / law.carriageMass;
export const fingerSlowing = law.gripDrag / law.fingerMass;

/** Random play on 16 scenes in turn, one episode of each a piece of work. @param {() => Scene} make */
export function play(make) {
  const scenes = Array.from({ length: 16 }, make);
  const out = new Float32Array(30);
  const random = streamOf(1);
  return () =>
    sampled(() => {
      for (const scene of scenes) scene.reset();
      for (let t = 0; t < horizon; t++)
        for (const scene of scenes) {
          const [fx, fz, grip] = [law.force * random(), law.force * random(), law.gripForce * random()];
          for (let k = 0; k < law.substeps; k++) scene.step(fx, fz, grip);
          scene.write(out);
        }
      return horizon * scenes.length;
    });
}
