/** A cart on a rail and its pole, of the length that the task has; below it the gear, as an arrow that points to the left where the wires are crossed. */
import type { Drawing } from './drawing.ts';
import { frameOf } from './frame.ts';
import { drawChains, drawGear, tipOf } from './rods.ts';

interface CartPoleBounds {
  /** m and rad: beyond them it has fallen. */
  readonly place: number;
  readonly angle: number;
}

const cart = [0.4, 0.22]; // m

/** State: x, ẋ, θ, θ̇. Task: half length, mass, gravity, gear. */
export function cartPoleDrawing<Config>({ place, angle }: CartPoleBounds): Drawing<Config> {
  const bounds = { low: [-place - 0.3, -0.5], high: [place + 0.3, 2.2] } as const;
  return {
    draw(context, view) {
      const { colours, state, task } = view;
      const frame = frameOf(view, bounds);
      const [left, rail] = frame.at(-place, 0);
      const [right] = frame.at(place, 0);
      context.fillStyle = colours.line;
      context.fillRect(left, rail - 1, right - left, 2);
      context.fillStyle = colours.goal;
      for (const end of [left, right]) context.fillRect(end - 1.5, rail - 8, 3, 16);
      const x = Math.min(place + 0.2, Math.max(-place - 0.2, state[0]));
      const [cartLeft, top] = frame.at(x - cart[0] / 2, cart[1] / 2);
      context.fillStyle = colours.soft;
      context.fillRect(cartLeft, top, cart[0] * frame.scale, cart[1] * frame.scale);
      drawChains(context, view, frame, ({ 0: at, 2: tilt }) => {
        const from = Math.min(place + 0.2, Math.max(-place - 0.2, at));
        return [[from, 0], tipOf([from, 0], 2 * task[0], tilt)];
      });
      drawGear(context, view, task[3]);
    },

    describe: ({ state, task }) =>
      `the cart is ${state[0].toFixed(2)} m from the middle, the pole of ${(2 * task[0]).toFixed(2)} m leans by ${((state[2] * 180) / Math.PI).toFixed(1)}° of ${((angle * 180) / Math.PI).toFixed(0)}°`,
  };
}
