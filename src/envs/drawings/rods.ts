/** Rods that hang or stand on one another in the plane, with the earlier episodes of the trial pale at the same time of theirs. */
import { type Canvas2D, disc, drawGhosts, strength, type View } from './drawing.ts';
import type { Frame } from './frame.ts';

/** The end of a rod that leans from upright by an angle, to the right if it is positive. */
export function tipOf([x, y]: readonly [x: number, y: number], length: number, angle: number): [x: number, y: number] {
  return [x + length * Math.sin(angle), y + length * Math.cos(angle)];
}

/** Points from the first pivot to the last tip, in metres, y upwards. */
export type Chain = readonly (readonly [x: number, y: number])[];

/** Draws the chain of every episode at the step that the present one has reached, and the present one last. */
export function drawChains(
  context: Canvas2D,
  { past, state, colours, ghosts }: Pick<View, 'past' | 'state' | 'colours' | 'ghosts'>,
  frame: Frame,
  chain: (state: ArrayLike<number>) => Chain,
): void {
  context.lineCap = 'round';
  context.lineJoin = 'round';
  const now = (past.at(-1)?.length ?? 1) - 1;
  past.slice(0, -1).forEach((episode, e) => {
    if (episode.length === 0) return;
    context.globalAlpha = strength(e, past.length);
    drawChain(context, frame, chain(episode[Math.min(now, episode.length - 1)].state), colours.soft, colours.soft);
  });
  drawGhosts(context, { ghosts, colours }, (ghost) =>
    drawChain(context, frame, chain(ghost.state), colours[ghost.colour], colours[ghost.colour]),
  );
  drawChain(context, frame, chain(state), colours.agent, colours.ink);
}

function drawChain(context: Canvas2D, frame: Frame, points: Chain, rods: string, pivots: string): void {
  context.strokeStyle = rods;
  context.lineWidth = Math.max(3, Math.min(9, frame.scale / 12));
  context.beginPath();
  points.forEach((point, k) => {
    const [x, y] = frame.at(point[0], point[1]);
    if (k === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  });
  context.stroke();
  context.fillStyle = pivots;
  for (const [x, y] of points.slice(0, -1)) {
    disc(context, ...frame.at(x, y), Math.max(2.5, Math.min(6, frame.scale / 20)));
    context.fill();
  }
}

/** An arrow at the foot whose length tells how strongly the motor acts; to the left where the gear is negative. */
export function drawGear(context: Canvas2D, { width, height, colours }: Pick<View, 'width' | 'height' | 'colours'>, gear: number): void {
  const middle = width / 2;
  const long = Math.min(0.4 * width, 22 * Math.abs(gear)) * Math.sign(gear);
  const y = height - 8;
  context.fillStyle = colours.goal;
  context.fillRect(Math.min(middle, middle + long), y - 1.5, Math.abs(long), 3);
  context.beginPath();
  context.moveTo(middle + long + 5 * Math.sign(gear), y);
  context.lineTo(middle + long, y - 4);
  context.lineTo(middle + long, y + 4);
  context.closePath();
  context.fill();
}
