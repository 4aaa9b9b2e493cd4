/** Film strips of a report: a body's poses along its way, one a second, so that the gaps between them are its speed; all to the same scale. */

import type { PlanarBody } from '../../envs/bodies/planar-body.ts';
import { drawBody, type StrokeContext } from '../../envs/drawings/body-canvas.ts';
import type { Panel } from '../data.ts';
import { decimalsFor, number, placeLabel } from '../text.ts';
import { svgElement } from './legend.ts';
import { episodeColor } from './paths.ts';

const MARGIN = 0.9; // m beside the first and last pose
const HEIGHT = 1.6; // m shown
const MOST_HIGH = 220; // px of it

/** px of a strip from `low` to `high` m: the way fills the width, unless the body would then be too high; a shorter one stands in the middle. */
export function stripView(low: number, high: number, width: number) {
  const scale = Math.min(width / (high - low), MOST_HIGH / HEIGHT);
  const ground = Math.ceil(HEIGHT * scale) + 2;
  return { scale, ground, height: ground + 20, left: (width - (low + high) * scale) / 2 };
}

export function bodyStrips({ trials, axis }: Panel, body: PlanarBody, width: number): Node[] {
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
    trial.poses?.forEach((poses, e) => {
      const place = placeLabel(axis, e);
      const color = episodeColor(e, trial.poses?.length ?? 1);
      figure.append(strip(body, poses, { low, high, width, label: `Trial ${i + 1}, ${place}`, place, color }));
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

function strip(body: PlanarBody, poses: readonly (readonly number[])[], { low, high, width, label, place, color }: Strip): SVGSVGElement {
  const { height, ...view } = stripView(low, high, width);
  const { scale } = view;
  const way = number(poses[poses.length - 1][0] - poses[0][0], 1);
  const svg = svgElement('svg', { width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'font-size': 12 });
  svg.setAttribute('aria-label', `${label}: ${poses.length} poses, one a second, over ${way} m`);
  svg.append(svgElement('rect', { x: 0, y: view.ground, width, height: 1, fill: 'var(--soft)' }));
  for (let x = Math.ceil(low); x <= high; x += Math.max(1, Math.ceil((high - low) / 14), Math.ceil((40 * (high - low)) / width))) {
    if (view.left + x * scale > width - 18) break;
    svg.append(words(x === 0 ? 'start' : `${number(x, 0)} m`, view.left + x * scale, height - 4, 'middle', 'var(--soft)'));
  }
  poses.forEach((pose, k) => {
    const limbs = svgElement('g', { opacity: poses.length === 1 ? 1 : 0.35 + (0.65 * k) / (poses.length - 1) });
    drawBody(lines(limbs), body, pose, view, ['var(--ink)', color, 'var(--soft)']);
    svg.append(limbs);
  });
  svg.append(words(place, 0, 14, 'start', 'var(--ink)'));
  return svg;
}

function words(content: string, x: number, y: number, anchor: string, fill: string): SVGTextElement {
  const element = svgElement('text', { x, y, 'text-anchor': anchor, fill });
  element.textContent = content;
  return element;
}

/** What `drawBody` draws on: single strokes, which become lines of an SVG group. */
function lines(group: SVGGElement): StrokeContext {
  let from = [0, 0];
  let to = [0, 0];
  return {
    strokeStyle: '',
    lineWidth: 1,
    lineCap: 'round',
    beginPath() {},
    moveTo(x, y) {
      from = [x, y];
    },
    lineTo(x, y) {
      to = [x, y];
    },
    stroke() {
      const [[x1, y1], [x2, y2]] = [from, to].map((point) => point.map((at) => at.toFixed(1)));
      const { strokeStyle, lineWidth, lineCap } = this;
      group.append(
        svgElement('line', {
          x1,
          y1,
          x2,
          y2,
          stroke: String(strokeStyle),
          'stroke-width': lineWidth.toFixed(1),
          'stroke-linecap': lineCap,
        }),
      );
    },
  };
}
