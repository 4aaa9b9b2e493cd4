/** A rod on its pivot, as long as the task has it; upright is up. Below it the gear. */
import type { Drawing } from './drawing.ts';
import { frameOf } from './frame.ts';
import { drawChains, drawGear, tipOf } from './rods.ts';

/** State: θ from upright, θ̇. Task: gravity, mass, length, gear. */
export function pendulumDrawing<Config>(): Drawing<Config> {
  return {
    draw(context, view) {
      const { colours, task } = view;
      const room = 1.15 * Math.max(1, Math.abs(task[2]));
      const frame = frameOf(view, { low: [-room, -room], high: [room, room] });
      const [x, top] = frame.at(0, Math.abs(task[2]));
      context.fillStyle = colours.goal;
      context.fillRect(x - 9, top - 1.5, 18, 3);
      drawChains(context, view, frame, ({ 0: angle }) => [[0, 0], tipOf([0, 0], task[2], angle)]);
      drawGear(context, view, task[3]);
    },

    describe: ({ state, task }) =>
      `the rod of ${task[2].toFixed(2)} m is ${((state[0] * 180) / Math.PI).toFixed(0)}° from upright and turns at ${state[1].toFixed(1)} rad/s`,
  };
}
