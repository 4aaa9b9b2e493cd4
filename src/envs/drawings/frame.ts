/** A window on the plane: which part of it is seen, and where each of its points is on the canvas. y points up. */
import type { Canvas2D, Moment, View } from './drawing.ts';

export interface Bounds {
  readonly low: readonly [x: number, y: number];
  readonly high: readonly [x: number, y: number];
}

export interface Frame {
  /** Pixels for one unit of length. */
  readonly scale: number;
  at(x: number, y: number): [x: number, y: number];
  /** The point of the plane at a place of the canvas. */
  from(x: number, y: number): [x: number, y: number];
}

const margin = 14; // px

export function frameOf({ width, height }: Pick<View, 'width' | 'height'>, { low, high }: Bounds): Frame {
  const scale = Math.max(1e-6, Math.min((width - 2 * margin) / (high[0] - low[0]), (height - 2 * margin) / (high[1] - low[1])));
  const [cx, cy] = [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2];
  return {
    scale,
    at: (x, y) => [width / 2 + scale * (x - cx), height / 2 - scale * (y - cy)],
    from: (x, y) => [cx + (x - width / 2) / scale, cy - (y - height / 2) / scale],
  };
}

/** The bounds, each side moved out in steps of an eighth of the whole where a point lies outside, so that the picture seldom changes its scale. */
export function widened({ low, high }: Bounds, points: Iterable<readonly [number, number]>): Bounds {
  const least = [...low];
  const most = [...high];
  for (const point of points)
    for (const axis of [0, 1]) {
      least[axis] = Math.min(least[axis], point[axis]);
      most[axis] = Math.max(most[axis], point[axis]);
    }
  const step = (axis: number) => (high[axis] - low[axis]) / 8;
  const out = (axis: number, beyond: number) => step(axis) * Math.ceil(beyond / step(axis));
  return {
    low: [low[0] - out(0, low[0] - least[0]), low[1] - out(1, low[1] - least[1])],
    high: [high[0] + out(0, most[0] - high[0]), high[1] + out(1, most[1] - high[1])],
  };
}

type Place = (state: ArrayLike<number>) => readonly [x: number, y: number];

export function* placesOf(past: View['past'], state: ArrayLike<number>, place: Place): Generator<readonly [number, number]> {
  yield place(state);
  for (const episode of past) for (const moment of episode) yield place(moment.state);
}

/** The way of an episode as a line. `shift`: px by which it is moved, so that ways on one another can be told apart. */
export function drawWay(context: Canvas2D, frame: Frame, episode: readonly Moment[], place: Place, shift = 0): void {
  context.beginPath();
  episode.forEach(({ state }, t) => {
    const [x, y] = frame.at(...place(state));
    if (t === 0) context.moveTo(x + shift, y + shift);
    else context.lineTo(x + shift, y + shift);
  });
  context.stroke();
}
