/** Film strips of a report: a body's poses along its way, one a second, so that the gaps between them are its speed; all to the same scale. */

import type { PlanarBody } from '../../envs/bodies/planar-body.ts';
import { drawBody } from '../../envs/drawings/body-canvas.ts';
import type { ReportData } from '../data.ts';
import { decimalsFor, number, placeLabel } from '../text.ts';
import { episodeColor } from './paths.ts';

const MARGIN = 0.9; // m beside the first and last pose
const HEIGHT = 1.6; // m shown

export function bodyStrips(data: ReportData, width: number): Node[] {
  const { trials, env, adaptation } = data;
  const body = env.body as PlanarBody;
  const ways = trials.flatMap(({ poses = [] }) => poses.flatMap((strip) => strip.map(([x]) => x)));
  const [low, high] = [Math.min(0, ...ways) - MARGIN, Math.max(0, ...ways) + MARGIN];
  const decimals = decimalsFor(trials.flatMap(({ returns }) => returns));
  return trials.map((trial, i) => {
    const figure = document.createElement('figure');
    figure.className = 'strip';
    const caption = document.createElement('figcaption');
    const name = document.createElement('b');
    name.textContent = `Trial ${i + 1}`;
    const returns = trial.returns.map((value) => number(value, decimals)).join(', ');
    caption.append(name, ` is asked for ${trial.asks} and earns ${returns}`);
    figure.append(caption);
    trial.poses?.forEach((strip, e) => {
      const place = placeLabel(adaptation.axis, e);
      figure.append(
        canvas(body, strip, {
          low,
          high,
          width,
          label: `Trial ${i + 1}, ${place}`,
          place,
          color: episodeColor(e, trial.poses?.length ?? 1),
        }),
      );
    });
    return figure;
  });
}

interface Strip {
  readonly low: number;
  readonly high: number;
  readonly width: number;
  readonly label: string;
  readonly place: string;
  readonly color: string;
}

function canvas(
  body: PlanarBody,
  poses: readonly (readonly number[])[],
  { low, high, width, label, place, color }: Strip,
): HTMLCanvasElement {
  const scale = width / (high - low);
  const height = Math.ceil(Math.min(HEIGHT * scale, 220)) + 22;
  const ratio = window.devicePixelRatio || 1;
  const element = document.createElement('canvas');
  element.width = Math.round(width * ratio);
  element.height = Math.round(height * ratio);
  element.style.width = `${width}px`;
  element.style.height = `${height}px`;
  element.setAttribute('role', 'img');
  element.setAttribute(
    'aria-label',
    `${label}: ${poses.length} poses, one a second, over ${number(poses[poses.length - 1][0] - poses[0][0], 1)} m`,
  );
  const context = element.getContext('2d');
  if (context === null) throw new Error('this browser gives no canvas');
  context.scale(ratio, ratio);
  const [ink, soft, late] = ['--ink', '--soft', color].map(cssColor);
  const view = { scale, left: -low * scale, ground: height - 20 };
  context.fillStyle = soft;
  context.fillRect(0, view.ground, width, 1);
  context.font = '12px system-ui, sans-serif';
  context.textBaseline = 'top';
  for (let x = Math.ceil(low); x <= high; x += Math.max(1, Math.ceil((high - low) / 14))) {
    if (view.left + x * scale > width - 18) break;
    context.textAlign = 'center';
    context.fillText(`${x === 0 ? 'start' : `${number(x, 0)} m`}`, view.left + x * scale, view.ground + 5);
  }
  poses.forEach((pose, k) => {
    context.globalAlpha = poses.length === 1 ? 1 : 0.35 + (0.65 * k) / (poses.length - 1);
    drawBody(context, body, pose, view, [ink, late, soft]);
  });
  context.globalAlpha = 1;
  context.fillStyle = ink;
  context.textAlign = 'left';
  context.fillText(place, 0, 2);
  return element;
}

/** A CSS custom property, or a mixture of several, as a colour that a canvas accepts. */
function cssColor(color: string): string {
  const probe = document.createElement('span');
  probe.style.color = color.startsWith('--') ? `var(${color})` : color;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}
