/** A report's two charts, by Observable Plot: returns on unseen tasks, and learning curves. */
import { areaY, axisX, barY, dot, lineY, plot, pointerX, ruleX, ruleY, text, tip } from '@observablehq/plot';
import type { LearningCurve, Panel } from '../data.ts';
import { count, curveNames, decimalsFor, extentOf, number, placeLabel, randomName, returnDecimals, standsOnZero } from '../text.ts';
import { image, type LegendEntry, legend, STYLE } from './legend.ts';

/** The colour of run or policy i. There are four colours; the fifth run takes the first one again. */
function runColor(i: number): string {
  return `var(--run-${(i % 4) + 1})`;
}

const RANDOM_DASH = '2 3';
const ORACLE_DASH = '8 4';
const FIRST_DASH = '5 3';

/** Width in px below which the numbers over bars, or the names of places, would touch. */
const BAR_WITH_NUMBER = 46;
const PLACE_WITH_NAME = 76;
/** More places than this are drawn as lines. */
const MOST_BARS = 12;

/** Bars grouped by episode or gradient step, dots where returns are negative, lines where there are many places; whiskers or bands, and the two lines of each group. */
export function returnsChart(panel: Panel, width: number): Node[] {
  const { axis, random, oracle, policies } = panel;
  const entries: LegendEntry[] = policies.map(({ name, group }, i) => ({ name, color: runColor(group ?? i), shape: 'square' }));
  entries.push(
    ...(oracle === null ? [] : [{ name: 'oracle (is told the task)', color: 'var(--ink)', shape: 'line' as const, dash: ORACLE_DASH }]),
    { name: randomName(axis), color: 'var(--ink)', shape: 'line', dash: RANDOM_DASH },
  );
  return [legend(entries), image(random.length > MOST_BARS ? manyPlaces(panel, width) : fewPlaces(panel, width))];
}

const axisLabels = { episode: 'episode', step: 'gradient steps', environment: 'environment' } as const;

/** What both kinds of chart have in common. */
function frame({ tasks, measure = 'return per episode', policies }: Panel, domain: readonly [number, number]) {
  return {
    ...STYLE,
    height: 310,
    marginLeft: 52,
    ariaLabel: `${measure} on ${count(tasks)} unseen tasks; the table below holds the numbers`,
    y: { domain, label: null, grid: true, nice: true, ticks: 6, tickFormat: tickLabel(domain) },
    color: { domain: policies.map(({ name }) => name), range: policies.map(({ group }, i) => runColor(group ?? i)) },
  };
}

/** The name of the y axis, above everything else. */
const named = (measure: string, marginTop: number) =>
  text([`↑ ${measure}`], { frameAnchor: 'top-left', facet: 'super', dx: -52, dy: 12 - marginTop, fill: 'var(--soft)' });

const titleOf = (name: string, place: string, d: number, { value, low, high }: Bar) =>
  `${name}, ${place}\n${number(value, d)} (95 % interval ${number(low, d)} to ${number(high, d)})`;

interface Bar {
  readonly name: string;
  readonly e: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

function barsOf({ policies }: Panel): Bar[] {
  return policies.flatMap(({ name, mean, ci95 }) =>
    mean.map((value, e) => ({ name, e, value, low: ci95[e]?.[0] ?? value, high: ci95[e]?.[1] ?? value })),
  );
}

function domainOf({ random, oracle }: Panel, bars: readonly Bar[]): readonly [number, number] {
  return extentOf([...random, ...(oracle ?? []), ...bars.flatMap(({ value, low, high }) => [value, low, high])]);
}

function fewPlaces(panel: Panel, available: number): SVGSVGElement | HTMLElement {
  const { axis, random, oracle, labels, policies, measure = 'return per episode' } = panel;
  const d = returnDecimals(panel);
  const place = (e: number) => placeLabel(axis, e, labels);
  const bars = barsOf(panel).map((bar) => ({ ...bar, place: place(bar.e), title: titleOf(bar.name, place(bar.e), d, bar) }));
  const line = (values: readonly number[], name: string) => values.map((value, e) => ({ place: place(e), value, name }));
  const domain = domainOf(panel, bars);
  const onZero = standsOnZero(domain);
  const width = Math.min(available, 180 + 90 * bars.length);
  const numbered = width / bars.length >= BAR_WITH_NUMBER;
  const short = axis !== 'environment' && width / random.length < PLACE_WITH_NAME;
  const marginTop = numbered ? 50 : 30;
  const at = { x: 'name', fx: 'place' };
  return plot({
    ...frame(panel, domain),
    width,
    marginTop,
    marginBottom: short ? 40 : 30,
    fx: {
      label: short ? axisLabels[axis] : null,
      labelAnchor: 'center',
      padding: 0.16,
      domain: random.map((_, e) => place(e)),
      ...(short && { tickFormat: (_: string, e: number) => `${axis === 'episode' ? e + 1 : e}` }),
    },
    x: { axis: null, padding: onZero ? 0.22 : 0.45, domain: policies.map(({ name }) => name) },
    marks: [
      named(measure, marginTop),
      onZero ? barY(bars, { ...at, y: 'value', fill: 'name', title: 'title' }) : null,
      domain[0] <= 0 && domain[1] >= 0 ? ruleY([0], { stroke: 'var(--ink)', strokeOpacity: onZero ? 1 : 0.35 }) : null,
      ruleY(line(random, randomName(axis)), lineOptions(RANDOM_DASH, d)),
      ruleY(line(oracle ?? [], 'oracle'), lineOptions(ORACLE_DASH, d)),
      ruleX(bars, { ...at, y1: 'low', y2: 'high', stroke: 'var(--ink)', strokeWidth: 1.5, marker: capMarker }),
      !onZero ? dot(bars, { ...at, y: 'value', r: 6, fill: 'name', stroke: 'var(--paper)', strokeWidth: 1.5, title: 'title' }) : null,
      // Above the frame, where no line and no whisker reaches.
      numbered
        ? text(bars, {
            ...at,
            frameAnchor: 'top',
            lineAnchor: 'bottom',
            dy: -8,
            text: ({ value }: Bar) => number(value, d),
            fill: 'var(--ink)',
            fontWeight: 600,
          })
        : null,
    ],
  });
}

function manyPlaces(panel: Panel, width: number): SVGSVGElement | HTMLElement {
  const { axis, random, oracle, measure = 'return per episode', labels } = panel;
  const d = returnDecimals(panel);
  const first = axis === 'step' ? 0 : 1;
  const bars = barsOf(panel).map((bar) => ({
    ...bar,
    at: bar.e + first,
    title: titleOf(bar.name, placeLabel(axis, bar.e, labels), d, bar),
  }));
  const line = (values: readonly number[]) => values.map((value, e) => ({ at: e + first, value }));
  const dashed = (values: readonly number[], strokeDasharray: string) =>
    lineY(line(values), { x: 'at', y: 'value', stroke: 'var(--ink)', strokeWidth: 1.5, strokeDasharray });
  return plot({
    ...frame(panel, domainOf(panel, bars)),
    width,
    marginTop: 30,
    marginBottom: 40,
    marginRight: 24,
    x: { label: axisLabels[axis], labelAnchor: 'center', labelArrow: 'none' },
    marks: [
      named(measure, 30),
      areaY(bars, { x: 'at', y1: 'low', y2: 'high', z: 'name', fill: 'name', fillOpacity: 0.18 }),
      dashed(random, RANDOM_DASH),
      dashed(oracle ?? [], ORACLE_DASH),
      lineY(bars, { x: 'at', y: 'value', z: 'name', stroke: 'name', strokeWidth: 2 }),
      tip(bars, pointerX({ x: 'at', y: 'value', title: 'title', ...tipStyle })),
    ],
  });
}

const tipStyle = { fill: 'var(--card)', textPadding: 8, lineHeight: 1.35, strokeOpacity: 0.5 };

/** Learning curves: the last episode (or the return after adapting) solid, the first dashed. The pointer shows the numbers of a point. */
export function learningChart(learning: readonly LearningCurve[], width: number): Node[] {
  const points = learning.flatMap(({ name, between, points }) => points.map((point) => ({ name, between, ...point })));
  const d = decimalsFor(points.flatMap(({ first, last }) => [first, last]));
  const two = points.filter(({ between }) => between !== null);
  const title = ({ name, steps, first, last, between }: (typeof points)[number]) => {
    const names = curveNames({ between });
    const returns = names === null ? number(last, d) : `${names[0]} ${number(first, d)}, ${names[1]} ${number(last, d)}`;
    return `${name}, ${count(steps)} steps\n${returns}`;
  };
  const domain = extentOf([...points.flatMap(({ last, low = last, high = last }) => [last, low, high]), ...two.map(({ first }) => first)]);
  const curve = { x: 'steps', stroke: 'name', z: 'name' };
  const marginTop = 30;
  const chart = plot({
    ...STYLE,
    width,
    height: 340,
    marginTop,
    marginLeft: 52,
    marginRight: 24,
    marginBottom: 40,
    ariaLabel: 'Return per episode against environment steps in training; the table below holds the numbers',
    x: { domain: [0, Math.max(1, ...points.map(({ steps }) => steps))] },
    y: { domain, label: null, grid: true, nice: true, ticks: 6, tickFormat: tickLabel(domain) },
    color: { domain: learning.map(({ name }) => name), range: learning.map((_, i) => runColor(i)) },
    marks: [
      named('return per episode in training', marginTop),
      axisX({ label: 'environment steps →', tickFormat: stepsLabel, ticks: Math.max(3, Math.round(width / 130)), labelArrow: 'none' }),
      domain[0] <= 0 && domain[1] >= 0 ? ruleY([0], { stroke: 'var(--line)' }) : null,
      areaY(
        points.filter(({ low }) => low !== undefined),
        { x: 'steps', y1: 'low', y2: 'high', z: 'name', fill: 'name', fillOpacity: 0.18 },
      ),
      lineY(two, { ...curve, y: 'first', strokeWidth: 1.5, strokeDasharray: FIRST_DASH }),
      lineY(points, { ...curve, y: 'last', strokeWidth: 2.25 }),
      tip(points, pointerX({ x: 'steps', y: 'last', stroke: 'name', title, ...tipStyle })),
    ],
  });
  const entries = learning.flatMap(({ name, between }, i): LegendEntry[] => {
    const names = curveNames({ between });
    const last: LegendEntry = { name: names === null ? name : `${name}, ${names[1]}`, color: runColor(i), shape: 'line' };
    return names === null ? [last] : [last, { name: `${name}, ${names[0]}`, color: runColor(i), shape: 'line', dash: FIRST_DASH }];
  });
  return [legend(entries), image(chart)];
}

function lineOptions(dash: string, d: number) {
  const title = ({ name, value }: { name: string; value: number }) => `${name}: ${number(value, d)}`;
  return { y: 'value', fx: 'place', stroke: 'var(--ink)', strokeWidth: 1.5, strokeDasharray: dash, title };
}

/** Numbers of an axis as the tables write them: the decimals that tell its ticks apart. */
function tickLabel([low, high]: readonly [number, number]) {
  const decimals = Math.max(0, Math.ceil(-Math.log10((high - low || 1) / 6)));
  return (value: number) => (decimals === 0 && Math.abs(value) >= 10_000 ? count(value) : number(value, decimals));
}

/** 250 k, 1.5 M. */
function stepsLabel(steps: number): string {
  return steps >= 1e6 ? `${Number((steps / 1e6).toFixed(2))} M` : steps >= 1e3 ? `${Number((steps / 1e3).toFixed(1))} k` : String(steps);
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
