/** A planar body on a canvas: capsules as thick lines with round ends, near links over far ones. */
import { placedCapsules } from '../bodies/body-pose.ts';
import type { PlanarBody } from '../bodies/planar-body.ts';
import type { Canvas2D } from './drawing.ts';

/** The part of a canvas's context that lines need. */
export type StrokeContext = Pick<Canvas2D, 'strokeStyle' | 'lineWidth' | 'lineCap' | 'beginPath' | 'moveTo' | 'lineTo' | 'stroke'>;

interface BodyView {
  /** Pixels a metre. */
  readonly scale: number;
  /** Positions of x = 0 and of the ground, px. */
  readonly left: number;
  readonly ground: number;
}

/** Limbs that hang on the root after the first are drawn lighter, so that two legs can be told apart. */
export function drawBody(context: StrokeContext, body: PlanarBody, q: ArrayLike<number>, view: BodyView, colors: readonly string[]): void {
  const limb = limbs(body);
  const placed = placedCapsules(body, q).sort((a, b) => limb[b.link] - limb[a.link]);
  context.lineCap = 'round';
  for (const { link, x1, z1, x2, z2, radius } of placed) {
    context.strokeStyle = colors[limb[link] % colors.length];
    context.lineWidth = Math.max(1.5, 2 * radius * view.scale);
    context.beginPath();
    context.moveTo(view.left + view.scale * x1, view.ground - view.scale * z1);
    context.lineTo(view.left + view.scale * x2, view.ground - view.scale * z2);
    context.stroke();
  }
}

/** The limb of each link: 0 is the root, 1, 2, … are the limbs that hang on it. */
function limbs(body: PlanarBody): number[] {
  const of: number[] = [];
  let count = 0;
  body.links.forEach(({ parent }) => {
    of.push(parent < 0 ? 0 : parent === 0 ? ++count : of[parent]);
  });
  return of;
}
