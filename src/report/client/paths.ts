/** Small multiples of a report: the paths of a few trials on the plane, one panel a task, all to the same scale. */
import { arrow, dot, line, plot } from '@observablehq/plot';
import type { Point } from '../../envs/spec.ts';
import type { Axis, Panel, ReportEnv, ReportTrial } from '../data.ts';
import { decimalsFor, number, placeLabel } from '../text.ts';
import { image, type LegendEntry, legend, STYLE } from './legend.ts';

/** A path may leave the frame at this many times the farthest goal's distance, so that one stray path doesn't shrink all panels. */
const REACH = 1.6;
/** Panels are told apart down to this width, px. */
const PANEL = 264;
const GAP = 28;

/** From --early over --middle to --late. */
export function episodeColor(e: number, episodes: number): string {
  const at = episodes <= 1 ? 1 : e / (episodes - 1);
  const [from, to, part] = at < 0.5 ? ['--early', '--middle', 2 * at] : ['--middle', '--late', 2 * at - 1];
  return part === 0
    ? `var(${from})`
    : part === 1
      ? `var(${to})`
      : `color-mix(in oklab, var(${to}) ${Math.round(100 * part)}%, var(${from}))`;
}

function episodeWidth(e: number, episodes: number): number {
  return episodes <= 1 ? 2.25 : 1.25 + (1.25 * e) / (episodes - 1);
}

export function trialPanels({ trials, axis }: Panel, env: ReportEnv, width: number): Node[] {
  const episodes = Math.max(...trials.map((trial) => trial.episodes.length));
  const { goalArc: arc } = env;
  const goals = arc ? circle([0, 0], arc.radius, ...arc.turns) : [];
  const frame = frameOf(trials, goals, env);
  const columns = Math.max(1, Math.floor((width + GAP) / (PANEL + GAP)));
  const size = Math.floor((width - GAP * (columns - 1)) / columns);
  const grid = document.createElement('div');
  grid.className = 'paths';
  const decimals = decimalsFor(trials.flatMap(({ returns }) => returns));
  trials.forEach((trial, i) => {
    const figure = document.createElement('figure');
    const caption = document.createElement('figcaption');
    const returns = trial.returns.map((value) => number(value, decimals)).join(', ');
    const name = document.createElement('b');
    name.textContent = `Trial ${i + 1}`;
    caption.append(name, ` earns ${returns}`);
    const label = `Trial ${i + 1}: paths of ${trial.episodes.length} episodes; returns ${returns}`;
    figure.append(panel(trial, axis, env, goals, frame, size, label), caption);
    grid.append(figure);
  });
  const entries = Array.from({ length: episodes }, (_, e): LegendEntry => {
    return { name: placeLabel(axis, e), color: episodeColor(e, episodes), shape: 'line', width: episodeWidth(e, episodes) + 0.5 };
  });
  entries.push({ name: 'start', color: 'var(--ink)', shape: 'ring', width: 1.5 });
  if (env.second) entries.push({ name: env.second, color: 'var(--soft)', shape: 'line', width: 1.25 });
  if (env.aim !== 'direction') entries.push({ name: 'goal', color: 'var(--goal)', shape: 'cross', width: 2.5 });
  return [legend(entries), grid];
}

function panel(
  trial: ReportTrial,
  axis: Axis,
  env: ReportEnv,
  goals: readonly Point[],
  frame: Frame,
  width: number,
  ariaLabel: string,
): Node {
  const n = trial.episodes.length;
  const coordinates = { x: (p: Point) => p[0], y: (p: Point) => p[1] };
  const disc = trial.tolerance > 0 && env.aim !== 'direction' ? circle(trial.task, trial.tolerance, 0, 1) : [];
  const points = env.aim === 'direction';
  const way = { x1: 0, y1: 0, x2: (p: Point) => p[0], y2: (p: Point) => p[1], stroke: 'var(--goal)', strokeWidth: 2.5 };
  const chart = plot({
    ...STYLE,
    width,
    aspectRatio: 1,
    marginTop: 6,
    marginRight: 6,
    marginBottom: 20,
    marginLeft: 30,
    ariaLabel,
    clip: true,
    x: { domain: frame.x, label: null, ticks: 5, tickSize: 3 },
    y: { domain: frame.y, label: null, ticks: 4, tickSize: 3 },
    marks: [
      line(goals, { ...coordinates, stroke: 'var(--soft)', strokeOpacity: 0.55, strokeWidth: 1 }),
      ...(env.scene ?? []).map((way) => line(way, { ...coordinates, stroke: 'var(--soft)', strokeWidth: 1 })),
      ...(trial.second ?? []).map((way) => line(way, { ...coordinates, stroke: 'var(--soft)', strokeOpacity: 0.7, strokeWidth: 1.25 })),
      line(disc, { ...coordinates, fill: 'var(--goal)', fillOpacity: 0.16, stroke: 'var(--goal)', strokeWidth: 1, strokeOpacity: 0.6 }),
      points ? arrow([trial.task], way) : null,
      ...trial.episodes.flatMap((path, e) => {
        const stroke = episodeColor(e, n);
        return [
          line(path, {
            ...coordinates,
            stroke,
            strokeWidth: episodeWidth(e, n),
            strokeLinejoin: 'round',
            title: () => placeLabel(axis, e),
          }),
          dot(path.slice(-1), { ...coordinates, fill: stroke, r: 4 }),
        ];
      }),
      points ? null : dot([trial.task], { ...coordinates, symbol: 'plus', r: 4.5, stroke: 'var(--goal)', strokeWidth: 2.5 }),
      dot(trial.episodes[0]?.slice(0, 1) ?? [], { ...coordinates, fill: 'var(--paper)', stroke: 'var(--ink)', strokeWidth: 1.5, r: 4 }),
    ],
  });
  return image(chart);
}

interface Frame {
  readonly x: [number, number];
  readonly y: [number, number];
}

/** The extent of everything that is drawn; paths count only up to REACH. */
function frameOf(trials: readonly ReportTrial[], goals: readonly Point[], env: ReportEnv): Frame {
  const scene = env.scene?.flat() ?? [];
  const reach = env.aim === 'direction' ? Infinity : REACH * Math.max(...trials.map(({ task }) => Math.hypot(...task)));
  const limited = (value: number) => Math.max(-reach, Math.min(reach, value));
  const around = trials.flatMap(({ task: [x, y], tolerance: r }): Point[] => [
    [x - r, y - r],
    [x + r, y + r],
  ]);
  const walked = trials.flatMap(({ episodes }) => episodes.flat()).map(([x, y]): Point => [limited(x), limited(y)]);
  const all = scene.length > 0 ? scene : [[0, 0] as const, ...goals, ...around, ...walked];
  const range = (axis: 0 | 1): [number, number] => {
    const values = all.map((p) => p[axis]).filter(Number.isFinite);
    return [Math.min(...values) - 0.08, Math.max(...values) + 0.08];
  };
  return { x: range(0), y: range(1) };
}

/** Points of an arc; `from` and `to` are in turns. */
function circle([x, y]: Point, radius: number, from: number, to: number): Point[] {
  return Array.from({ length: 97 }, (_, i) => {
    const angle = 2 * Math.PI * (from + ((to - from) * i) / 96);
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)] as const;
  });
}
