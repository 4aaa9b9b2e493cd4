/** The tables beside a report's figures. They hold the numbers of the figures, for readers who cannot see a figure or want the digits. */
import type { Adaptation, Axis, LearningCurve, ReportTrial } from './data.ts';
import { count, decimalsFor, number, placeLabel, randomName, returnDecimals, share, shareKind } from './text.ts';

/** Rows of a learning curve's table. */
const LEARNING_ROWS = 9;

export function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&#39;');
}

const axisNames = { episode: 'Episode', step: 'Gradient steps', environment: 'Environment' } as const;

export function adaptationTable(adaptation: Adaptation): string {
  const { axis, random, oracle, policies, labels, measure = 'Return per episode' } = adaptation;
  const place = (e: number) => (axis === 'environment' ? placeLabel(axis, e, labels) : axis === 'episode' ? `${e + 1}` : `${e}`);
  const d = returnDecimals(adaptation);
  const interval = (of: readonly [number, number] | null | undefined) =>
    of === undefined ? '' : of === null ? '–' : `${number(of[0], d)} to ${number(of[1], d)}`;
  const rows = policies.flatMap(({ name, mean, stderr, iqm, ci95, iqmCi95 }) =>
    mean.map((value, e) => [
      name,
      place(e),
      `${number(value, d)} ± ${number(stderr[e], d + 1)}`,
      interval(ci95[e]),
      number(iqm[e], d),
      interval(iqmCi95?.[e]),
      ...(oracle === null ? [] : [share(adaptation, value, e)]),
    ]),
  );
  const kind = shareKind(adaptation);
  const lines = [[randomName(axis), random] as const, ['oracle (is told the task)', oracle ?? []] as const].flatMap(([name, values]) =>
    values.map((value, e) => [name, place(e), number(value, d), '', '', '', ...(kind === null ? [] : [share(adaptation, value, e)])]),
  );
  const heads = [
    'Policy',
    axisNames[axis],
    'Mean ± standard error',
    '95 % interval',
    'IQM',
    '95 % interval',
    ...(kind === null ? [] : [kind === 'of oracle' ? '% of oracle' : '% of the way']),
  ];
  return table(`${measure} on ${count(adaptation.tasks)} unseen tasks`, heads, [...rows, ...lines]);
}

export function learningTable(learning: readonly LearningCurve[], axis: Axis): string {
  const d = decimalsFor(learning.flatMap(({ points }) => points.flatMap(({ first, last }) => [first, last])));
  const rows = learning.flatMap(({ name, points }) =>
    spread(points.length).map((i) => {
      const { steps, first, last, mean } = points[i];
      return [name, count(steps), number(first, d), number(last, d), number(mean, d)];
    }),
  );
  const heads = axis !== 'step' ? ['First episode', 'Last episode', 'All episodes'] : ['Before adapting', 'After adapting', 'Last'];
  return table('Return per episode in training', ['Run', 'Steps', ...heads], rows);
}

export function trialsTable(trials: readonly ReportTrial[], axis: Axis, taskName: (trial: ReportTrial) => string = place): string {
  const d = decimalsFor(trials.flatMap(({ returns }) => returns));
  const episodes = Math.max(0, ...trials.map(({ returns }) => returns.length));
  const heads = ['Trial', 'Task', ...Array.from({ length: episodes }, (_, e) => placeLabel(axis, e))];
  const rows = trials.map((trial, i) => [
    `${i + 1}`,
    taskName(trial),
    ...Array.from({ length: episodes }, (_, e) => number(trial.returns[e], d)),
  ]);
  return table('Returns of the trials drawn', heads, rows);
}

const place = ({ task }: ReportTrial) => `(${number(task[0], 2)}, ${number(task[1], 2)})`;

/** Up to LEARNING_ROWS indices, evenly spread, the first and the last among them. */
function spread(length: number): number[] {
  const rows = Math.min(length, LEARNING_ROWS);
  return Array.from({ length: rows }, (_, r) => (rows === 1 ? 0 : Math.round((r * (length - 1)) / (rows - 1))));
}

/** A row that starts a new name gets a line above; a repeated name stays there for screen readers only. */
export function table(caption: string, heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = heads.map((text) => `<th scope="col">${escapeHtml(text)}</th>`).join('');
  const body = rows.map((cells, r) => {
    const repeated = r > 0 && rows[r - 1][0] === cells[0];
    const name = repeated ? `<span class="quiet">${escapeHtml(cells[0])}</span>` : escapeHtml(cells[0]);
    const rest = cells.slice(1).map((text) => `<td>${escapeHtml(text)}</td>`);
    return `<tr${repeated ? '' : ' class="group"'}><th scope="row">${name}</th>${rest.join('')}</tr>`;
  });
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(caption)}"><table><caption>${escapeHtml(caption)}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${body.join('\n')}
</tbody></table></div>`;
}
