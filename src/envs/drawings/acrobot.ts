/** Two links that hang from a pivot, and the bar above which the tip shall come; the bar is where it is for links of 1 m. Below them the gear. */
import type { Drawing } from './drawing.ts';
import { frameOf } from './frame.ts';
import { type Chain, drawChains, drawGear, tipOf } from './rods.ts';

/** Pivot, joint and tip. An angle is 0 where a link hangs down. */
function linksOf({ 0: one, 1: two }: ArrayLike<number>, first: number): Chain {
  const joint = tipOf([0, 0], -first, -one);
  return [[0, 0], joint, tipOf(joint, -1, -one - two)];
}

/** State: θ₁ from hanging down, θ₂ from the first link, their rates. Task: mass of the second link, length of the first, gravity, gear. */
export function acrobotDrawing<Config>(bar: number): Drawing<Config> {
  return {
    draw(context, view) {
      const { colours, task } = view;
      const first = Math.abs(task[1]);
      const room = 1.1 * (first + 1);
      const frame = frameOf(view, { low: [-room, -room], high: [room, room] });
      const [left, level] = frame.at(-room, bar);
      const [right] = frame.at(room, bar);
      context.fillStyle = colours.goal;
      context.fillRect(left, level - 1, right - left, 2);
      drawChains(context, view, frame, (state) => linksOf(state, first));
      drawGear(context, view, task[3]);
    },

    describe: ({ state }) =>
      `the tip is at height ${linksOf(state, 1)[2][1].toFixed(2)}, the bar at ${bar}; the links turn at ${state[2].toFixed(1)} and ${state[3].toFixed(1)} rad/s`,
  };
}
