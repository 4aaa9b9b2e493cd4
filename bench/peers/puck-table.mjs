/** The puck's table as a world of another engine: its numbers from our family, its walls as boxes, and the random play that is timed. */
import { familyOf } from 'wasmeta';
import { sampled } from './measure.mjs';
import { streamOf } from './numbers.mjs';

/** @typedef {[x: number, y: number]} Point */
/** @typedef {[x: number, y: number, halfWidth: number, halfHeight: number]} Wall */
/**
 * A table: `reset` puts both discs to their start, `step` applies a force to the mallet for one control step and writes place and velocity of both discs.
 * @typedef {{ reset: () => void, step: (fx: number, fy: number, out: Float32Array) => void }} Table
 */

export const horizon = 100;
export const law = Object.fromEntries(Object.entries(familyOf('Puck-v0').constants).map(([name, { value }]) => [name, value]));

/** @type {Record<'puck' | 'mallet', Point>} */
export const start = { puck: [-0.5, 0], mallet: [-0.75, 0] };
export const discNames = /** @type {const} */ (['puck', 'mallet']);

/** Around the table. */
export const walls = [-1, 1].flatMap(
  (side) =>
    /** @type {Wall[]} */ ([
      [side * (law.length / 2 + 1), 0, 1, 2],
      [0, side * (law.width / 2 + 1), 3, 1],
    ]),
);
/** The middle line stops the mallet alone. @type {Wall} */
export const middle = [0.05, 0, 0.05, 1];

/** What Coulomb friction leaves of a speed over one step. */
export function slowed(x, y) {
  const speed = Math.hypot(x, y);
  return speed === 0 ? 0 : Math.max(0, 1 - (law.friction * law.gravity * law.step) / speed);
}

/** Place and velocity of disc i. */
export function write(out, i, place, velocity) {
  out[4 * i] = place.x;
  out[4 * i + 1] = place.y;
  out[4 * i + 2] = velocity.x;
  out[4 * i + 3] = velocity.y;
}

/** Random play on 16 tables in turn, one episode of each a piece of work. @param {() => Table} make */
export function play(make) {
  const tables = Array.from({ length: 16 }, make);
  const out = new Float32Array(9);
  const random = streamOf(1);
  return () =>
    sampled(() => {
      for (const table of tables) table.reset();
      for (let t = 0; t < horizon; t++) for (const table of tables) table.step(random(), random(), out);
      return horizon * tables.length;
    });
}
