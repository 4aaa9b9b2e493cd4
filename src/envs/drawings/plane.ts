/** A point on the plane that looks for a goal, or walks in a direction: goal with its radius, the arc of goals, the way of every episode, the agent. */
import { type Drawing, disc, drawGhosts, strength, type View } from './drawing.ts';
import { type Bounds, drawWay, type Frame, frameOf, placesOf, widened } from './frame.ts';

interface Arc {
  readonly radius: number;
  /** In turns. */
  readonly turns: readonly [from: number, to: number];
}

interface PlaneOptions<Config> {
  /** What is seen at first. */
  bounds(config: Config): Bounds;
  aim(config: Config): 'goal' | 'direction';
  /** Where the goals lie on an arc around (0, 0). */
  arc(config: Config): Arc | null;
  /** Distance that the reward forgives; 0: none. */
  radius(config: Config): number;
  /** 1 for each axis of the goal that counts, else 0. */
  counts(config: Config): readonly number[];
}

const place = ({ 0: x, 1: y }: ArrayLike<number>): [number, number] => [x, y];

export function planeDrawing<Config>(options: PlaneOptions<Config>): Drawing<Config> {
  const frame = (view: View<Config>): Frame => {
    const ways = [...view.past, ...(view.ghosts ?? []).map(({ episode }) => episode)];
    return frameOf(view, widened(options.bounds(view.config), placesOf(ways, view.state, place)));
  };
  return {
    draw(context, view) {
      const { colours, config, past, task, state } = view;
      const at = frame(view);
      context.lineJoin = 'round';
      context.lineCap = 'round';
      const arc = options.arc(config);
      if (arc !== null) {
        const [x, y] = at.at(0, 0);
        context.strokeStyle = colours.line;
        context.lineWidth = 2;
        context.beginPath();
        context.arc(x, y, arc.radius * at.scale, -2 * Math.PI * arc.turns[1], -2 * Math.PI * arc.turns[0]);
        context.stroke();
      }
      context.fillStyle = colours.soft;
      disc(context, ...at.at(0, 0), 2.5);
      context.fill();
      context.strokeStyle = colours.goal;
      context.fillStyle = colours.goal;
      if (options.aim(config) === 'direction') drawArrow();
      else drawGoal();
      context.strokeStyle = colours.agent;
      context.lineWidth = 2;
      past.forEach((episode, e) => {
        context.globalAlpha = strength(e, past.length);
        drawWay(context, at, episode, place);
      });
      drawGhosts(context, view, (ghost) => {
        drawWay(context, at, ghost.episode, place);
        disc(context, ...at.at(...place(ghost.state)), 5);
        context.fill();
      });
      context.fillStyle = colours.agent;
      disc(context, ...at.at(...place(state)), 6);
      context.fill();
      context.strokeStyle = colours.paper;
      context.stroke();

      function drawGoal(): void {
        const counts = options.counts(config);
        const radius = Math.max(9, options.radius(config) * at.scale);
        const [x, y] = at.at(task[0], task[1]);
        if (counts.includes(0)) {
          // Anywhere along an axis will do.
          context.globalAlpha = 0.25;
          if (counts[0] === 0) context.fillRect(0, y - radius, view.width, 2 * radius);
          else context.fillRect(x - radius, 0, 2 * radius, view.height);
          context.globalAlpha = 1;
          return;
        }
        disc(context, x, y, radius);
        context.globalAlpha = 0.22;
        context.fill();
        context.globalAlpha = 1;
        context.lineWidth = 1.5;
        context.stroke();
        disc(context, x, y, 2.5);
        context.fill();
      }

      function drawArrow(): void {
        const length = Math.sqrt(task[0] ** 2 + task[1] ** 2) || 1;
        const [ux, uy] = [task[0] / length, -task[1] / length];
        const [x, y] = at.at(0, 0);
        const reach = 0.28 * Math.min(view.width, view.height);
        const [tx, ty] = [x + reach * ux, y + reach * uy];
        context.lineWidth = 3;
        context.beginPath();
        context.moveTo(x, y);
        context.lineTo(tx, ty);
        for (const side of [1, -1]) {
          context.moveTo(tx, ty);
          context.lineTo(tx - 10 * ux + side * 6 * uy, ty - 10 * uy - side * 6 * ux);
        }
        context.stroke();
      }
    },

    taskAt(view, x, y) {
      const [gx, gy] = frame(view).from(x, y);
      const arc = options.arc(view.config);
      if (arc === null && options.aim(view.config) === 'goal') return [gx, gy];
      const half = arc !== null && arc.turns[1] - arc.turns[0] <= 0.5;
      const up = half ? Math.max(0, gy) : gy;
      const length = Math.sqrt(gx * gx + up * up);
      if (length === 0) return null;
      const radius = arc?.radius ?? 1;
      return [(radius * gx) / length, (radius * up) / length];
    },

    describe({ config, state, task }) {
      const at = `(${state[0].toFixed(2)}, ${state[1].toFixed(2)})`;
      if (options.aim(config) === 'direction')
        return `the point is at ${at}; it should walk towards (${task[0].toFixed(2)}, ${task[1].toFixed(2)})`;
      const counts = options.counts(config);
      const away = Math.sqrt(counts.reduce((sum, count, axis) => sum + count * (state[axis] - task[axis]) ** 2, 0));
      return `the point is at ${at}, ${away.toFixed(2)} m from the goal`;
    },
  };
}
