/** A valley of the shape sin 3x with a flag, and a car on it; earlier episodes pale at the same time of theirs. Below it the gear, and gravity as a bar on the left. */
import { type Drawing, disc, drawGhosts, strength } from './drawing.ts';
import { frameOf } from './frame.ts';
import { drawGear } from './rods.ts';

interface Valley {
  readonly low: number;
  readonly high: number;
  readonly goal: number;
}

const pieces = 60;
const heightAt = (x: number) => 0.45 * Math.sin(3 * x) + 0.55;

/** State: x, v. Task: gravity, gear. */
export function hillDrawing<Config>({ low, high, goal }: Valley): Drawing<Config> {
  return {
    draw(context, { colours, state, past, task, width, height, ghosts }) {
      const frame = frameOf({ width, height }, { low: [low, -0.1], high: [high, 1.3] });
      context.lineCap = 'round';
      context.lineJoin = 'round';
      context.strokeStyle = colours.soft;
      context.lineWidth = 2;
      context.beginPath();
      for (let k = 0; k <= pieces; k++) {
        const x = low + ((high - low) * k) / pieces;
        const at = frame.at(x, heightAt(x));
        if (k === 0) context.moveTo(...at);
        else context.lineTo(...at);
      }
      context.stroke();
      const [flag, foot] = frame.at(goal, heightAt(goal));
      const tall = 0.22 * frame.scale;
      context.fillStyle = colours.goal;
      context.fillRect(flag - 1, foot - tall, 2, tall);
      context.fillRect(flag - 0.1 * frame.scale, foot - tall, 0.1 * frame.scale, 0.3 * tall);
      const pull = Math.min(1, Math.abs(task[0]) / 0.005) * 0.5 * height;
      context.fillStyle = colours.line;
      context.fillRect(3, height - 4 - pull, 4, pull);
      const car = (x: number, colour: string) => {
        context.fillStyle = colour;
        const [left, top] = frame.at(x, heightAt(x));
        const size = 0.055 * frame.scale;
        disc(context, left, top - size, size);
        context.fill();
      };
      const now = (past.at(-1)?.length ?? 1) - 1;
      past.slice(0, -1).forEach((episode, e) => {
        if (episode.length === 0) return;
        context.globalAlpha = strength(e, past.length);
        car(episode[Math.min(now, episode.length - 1)].state[0], colours.soft);
      });
      drawGhosts(context, { ghosts, colours }, (ghost) => car(ghost.state[0], colours[ghost.colour]));
      car(state[0], colours.agent);
      drawGear(context, { width, height, colours }, task[1]);
    },

    describe: ({ state }) => `the car is at ${state[0].toFixed(2)} and rolls at ${state[1].toFixed(3)} a step; the flag is at ${goal}`,
  };
}
