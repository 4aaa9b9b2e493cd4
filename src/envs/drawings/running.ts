/**
 * A planar body that runs: its capsules, the ground whose marks move by, the bodies of earlier episodes at the same time, and a gauge of the speed wanted and reached. The
 * camera goes with the body.
 */
import type { PlanarBody } from '../bodies/planar-body.ts';
import { drawBody } from './body-canvas.ts';
import { type Canvas2D, type Drawing, drawGhosts, font, strength, type View } from './drawing.ts';

interface RunningOptions<Config> {
  readonly body: PlanarBody;
  /** s, that an action lasts. */
  readonly step: number;
  /** Speeds that are asked for, m/s; null where the task is a direction, 1 or −1. */
  speeds(config: Config): readonly [low: number, high: number] | null;
}

const across = 4; // m from left to right at most
const head = 34; // px for the gauge
const foot = 22; // px for the marks on the ground
const side = 12; // px
/** Steps over which the speed is a mean. */
const meanSteps = 10;

export function runningDrawing<Config>({ body, step, speeds }: RunningOptions<Config>): Drawing<Config> {
  const n = body.links.length + 2;
  const seen = Math.max(1.5, 1.25 * body.height + 0.3); // m above the ground

  /** The mean speed of the last steps, m/s. */
  function speedOf({ past, state }: Pick<View, 'past' | 'state'>): number {
    const episode = past.at(-1) ?? [];
    const count = Math.min(meanSteps, episode.length - 1);
    return count < 1 ? state[n] : (episode[episode.length - 1].state[0] - episode[episode.length - 1 - count].state[0]) / (count * step);
  }

  /** Where a speed is on the gauge, px. */
  function gaugeOf(config: Config, width: number) {
    const [low, high] = speeds(config) ?? [-3, 3];
    const least = Math.min(0, low) - (speeds(config) === null ? 0 : 0.5);
    const most = high + (speeds(config) === null ? 0 : 0.5);
    const wide = width - 2 * side;
    return {
      at: (speed: number) => side + (Math.min(most, Math.max(least, speed)) - least) * (wide / (most - least)),
      from: (x: number) => Math.min(high, Math.max(low, least + ((x - side) * (most - least)) / wide)),
      least,
      most,
    };
  }

  function drawGauge(context: Canvas2D, view: View<Config>): void {
    const { colours, config, task, width } = view;
    const { at, least, most } = gaugeOf(config, width);
    context.fillStyle = colours.line;
    context.fillRect(side, 14, width - 2 * side, 4);
    context.font = font(11);
    context.textBaseline = 'top';
    context.fillStyle = colours.soft;
    context.textAlign = 'center';
    for (let speed = Math.ceil(least); speed <= most; speed++) {
      const x = at(speed);
      if (x > 10 && x < width - 10) context.fillText(`${speed}${speed === 0 ? ' m/s' : ''}`.replace('-', '−'), x, 21);
    }
    context.fillStyle = colours.goal;
    if (speeds(config) === null) {
      // Any speed on this side of 0 will do.
      const [from, to] = task[0] > 0 ? [at(0), at(most)] : [at(least), at(0)];
      context.globalAlpha = 0.5;
      context.fillRect(from, 12, to - from, 8);
      context.globalAlpha = 1;
    } else context.fillRect(at(task[0]) - 2, 6, 4, 20);
    const reached = at(speedOf(view));
    context.fillStyle = colours.agent;
    context.beginPath();
    context.moveTo(reached, 13);
    context.lineTo(reached - 6, 3);
    context.lineTo(reached + 6, 3);
    context.closePath();
    context.fill();
  }

  return {
    draw(context, view) {
      const { colours, width, height, past, state } = view;
      const scale = Math.max(1, Math.min((height - head - foot) / seen, Math.max(width / across, 60)));
      const ground = height - foot;
      const left = 0.45 * width - scale * state[0];
      context.fillStyle = colours.faint;
      context.fillRect(0, ground, width, foot);
      context.fillStyle = colours.soft;
      context.fillRect(0, ground, width, 1.5);
      context.font = font(11);
      context.textAlign = 'center';
      context.textBaseline = 'top';
      const every = scale < 36 ? 2 : 1;
      const first = Math.ceil((18 - left) / scale / every) * every;
      for (let x = first; left + scale * x < width - 18; x += every) {
        context.fillRect(left + scale * x - 0.75, ground, 1.5, 5);
        context.fillText(x === 0 ? 'start' : `${x} m`.replace('-', '−'), left + scale * x, ground + 7);
      }
      context.save();
      context.beginPath();
      context.rect(0, head, width, ground - head + 1);
      context.clip();
      const at = { scale, left, ground };
      const now = (past.at(-1)?.length ?? 1) - 1;
      const pale = (q: ArrayLike<number>, colour: string) => {
        const x = left + scale * q[0];
        if (x > -2 * scale && x < width + 2 * scale) drawBody(context, body, q, at, [colour, colour, colour]);
      };
      past.slice(0, -1).forEach((episode, e) => {
        if (episode.length === 0) return;
        context.globalAlpha = strength(e, past.length) * 0.7;
        pale(episode[Math.min(now, episode.length - 1)].state, colours.soft);
      });
      drawGhosts(context, view, (ghost) => pale(ghost.state, colours[ghost.colour]));
      drawBody(context, body, state, at, [colours.ink, colours.agent, colours.second]);
      context.restore();
      drawGauge(context, view);
    },

    taskAt(view, x) {
      const asked = speeds(view.config) === null ? (x < view.width / 2 ? -1 : 1) : gaugeOf(view.config, view.width).from(x);
      return [asked, ...Array.from(view.task).slice(1)];
    },

    describe(view) {
      const wanted = speeds(view.config) === null ? (view.task[0] > 0 ? 'forward' : 'backward') : `at ${view.task[0].toFixed(2)} m/s`;
      return `the body should run ${wanted}; it runs at ${speedOf(view).toFixed(2)} m/s and is ${view.state[0].toFixed(1)} m from the start`;
    },
  };
}
