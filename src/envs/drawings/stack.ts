/** A table, boxes, a gripper, and the outlines of where the boxes should stand. */
import { type Canvas2D, type Drawing, drawGhosts, font, strength, type View } from './drawing.ts';
import { drawWay, type Frame, frameOf } from './frame.ts';
import { tipOf } from './rods.ts';

/** m */
interface Sizes {
  readonly boxSide: number;
  readonly fingerThickness: number;
  readonly fingerLength: number;
  readonly palmHeight: number;
  readonly openingHigh: number;
  readonly reachX: number;
}

type Numbers = ArrayLike<number>;
const gripperOf = ({ 0: x, 1: z }: Numbers): [number, number] => [x, z];
/** n boxes have 6 numbers each, and 4 for each of their 3n + n(n − 1)/2 + n pairs; the gripper has 6. */
const boxesIn = (state: Numbers) => (state.length < 54 ? 1 : state.length < 84 ? 2 : 3);
const boxOf = (state: Numbers, k: number) => ({ x: state[6 + 6 * k], z: state[7 + 6 * k], angle: state[8 + 6 * k] });
/** The level of box k: the task's where it has one, else in their order. */
const levelOf = (task: Numbers, k: number) => (task.length > 1 ? task[1 + k] : k);

export function stackDrawing<Config>(sizes: Sizes, tolerance: (config: Config) => number): Drawing<Config> {
  const { boxSide, fingerThickness, fingerLength, palmHeight, openingHigh, reachX } = sizes;
  const bounds = { low: [-reachX - 0.08, -0.03], high: [reachX + 0.08, 0.36] } as const;
  const frame = (view: Pick<View, 'width' | 'height'>) => frameOf(view, bounds);
  const within = (x: number) => Math.min(reachX + 0.04, Math.max(-reachX - 0.04, x));
  const square = (context: Canvas2D, at: Frame, { x, z, angle }: ReturnType<typeof boxOf>) => {
    const centre: [number, number] = [within(x), Math.min(0.34, Math.max(0, z))];
    context.beginPath();
    for (let k = 0; k < 4; k++) {
      const corner = at.at(...tipOf(centre, boxSide * Math.SQRT1_2, Math.PI / 4 - (k * Math.PI) / 2 - angle));
      if (k === 0) context.moveTo(...corner);
      else context.lineTo(...corner);
    }
    context.closePath();
  };
  const gripper = (context: Canvas2D, at: Frame, { 0: x, 1: z, 2: opening }: Numbers, draw: 'fill' | 'stroke') => {
    const bars = [
      [x - opening - fingerThickness, z + fingerLength, fingerThickness, fingerLength],
      [x + opening, z + fingerLength, fingerThickness, fingerLength],
      [x - openingHigh - fingerThickness, z + fingerLength + palmHeight, 2 * (openingHigh + fingerThickness), palmHeight],
    ];
    for (const [left, top, width, height] of bars) {
      const place = [...at.at(left, top), width * at.scale, height * at.scale] as const;
      if (draw === 'fill') context.fillRect(...place);
      else context.strokeRect(...place);
    }
  };
  return {
    draw(context, view) {
      const { colours, past, state, task, config } = view;
      const at = frame(view);
      const [left, ground] = at.at(bounds.low[0], 0);
      context.fillStyle = colours.faint;
      context.fillRect(left, ground, (bounds.high[0] - bounds.low[0]) * at.scale, 0.02 * at.scale);
      context.fillStyle = colours.line;
      context.fillRect(left, ground, (bounds.high[0] - bounds.low[0]) * at.scale, 1.5);
      const target = within(task[0] * boxSide);
      const n = boxesIn(state);
      // How far a box may stand from its place, and the places.
      context.fillStyle = colours.goal;
      const [from] = at.at(target - tolerance(config), 0);
      context.fillRect(Math.max(0, from), ground, Math.min(2 * tolerance(config), 0.2) * at.scale, 4);
      context.strokeStyle = colours.goal;
      context.lineWidth = 1.5;
      context.setLineDash([4, 3]);
      for (let k = 0; k < n; k++) {
        square(context, at, { x: target, z: (levelOf(task, k) + 0.5) * boxSide, angle: 0 });
        context.stroke();
      }
      context.setLineDash([]);
      context.lineJoin = 'round';
      context.lineCap = 'round';
      context.strokeStyle = colours.second;
      past.forEach((episode, e) => {
        context.globalAlpha = strength(e, past.length) * 0.5;
        drawWay(context, at, episode, gripperOf);
      });
      context.globalAlpha = 1;
      drawGhosts(context, view, (ghost) => {
        gripper(context, at, ghost.state, 'stroke');
        for (let k = 0; k < boxesIn(ghost.state); k++) {
          square(context, at, boxOf(ghost.state, k));
          context.stroke();
        }
      });
      context.fillStyle = colours.second;
      gripper(context, at, state, 'fill');
      context.textAlign = 'center';
      context.textBaseline = 'middle';
      context.font = font(Math.max(8, Math.min(14, 0.5 * boxSide * at.scale)));
      for (let k = 0; k < n; k++) {
        const box = boxOf(state, k);
        context.fillStyle = colours.agent;
        square(context, at, box);
        context.fill();
        context.strokeStyle = colours.paper;
        context.lineWidth = 1;
        context.stroke();
        context.fillStyle = colours.paper;
        if (n > 1) context.fillText(`${k + 1}`, ...at.at(within(box.x), Math.min(0.34, Math.max(0, box.z))));
      }
    },

    taskAt(view, x, y) {
      const [place] = frame(view).from(x, y);
      return [Math.min(reachX, Math.max(-reachX, place)) / boxSide, ...Array.from(view.task).slice(1)];
    },

    describe({ state, task }) {
      const target = task[0] * boxSide;
      const away = Array.from({ length: boxesIn(state) }, (_, k) => {
        const { x, z } = boxOf(state, k);
        const goal = (levelOf(task, k) + 0.5) * boxSide;
        return `box ${k + 1} is ${Math.sqrt((x - target) ** 2 + (z - goal) ** 2).toFixed(2)} m from its place`;
      });
      return away.join(', ');
    },
  };
}
