/**
 * Drawings as data: the calls that a drawing made on its canvas, so that they can be drawn again where its code is not. Calls are plain JSON and name nothing but
 * what `Canvas2D` has.
 */
import { fail } from '../../core/checks.ts';
import type { Canvas } from '../render.ts';
import { type Canvas2D, canvasMethods, canvasProperties } from './drawing.ts';

/** A method with its arguments, or a property (`=fillStyle`) with its value. */
export type DrawingCall = readonly [name: string, ...values: Plain[]];
type Plain = string | number | boolean | readonly number[];

/** Hundredths of a pixel are far below what can be seen. */
const tidy = (x: number) => Math.round(x * 100) / 100;

function plain(value: unknown): Plain {
  if (typeof value === 'number') return tidy(value);
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (Array.isArray(value) && value.every((x) => typeof x === 'number')) return value.map(tidy);
  return fail('draw', 'numbers, texts and lists of numbers, as Canvas2D takes them', value);
}

/** A canvas of `width` × `height` CSS pixels that notes what is drawn; `calls()` gives it and begins anew. */
export function recordingCanvas(width: number, height: number): Canvas & { calls(): DrawingCall[] } {
  let calls: DrawingCall[] = [];
  const context = {} as Canvas2D;
  for (const name of canvasMethods) Reflect.set(context, name, (...values: unknown[]) => void calls.push([name, ...values.map(plain)]));
  for (const name of canvasProperties) {
    let now: unknown;
    const set = (value: unknown) => {
      now = value;
      calls.push([`=${name}`, plain(value)]);
    };
    Object.defineProperty(context, name, { get: () => now, set });
  }
  return {
    width,
    height,
    getContext: () => context,
    calls: () => {
      const made = calls;
      calls = [];
      return made;
    },
  };
}

/** Draws the calls again, `ratio` pixels for each of theirs, with other colours where `colours` names others. Unknown names are passed over. */
export function drawAgain(
  context: Canvas2D,
  calls: readonly DrawingCall[],
  ratio: number,
  colours: ReadonlyMap<unknown, string> = new Map(),
): void {
  for (const [name, ...values] of calls) {
    if (name === 'setTransform')
      Reflect.apply(
        context.setTransform,
        context,
        values.map((m) => Number(m) * ratio),
      );
    else if (canvasMethods.some((method) => method === name)) Reflect.apply(Reflect.get(context, name), context, values);
    else if (canvasProperties.some((property) => `=${property}` === name))
      Reflect.set(context, name.slice(1), colours.get(values[0]) ?? values[0]);
  }
}
