/** A point that walks to a goal that it sees, drawn as on any plane; in a corner what the task does to actions: the arrow is what an action to the right does, the bar the wind. */
import type { Drawing, View } from './drawing.ts';
import { planeDrawing } from './plane.ts';

const corner = 34; // px from the lower left
const reach = 13; // px of an action of gain 1

/** State: x, y, goal x, goal y. Task: θ in turns, gain, delay, wind x, wind y. */
export function dynamicsDrawing<Config>(halfWidth: number, radius: (config: Config) => number): Drawing<Config> {
  const plane = planeDrawing<Config>({
    bounds: () => ({ low: [-halfWidth, -halfWidth], high: [halfWidth, halfWidth] }),
    aim: () => 'goal',
    arc: () => null,
    radius,
    counts: () => [1, 1],
  });
  /** The goal is a part of the state. */
  const seen = (view: View<Config>): View<Config> => ({ ...view, task: [view.state[2], view.state[3]] });
  return {
    draw(context, view) {
      plane.draw(context, seen(view));
      const { colours, task, height } = view;
      const [x, y] = [corner, height - corner];
      context.lineWidth = 2;
      context.strokeStyle = colours.second;
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(x + 3 * reach * task[3], y - 3 * reach * task[4]);
      context.stroke();
      // Sine and cosine of whole turns by the host: nothing that is drawn feeds a trajectory.
      const angle = 2 * Math.PI * task[0];
      const length = reach * Math.min(2, task[1]);
      const [tipX, tipY] = [x + length * Math.cos(angle), y - length * Math.sin(angle)];
      context.strokeStyle = colours.soft;
      context.fillStyle = colours.soft;
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(tipX, tipY);
      context.stroke();
      context.fillRect(tipX - 2, tipY - 2, 4, 4);
    },

    describe(view) {
      const [angle, gain, delay] = [Math.round(360 * view.task[0]), view.task[1].toFixed(2), view.task[2]];
      return `${plane.describe?.(seen(view))}; actions are turned by ${angle}°, multiplied by ${gain} and ${delay} steps late`;
    },
  };
}
