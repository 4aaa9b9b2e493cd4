/** The tables of a report that set runs side by side: differences on shared tasks, performance profiles, kinds of tasks, and what each policy cost. */
import type { Panel, ReportData } from './data.ts';
import { table } from './tables.ts';
import { count, number, placeLabel, returnDecimals } from './text.ts';

/** All policies on common ground, whatever their axes: what each earned at first and at last, and what that cost. Without the cost no two returns compare. */
export function groundTable({ panels }: ReportData): string {
  const d = Math.min(...panels.map(returnDecimals));
  const known = panels.some(({ policies }) => policies.some(({ steps }) => steps !== undefined));
  if (!known) return '';
  const rows = panels.flatMap(({ policies }) =>
    policies.map(({ name, mean, stderr, seeds = [], steps, stepsToAdapt, parameters, of, n }) => {
      const last = mean.length - 1;
      return [
        name,
        last === 0 ? '' : plusMinus(mean[0], stderr[0], d),
        plusMinus(mean[last], stderr[last], d),
        steps === undefined ? '–' : count(steps),
        stepsToAdapt === undefined ? '–' : count(stepsToAdapt),
        parameters === undefined ? '–' : count(parameters),
        seeds.join(', '),
        of === 'seeds' ? `${n} seeds` : of === 'tasks' ? 'tasks, one seed' : '',
      ];
    }),
  );
  const heads = ['Policy', 'First return', 'Last return', 'Steps of training', 'Steps on the task', 'Parameters', 'Seeds', 'Errors over'];
  return table('All policies on common ground, with what they cost', heads, rows);
}

export function kindTable(panel: Panel): string {
  const { axis, labels, policies, measure = 'Return per episode' } = panel;
  const d = returnDecimals(panel);
  const rows = policies.flatMap(({ name, kinds = [] }) =>
    kinds.flatMap(({ kind, tasks, mean, stderr }) =>
      mean.map((value, e) => [name, `${kind} (${count(tasks)})`, placeLabel(axis, e, labels), plusMinus(value, stderr[e], d)]),
    ),
  );
  return rows.length === 0
    ? ''
    : table(`${measure} by kind of task (number of tasks)`, ['Policy', 'Kind', '', 'Mean ± standard error'], rows);
}

export function differenceTable({ differences = [], panels }: ReportData): string {
  if (differences.length === 0) return '';
  const d = Math.min(...panels.map(returnDecimals));
  const rows = differences.map(({ a, b, seeds, difference: { mean, stderr, interval }, improvement }) => [
    `${a} − ${b}`,
    plusMinus(mean, stderr, d),
    interval === null ? '–' : interval.map((x) => number(x, d)).join(' to '),
    `${number(100 * improvement, 0)}\u00a0%`,
    seeds.length === 1 ? 'tasks, one seed' : `${seeds.length} seeds`,
  ]);
  const heads = ['Policies', 'Difference ± standard error', '95 % interval', 'First is better', 'Over'];
  return table('Differences of the last returns, on the same tasks and seeds', heads, rows);
}

export function profileTable({ profile, panels }: ReportData): string {
  if (profile === undefined) return '';
  const d = Math.min(...panels.map(returnDecimals));
  const rows = profile.policies.map(({ name, above }) => [name, ...above.map((share) => `${number(100 * share, 0)}\u00a0%`)]);
  const heads = ['Policy', ...profile.thresholds.map((threshold) => `> ${number(threshold, d)}`)];
  return table('Performance profile: share of tasks and seeds whose last return is above …', heads, rows);
}

const plusMinus = (mean: number, stderr: number | null, d: number) => `${number(mean, d)} ± ${number(stderr, d + 1)}`;
