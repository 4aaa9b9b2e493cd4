/** The data behind each figure of a report as CSV (RFC 4180): what a reader needs to draw the figure anew. */
import type { LearningCurve, Panel } from './data.ts';
import { placeLabel } from './text.ts';

type Cell = string | number | null | undefined;

const cell = (value: Cell): string => {
  const text = value === null || value === undefined ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

const csv = (rows: readonly (readonly Cell[])[]): string => rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');

/** A row for each policy and place of the axis, then the rows of random play and of the oracle. */
export function returnsCsv({ axis, labels, policies, random, oracle, tasks }: Panel): string {
  const place = (e: number) => placeLabel(axis, e, labels);
  const yardsticks = [['random', random] as const, ['oracle', oracle ?? []] as const];
  return csv([
    ['policy', 'place', 'mean', 'standard error', '95 % low', '95 % high', 'interquartile mean', 'tasks'],
    ...policies.flatMap(({ name, mean, stderr, ci95, iqm }) =>
      mean.map((value, e) => [name, place(e), value, stderr[e], ci95[e]?.[0], ci95[e]?.[1], iqm[e], tasks]),
    ),
    ...yardsticks.flatMap(([name, values]) => values.map((value, e) => [name, place(e), value, null, null, null, null, tasks])),
  ]);
}

/** The drawn points: long trainings are averaged over neighbouring iterations. */
export function learningCsv(learning: readonly LearningCurve[]): string {
  return csv([
    ['run', 'steps', 'first', 'last', 'mean', 'lowest last', 'highest last'],
    ...learning.flatMap(({ name, points }) =>
      points.map(({ steps, first, last, mean, low, high }) => [name, steps, first, last, mean, low, high]),
    ),
  ]);
}

/** A row for each position; for a body, a row for each pose, with all its coordinates. */
export function trialsCsv({ trials, axis }: Panel): string {
  const widest = Math.max(2, ...trials.flatMap(({ poses = [] }) => poses.flat().map((q) => q.length)));
  const names = widest === 2 ? ['x', 'y'] : Array.from({ length: widest }, (_, i) => `q${i}`);
  return csv([
    ['trial', 'task', 'place', 'return', 'body', 'time', ...names],
    ...trials.flatMap(({ task, asks, episodes, second = [], poses = [], returns }, n) => {
      const rows = (body: string, ways: readonly (readonly (readonly number[])[])[]) =>
        ways.flatMap((way, e) => way.map((at, t) => [n + 1, asks ?? task.join(' '), placeLabel(axis, e), returns[e], body, t, ...at]));
      return [...rows('first', episodes), ...rows('second', second), ...rows('pose', poses)];
    }),
  ]);
}
