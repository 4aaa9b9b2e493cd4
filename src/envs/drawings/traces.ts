/** The picture of an environment that brings no drawing: how the return of each episode of the trial has grown, and the present observation as bars. */
import type { Field } from '../../core/spaces.ts';
import { type Drawing, disc, font, type Moment, strength } from './drawing.ts';

const side = 14; // px
const most = 12; // fields shown

/** Return so far after each step, 0 at first. */
function returnsOf(episode: readonly Moment[]): number[] {
  const sums = [0];
  for (const { reward } of episode) if (reward !== null) sums.push(sums[sums.length - 1] + reward);
  return sums;
}

/** `fields`: those of the observation. */
export function traceDrawing<Config extends { readonly horizon: number }>(fields: (config: Config) => readonly Field[]): Drawing<Config> {
  return {
    draw(context, { colours, width, height, config, past, observation }) {
      const split = height * 0.62;
      const curves = past.map(returnsOf);
      const low = Math.min(0, ...curves.flat());
      const high = Math.max(low + 1e-9, 0, ...curves.flat());
      const at = (t: number, sum: number): [number, number] => [
        side + ((width - 2 * side) * t) / config.horizon,
        split - side - ((split - 3 * side) * (sum - low)) / (high - low),
      ];
      context.font = font(12);
      context.textBaseline = 'top';
      context.textAlign = 'left';
      context.fillStyle = colours.soft;
      context.fillText('return of each episode so far', side, 6);
      context.strokeStyle = colours.line;
      context.lineWidth = 1;
      context.beginPath();
      context.moveTo(...at(0, 0));
      context.lineTo(...at(config.horizon, 0));
      context.stroke();
      context.strokeStyle = colours.agent;
      context.lineWidth = 2;
      context.lineJoin = 'round';
      curves.forEach((sums, e) => {
        context.globalAlpha = strength(e, curves.length);
        context.beginPath();
        sums.forEach((sum, t) => {
          if (t === 0) context.moveTo(...at(t, sum));
          else context.lineTo(...at(t, sum));
        });
        context.stroke();
      });
      context.globalAlpha = 1;
      const now = curves.at(-1) ?? [0];
      context.fillStyle = colours.agent;
      disc(context, ...at(now.length - 1, now[now.length - 1]), 4);
      context.fill();

      const names = fields(config).slice(0, most);
      const each = (width - 2 * side) / Math.max(1, names.length);
      const [middle, tall] = [(split + height) / 2 - 4, (height - split) / 2 - 18];
      context.textAlign = 'center';
      context.font = font(Math.min(12, Math.max(7, each / 5)));
      names.forEach(({ name, low, high }, i) => {
        const scale = Number.isFinite(high - low) ? Math.max(Math.abs(low), Math.abs(high)) : Math.max(1, Math.abs(observation[i]));
        const value = Math.max(-1, Math.min(1, observation[i] / scale));
        const left = side + i * each + each * 0.2;
        context.fillStyle = colours.faint;
        context.fillRect(left, middle - tall, each * 0.6, 2 * tall);
        context.fillStyle = value < 0 ? colours.second : colours.agent;
        context.fillRect(left, value < 0 ? middle : middle - value * tall, each * 0.6, Math.abs(value) * tall);
        context.fillStyle = colours.soft;
        context.fillText(name, left + each * 0.3, height - 14);
      });
    },
  };
}
