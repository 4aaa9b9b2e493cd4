/** For environments without a drawing of their own: each number of the state as a curve over the episode, the earlier episodes of the trial pale. */
import type { Field } from '../../core/spaces.ts';
import type { EnvConfig } from '../spec.ts';
import { type Drawing, drawGhosts, font, type Moment, strength } from './drawing.ts';

/** More would be too thin to read. */
const mostStrips = 8;
const mostSaid = 4;
const [margin, lineHeight] = [10, 14]; // px

/** `fields`: of the state, at least one; `task`: of the task, whose first numbers are written above the curves. */
export function stripsDrawing(fields: readonly Field[], task: readonly Field[]): Drawing<EnvConfig> {
  const shown = fields.slice(0, mostStrips);
  return {
    draw(context, view) {
      const { width, height, config, past, state, task: hidden, colours, ghosts = [] } = view;
      const head = margin + (task.length > 0 ? lineHeight + 2 : 0);
      const strip = (height - head - margin) / shown.length;
      context.lineJoin = 'round';
      context.textBaseline = 'top';
      context.textAlign = 'left';
      context.font = font(11);
      context.fillStyle = colours.goal;
      if (task.length > 0)
        context.fillText(
          task
            .slice(0, mostSaid)
            .map((field, w) => said(field, hidden[w]))
            .join(', '),
          margin,
          margin,
        );
      shown.forEach((field, s) => {
        const top = head + s * strip + lineHeight;
        const bottom = head + (s + 1) * strip - 4;
        const seen = [...past, ...ghosts.map(({ episode }) => episode)].flatMap((episode) => episode.map((moment) => moment.state[s]));
        const [low, high] = [Math.min(state[s], ...extremes(seen)), Math.max(state[s], ...extremes(seen))];
        const y = (value: number) => bottom - ((bottom - top) * (value - low)) / (high - low || 1);
        const x = (t: number) => margin + ((width - 2 * margin) * Math.min(t, config.horizon)) / config.horizon;
        context.fillStyle = colours.soft;
        context.fillText(said(field, state[s]), margin, head + s * strip);
        context.strokeStyle = colours.line;
        context.lineWidth = 1;
        context.strokeRect(margin, top, width - 2 * margin, Math.max(0, bottom - top));
        context.strokeStyle = colours.agent;
        context.lineWidth = 1.5;
        const curve = (episode: readonly Moment[]) => {
          context.beginPath();
          episode.forEach((moment, t) => {
            if (t === 0) context.moveTo(x(t), y(moment.state[s]));
            else context.lineTo(x(t), y(moment.state[s]));
          });
          context.stroke();
        };
        past.forEach((episode, e) => {
          context.globalAlpha = strength(e, past.length);
          curve(episode);
        });
        drawGhosts(context, view, ({ episode }) => curve(episode));
        context.globalAlpha = 1;
      });
    },
  };
}

const said = ({ name, unit }: Field, value: number) => `${name} ${value.toFixed(2)}${unit === '1' ? '' : ` ${unit}`}`;

/** Lowest and highest; of nothing: nothing. */
function extremes(values: readonly number[]): number[] {
  if (values.length === 0) return [];
  return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
}
