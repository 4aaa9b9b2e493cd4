/** A report's two charts, by Observable Plot: returns per episode on unseen tasks, and learning curves. */
import { areaY, axisX, barY, lineY, plot, pointerX, ruleX, ruleY, text, tip } from '@observablehq/plot';
import { type Adaptation, hasTwoReturns, type ReportData } from '../data.ts';
import { count, decimalsFor, number, placeLabel, randomName, returnDecimals } from '../text.ts';
import { image, type LegendEntry, legend, STYLE } from './legend.ts';

/** The colour of run or policy i. There are four colours; the fifth run takes the first one again. */
function runColor(i: number): string {
  return `var(--run-${(i % 4) + 1})`;
}

const RANDOM_DASH = '2 3';
const ORACLE_DASH = '8 4';
const FIRST_DASH = '5 3';

/** Width of a bar in px below which labels would touch. */
const BAR_WITH_LABEL = 42;

/** Bars grouped by episode or gradient step, whiskers, and the two lines of each group. */
export function adaptationChart(adaptation: Adaptation, width: number): Node[] {
  const { axis, random, oracle, policies, tasks, labels, measure = 'return per episode' } = adaptation;
  const d = returnDecimals(adaptation);
  const bars = policies.flatMap(({ name, mean, ci95 }) =>
    mean.map((value, e) => ({ name, place: placeLabel(axis, e, labels), value, low: ci95[e]?.[0] ?? value, high: ci95[e]?.[1] ?? value })),
  );
  const line = (values: readonly number[], name: string) => values.map((value, e) => ({ place: placeLabel(axis, e, labels), value, name }));
  const title = ({ name, place, value, low, high }: (typeof bars)[number]) =>
    `${name}, ${place}\n${number(value, d)} (95 % interval ${number(low, d)} to ${number(high, d)})`;
  const labelled = width / bars.length >= BAR_WITH_LABEL ? bars : [];
  const above = labelled.filter(({ value }) => value >= 0);
  const below = labelled.filter(({ value }) => value < 0);
  const label = { x: 'name', fx: 'place', text: (bar: (typeof bars)[number]) => number(bar.value, d), ...halo(), fontWeight: 600 };
  const chart = plot({
    ...STYLE,
    width: Math.min(width, 180 + 90 * bars.length),
    height: 300,
    marginTop: 24,
    marginLeft: 48,
    ariaLabel: `Return per episode on ${count(tasks)} unseen tasks; the table below holds the numbers`,
    fx: { label: null, padding: 0.16, domain: random.map((_, e) => placeLabel(axis, e, labels)) },
    x: { axis: null, padding: 0.22, domain: policies.map(({ name }) => name) },
    y: { label: `↑ ${measure}`, grid: true, nice: true, ticks: 6 },
    color: { domain: policies.map(({ name }) => name), range: policies.map((_, i) => runColor(i)) },
    marks: [
      barY(bars, { x: 'name', fx: 'place', y: 'value', fill: 'name', title }),
      ruleY([0], { stroke: 'var(--ink)' }),
      ruleY(line(random, randomName(axis)), lineOptions(RANDOM_DASH, d)),
      ruleY(line(oracle ?? [], 'oracle'), lineOptions(ORACLE_DASH, d)),
      ruleX(bars, { x: 'name', fx: 'place', y1: 'low', y2: 'high', stroke: 'var(--ink)', strokeWidth: 1.5, marker: capMarker }),
      text(above, { ...label, y: 'high', dy: -10 }),
      text(below, { ...label, y: 'low', dy: 10 }),
    ],
  });
  const entries: LegendEntry[] = policies.map(({ name }, i) => ({ name, color: runColor(i), shape: 'square' }));
  entries.push(
    ...(oracle === null ? [] : [{ name: 'oracle (is told the task)', color: 'var(--ink)', shape: 'line' as const, dash: ORACLE_DASH }]),
    { name: randomName(axis), color: 'var(--ink)', shape: 'line', dash: RANDOM_DASH },
  );
  return [legend(entries), image(chart)];
}

/** Learning curves: the last episode (or the return after adapting) solid, the first dashed. The pointer shows the numbers of a point. */
export function learningChart({ learning, adaptation, env }: ReportData, width: number): Node[] {
  const [firstName, lastName] = adaptation.axis === 'step' ? ['before adapting', 'after it'] : ['first episode', 'last episode'];
  const both = hasTwoReturns({ adaptation, env });
  const points = learning.flatMap(({ name, points }) => points.map((point) => ({ name, ...point })));
  const d = decimalsFor(points.flatMap(({ first, last }) => [first, last]));
  const title = ({ name, steps, first, last }: (typeof points)[number]) =>
    `${name}, ${count(steps)} steps\n${firstName} ${number(first, d)}, ${lastName} ${number(last, d)}`;
  const curve = { x: 'steps', stroke: 'name', z: 'name' };
  const chart = plot({
    ...STYLE,
    width,
    height: 340,
    marginTop: 24,
    marginLeft: 48,
    marginRight: 24,
    marginBottom: 40,
    ariaLabel: 'Return per episode against environment steps in training; the table below holds the numbers',
    x: { domain: [0, Math.max(1, ...points.map(({ steps }) => steps))] },
    y: { label: '↑ return per episode', grid: true, nice: true, ticks: 6 },
    color: { domain: learning.map(({ name }) => name), range: learning.map((_, i) => runColor(i)) },
    marks: [
      axisX({ label: 'environment steps →', tickFormat: stepsLabel, ticks: Math.max(3, Math.round(width / 130)), labelArrow: 'none' }),
      ruleY([0], { stroke: 'var(--line)' }),
      areaY(
        points.filter(({ low }) => low !== undefined),
        { x: 'steps', y1: 'low', y2: 'high', z: 'name', fill: 'name', fillOpacity: 0.18 },
      ),
      both ? lineY(points, { ...curve, y: 'first', strokeWidth: 1.5, strokeDasharray: FIRST_DASH }) : null,
      lineY(points, { ...curve, y: 'last', strokeWidth: 2.25 }),
      tip(
        points,
        pointerX({
          x: 'steps',
          y: 'last',
          stroke: 'name',
          title,
          fill: 'var(--card)',
          textPadding: 8,
          lineHeight: 1.35,
          strokeOpacity: 0.5,
        }),
      ),
    ],
  });
  const entries = learning.flatMap(({ name }, i): LegendEntry[] => {
    const last: LegendEntry = { name: both ? `${name}, ${lastName}` : name, color: runColor(i), shape: 'line' };
    return both ? [last, { name: `${name}, ${firstName}`, color: runColor(i), shape: 'line', dash: FIRST_DASH }] : [last];
  });
  return [legend(entries), image(chart)];
}

function lineOptions(dash: string, d: number) {
  const title = ({ name, value }: { name: string; value: number }) => `${name}: ${number(value, d)}`;
  return { y: 'value', fx: 'place', stroke: 'var(--ink)', strokeWidth: 1.5, strokeDasharray: dash, title };
}

/** 250 k, 1.5 M. */
function stepsLabel(steps: number): string {
  return steps >= 1e6 ? `${Number((steps / 1e6).toFixed(2))} M` : steps >= 1e3 ? `${Number((steps / 1e3).toFixed(1))} k` : String(steps);
}

/** A rim of the paper's colour keeps a label readable on a line. */
function halo() {
  return { fill: 'var(--ink)', stroke: 'var(--paper)', strokeWidth: 4, fontSize: 12.5 };
}

/** The short bar at each end of a whisker. */
function capMarker(color: string, { document }: { document: Document }): SVGMarkerElement {
  const svg = <K extends keyof SVGElementTagNameMap>(name: K) => document.createElementNS('http://www.w3.org/2000/svg', name);
  const marker = svg('marker');
  const cap = svg('path');
  for (const [name, value] of Object.entries({ viewBox: '-4 -4 8 8', markerWidth: '6', markerHeight: '6', orient: 'auto', stroke: color }))
    marker.setAttribute(name, value);
  cap.setAttribute('d', 'M0,-4V4');
  cap.setAttribute('stroke-width', '1.5');
  marker.append(cap);
  return marker;
}
