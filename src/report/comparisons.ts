/** The tables of a report that set runs side by side: differences on shared tasks, performance profiles, kinds of tasks, and what each policy cost. */
import { overWhat } from '../core/estimates.ts';
import type { ReportData } from './data.ts';
import { table } from './tables.ts';
import { count, number, placeLabel, returnDecimals } from './text.ts';

/** What each policy cost, without which no two returns compare. */
export function budgetTable({ adaptation: { policies } }: ReportData): string {
  const known = policies.filter(({ steps }) => steps !== undefined);
  if (known.length === 0) return '';
  const rows = known.map(({ name, seeds = [], steps = 0, parameters = 0, of, n }) => [
    name,
    seeds.join(', '),
    count(steps),
    count(parameters),
    of === undefined || n === undefined ? '' : overWhat({ of, n }),
  ]);
  return table('What each policy cost, and what its errors are over', ['Policy', 'Seeds', 'Steps', 'Parameters', 'Errors'], rows);
}

export function kindTable({ adaptation }: ReportData): string {
  const { axis, labels, policies, measure = 'Return per episode' } = adaptation;
  const d = returnDecimals(adaptation);
  const rows = policies.flatMap(({ name, kinds = [] }) =>
    kinds.flatMap(({ kind, tasks, mean, stderr }) =>
      mean.map((value, e) => [name, `${kind} (${count(tasks)})`, placeLabel(axis, e, labels), plusMinus(value, stderr[e], d)]),
    ),
  );
  return rows.length === 0
    ? ''
    : table(`${measure} by kind of task (number of tasks)`, ['Policy', 'Kind', '', 'Mean ± standard error'], rows);
}

export function differenceTable({ differences = [], adaptation }: ReportData): string {
  if (differences.length === 0) return '';
  const d = returnDecimals(adaptation);
  const rows = differences.map(({ a, b, seeds, difference: { mean, stderr, interval }, improvement }) => [
    `${a} − ${b}`,
    plusMinus(mean, stderr, d),
    interval === null ? '–' : interval.map((x) => number(x, d)).join(' to '),
    `${number(100 * improvement, 0)}\u00a0%`,
    seeds.length === 1 ? 'tasks, one seed' : `${seeds.length} seeds`,
  ]);
  const heads = ['Policies', 'Difference ± standard error', '95 % interval', 'First is better', 'Over'];
  return table('Differences after adapting, on the same tasks and seeds', heads, rows);
}

export function profileTable({ profile, adaptation }: ReportData): string {
  if (profile === undefined) return '';
  const d = returnDecimals(adaptation);
  const rows = profile.policies.map(({ name, above }) => [name, ...above.map((share) => `${number(100 * share, 0)}\u00a0%`)]);
  const heads = ['Policy', ...profile.thresholds.map((threshold) => `> ${number(threshold, d)}`)];
  return table('Performance profile: share of tasks and seeds above a return, after adapting', heads, rows);
}

const plusMinus = (mean: number, stderr: number | null, d: number) => `${number(mean, d)} ± ${number(stderr, d + 1)}`;
