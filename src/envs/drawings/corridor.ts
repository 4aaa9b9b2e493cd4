/** A corridor from left to right with an arm up and an arm down at its end, the cue at its start, and who walks it; earlier episodes pale. A finger chooses the arm. */
import { type Canvas2D, type Drawing, disc, drawGhosts, font, strength, type View } from './drawing.ts';

const margin = 14; // px

/** State: x, y, steps. Task: 1 up, −1 down. `length`: steps to the junction. */
export function corridorDrawing<Config>(length: (config: Config) => number): Drawing<Config> {
  const frameOf = ({ width, height, config }: View<Config>) => {
    const L = length(config);
    const wide = Math.max(6, Math.min(28, (width - 2 * margin) / (L + 2), (height - 2 * margin) / 4)); // px of the corridor's width
    const span = Math.max(1, width - 2 * margin - wide);
    const middle = height / 2;
    const arm = Math.min(height / 2 - margin - wide / 2, 3 * wide);
    const at = (x: number, y: number): [number, number] => [margin + wide / 2 + (span * x) / L, middle - arm * y];
    return { wide, arm, at, right: margin + wide / 2 + span, left: margin };
  };
  const walker = (context: Canvas2D, at: (x: number, y: number) => [number, number], wide: number, { 0: x, 1: y }: ArrayLike<number>) => {
    disc(context, ...at(x, y), 0.36 * wide);
    context.fill();
  };
  return {
    draw(context, view) {
      const { colours, state, past, task } = view;
      const { wide, arm, at, right, left } = frameOf(view);
      const middle = view.height / 2;
      context.fillStyle = colours.line;
      context.fillRect(left, middle - wide / 2, right - left, wide);
      context.fillRect(right - wide / 2, middle - arm - wide / 2, wide, 2 * arm + wide);
      const box = (x: number, y: number) => context.fillRect(x - wide / 2, y - wide / 2, wide, wide);
      context.fillStyle = colours.goal;
      context.globalAlpha = 0.45;
      box(...at(length(view.config), Math.sign(task[0])));
      // The cue is bright while it shows, before the first step.
      context.globalAlpha = state[2] === 0 ? 1 : 0.35;
      context.font = font(Math.max(9, 0.8 * wide));
      context.textAlign = 'center';
      context.textBaseline = 'bottom';
      const [startX] = at(0, 0);
      context.fillText(task[0] > 0 ? '↑' : '↓', Math.max(startX, margin), middle - wide / 2 - 2);
      context.globalAlpha = 1;
      context.fillStyle = colours.soft;
      context.font = font(11);
      context.textBaseline = 'top';
      context.textAlign = 'left';
      context.fillText(`step ${state[2]}`, margin, middle + wide / 2 + 4);
      context.fillStyle = colours.agent;
      const now = (past.at(-1)?.length ?? 1) - 1;
      past.slice(0, -1).forEach((episode, e) => {
        if (episode.length === 0) return;
        context.globalAlpha = strength(e, past.length);
        walker(context, at, wide, episode[Math.min(now, episode.length - 1)].state);
      });
      drawGhosts(context, view, (ghost) => walker(context, at, wide, ghost.state));
      context.globalAlpha = 1;
      context.fillStyle = colours.agent;
      walker(context, at, wide, state);
    },

    taskAt: ({ height }, _, y) => [y < height / 2 ? 1 : -1],

    describe: ({ state, task, config }) =>
      `the walker is ${state[0]} of ${length(config)} steps into the corridor${state[1] === 0 ? '' : state[1] > 0 ? ', in the upper arm' : ', in the lower arm'}; the right arm is ${task[0] > 0 ? 'up' : 'down'}`,
  };
}
