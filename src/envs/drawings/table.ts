/** A table with cushions, a mallet that keeps to its half, a puck, and the target where it should stop. */
import { type Drawing, disc, drawGhosts, strength, type View } from './drawing.ts';
import { drawWay, frameOf } from './frame.ts';

/** m */
interface TableSizes {
  readonly length: number;
  readonly width: number;
  readonly puckRadius: number;
  readonly malletRadius: number;
}

const puckOf = ({ 0: x, 1: y }: ArrayLike<number>): [number, number] => [x, y];
const malletOf = ({ 4: x, 5: y }: ArrayLike<number>): [number, number] => [x, y];

/** `radius`: how near to the target counts, m. */
export function tableDrawing<Config>(sizes: TableSizes, radius: (config: Config) => number): Drawing<Config> {
  const { length, width, puckRadius, malletRadius } = sizes;
  const frame = (view: Pick<View, 'width' | 'height'>) => frameOf(view, { low: [-length / 2, -width / 2], high: [length / 2, width / 2] });
  return {
    draw(context, view) {
      const { colours, past, state, task, config } = view;
      const at = frame(view);
      const [left, top] = at.at(-length / 2, width / 2);
      context.fillStyle = colours.faint;
      context.fillRect(left, top, length * at.scale, width * at.scale);
      context.strokeStyle = colours.soft;
      context.lineWidth = 2;
      context.strokeRect(left, top, length * at.scale, width * at.scale);
      context.strokeStyle = colours.line;
      context.lineWidth = 1.5;
      context.beginPath();
      context.moveTo(...at.at(0, width / 2));
      context.lineTo(...at.at(0, -width / 2));
      context.stroke();
      // The target's ring may reach over the cushion.
      context.save();
      context.beginPath();
      context.rect(left, top, length * at.scale, width * at.scale);
      context.clip();
      context.strokeStyle = colours.goal;
      context.fillStyle = colours.goal;
      disc(context, ...at.at(task[0], task[1]), radius(config) * at.scale);
      context.globalAlpha = 0.22;
      context.fill();
      context.globalAlpha = 1;
      context.stroke();
      disc(context, ...at.at(task[0], task[1]), 2.5);
      context.fill();
      context.restore();
      context.lineJoin = 'round';
      context.lineCap = 'round';
      for (const [colour, place] of [
        [colours.second, malletOf],
        [colours.agent, puckOf],
      ] as const) {
        context.strokeStyle = colour;
        past.forEach((episode, e) => {
          context.globalAlpha = strength(e, past.length) * (colour === colours.second ? 0.5 : 1);
          drawWay(context, at, episode, place);
        });
      }
      drawGhosts(context, view, ({ episode, state }) => {
        drawWay(context, at, episode, puckOf);
        disc(context, ...at.at(...puckOf(state)), Math.max(2.5, puckRadius * at.scale));
        context.fill();
        disc(context, ...at.at(...malletOf(state)), Math.max(3, malletRadius * at.scale));
        context.stroke();
      });
      context.fillStyle = colours.second;
      disc(context, ...at.at(...malletOf(state)), Math.max(3, malletRadius * at.scale));
      context.fill();
      context.fillStyle = colours.agent;
      disc(context, ...at.at(...puckOf(state)), Math.max(2.5, puckRadius * at.scale));
      context.fill();
      context.strokeStyle = colours.paper;
      context.lineWidth = 1;
      context.stroke();
    },

    taskAt(view, x, y) {
      const most = [length / 2 - puckRadius, width / 2 - puckRadius];
      const target = frame(view)
        .from(x, y)
        .map((p, axis) => Math.min(most[axis], Math.max(-most[axis], p)));
      return [...target, ...Array.from(view.task).slice(2)];
    },

    describe({ state, task }) {
      const away = Math.sqrt((state[0] - task[0]) ** 2 + (state[1] - task[1]) ** 2);
      return `the puck is ${away.toFixed(2)} m from the target and ${state[8] === 1 ? 'has been struck' : 'has not been struck yet'}`;
    },
  };
}
