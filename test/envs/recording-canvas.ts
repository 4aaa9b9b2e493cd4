/** A canvas without pixels: keeps every call and every property that was set, with the place of each point after all transforms. */
import type { Canvas2D } from 'wasmeta';
import { canvasMethods, canvasProperties } from '../../src/envs/drawings/drawing.ts';

interface Call {
  readonly name: string;
  readonly args: readonly (number | string | readonly number[])[];
}

/** How many of a call's first numbers are points. */
const points: Record<string, number> = { moveTo: 1, lineTo: 1, arc: 1, rect: 1, fillRect: 1, strokeRect: 1, fillText: 1 };

export function recordingCanvas(width: number, height: number) {
  const calls: Call[] = [];
  let clipped: number[] = [];
  let depth = 0;
  const context: Record<string, unknown> = {};
  for (const name of canvasMethods)
    context[name] = (...args: Call['args']) => {
      if (name === 'save') depth++;
      if (name === 'restore') clipped = clipped.filter((at) => at < depth--);
      if (name === 'clip') clipped.push(depth);
      calls.push({ name: clipped.length > 0 && name !== 'clip' ? `clipped ${name}` : name, args });
    };
  const values: Record<string, unknown> = {};
  for (const name of canvasProperties)
    Object.defineProperty(context, name, {
      get: () => values[name],
      set: (value: number | string) => {
        values[name] = value;
        calls.push({ name: `${name} =`, args: [value] });
      },
    });
  return {
    width,
    height,
    calls,
    getContext: () => context as unknown as Canvas2D, // has every member of it
    /** Numbers that are not finite, with their call. */
    odd: () => calls.filter(({ args }) => args.flat().some((x) => typeof x === 'number' && !Number.isFinite(x))),
    /** Points beyond the canvas by more than a pixel, but for those that are clipped away. */
    outside: () =>
      calls.filter(({ name, args }) => {
        if (points[name] === undefined) return false;
        const [x, y] = args.filter((arg) => typeof arg === 'number');
        return x < -1 || y < -1 || x > width + 1 || y > height + 1;
      }),
  };
}
