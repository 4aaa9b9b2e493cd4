/** A walker on a square grid: cells, the hidden one, the way of every episode. Column 0 is on the left, row 0 at the bottom. */
import { type Drawing, disc, drawGhosts, strength } from './drawing.ts';
import { drawWay, frameOf } from './frame.ts';

const place = ({ 0: x, 1: y }: ArrayLike<number>): [number, number] => [x, y];

/** `size`: cells of a side. */
export function cellDrawing<Config>(size: (config: Config) => number): Drawing<Config> {
  const frame = (view: { width: number; height: number; config: Config }) => {
    const most = size(view.config) - 0.5;
    return frameOf(view, { low: [-0.5, -0.5], high: [most, most] });
  };
  return {
    draw(context, view) {
      const { colours, config, past, task, state } = view;
      const at = frame(view);
      const cells = size(config);
      const square = (x: number, y: number, inset: number) => {
        const [left, top] = at.at(x - 0.5, y + 0.5);
        context.fillRect(left + inset, top + inset, at.scale - 2 * inset, at.scale - 2 * inset);
      };
      const gap = Math.min(1.5, at.scale / 12);
      context.fillStyle = colours.faint;
      for (let x = 0; x < cells; x++) for (let y = 0; y < cells; y++) square(x, y, gap);
      // Cells that any episode has been to.
      context.fillStyle = colours.line;
      const seen = new Set(past.flatMap((episode) => episode.map(({ state }) => cells * state[1] + state[0])));
      for (const cell of seen) square(cell % cells, Math.floor(cell / cells), gap);
      context.fillStyle = colours.goal;
      context.globalAlpha = 0.35;
      square(task[0], task[1], gap);
      context.globalAlpha = 1;
      context.strokeStyle = colours.goal;
      context.lineWidth = 2;
      const [left, top] = at.at(task[0] - 0.5, task[1] + 0.5);
      context.strokeRect(left + gap + 1, top + gap + 1, at.scale - 2 * gap - 2, at.scale - 2 * gap - 2);
      context.lineJoin = 'round';
      context.lineCap = 'round';
      context.strokeStyle = colours.agent;
      context.lineWidth = Math.max(1.5, Math.min(3, at.scale / 14));
      const apart = Math.min(4, at.scale / 10);
      past.forEach((episode, e) => {
        context.globalAlpha = strength(e, past.length);
        drawWay(context, at, episode, place, apart * (e - (past.length - 1)) * (past.length > 6 ? 0 : 1));
      });
      drawGhosts(context, view, (ghost, g) => {
        drawWay(context, at, ghost.episode, place, apart * (g + 1));
        disc(context, ...at.at(...place(ghost.state)), at.scale * 0.17);
        context.fill();
      });
      context.fillStyle = colours.agent;
      disc(context, ...at.at(...place(state)), at.scale * 0.24);
      context.fill();
    },

    taskAt(view, x, y) {
      const [gx, gy] = frame(view).from(x, y).map(Math.round);
      const most = size(view.config) - 1;
      return gx < 0 || gy < 0 || gx > most || gy > most ? null : [gx, gy];
    },

    describe: ({ state, task }) =>
      `the walker is in column ${state[0] + 1}, row ${state[1] + 1}; the goal is in column ${task[0] + 1}, row ${task[1] + 1}`,
  };
}
