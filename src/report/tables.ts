/** The tables beside a report's figures. They hold the numbers of the figures, for readers who cannot see a figure or want the digits. */
import { visible } from '../core/visible.ts';
import type { Axis, LearningCurve, Panel, ReportTrial } from './data.ts';
import { count, curveNames, decimalsFor, number, placeLabel, randomName, returnDecimals, share, shareKind } from './text.ts';

/** Rows of a learning curve's table. */
const LEARNING_ROWS = 9;

/** Text for the page: inert, and without control characters. */
export function escapeHtml(text: string): string {
  return visible(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&#39;');
}

const axisNames = { episode: 'Episode', step: 'Gradient steps', environment: 'Environment' } as const;

export function returnsTable(panel: Panel): string {
  const { axis, random, oracle, policies, labels, measure = 'Return per episode' } = panel;
  const place = (e: number) => (axis === 'environment' ? placeLabel(axis, e, labels) : axis === 'episode' ? `${e + 1}` : `${e}`);
  const d = returnDecimals(panel);
  const kind = shareKind(panel);
  const part = (value: number, e: number) => (kind === null ? [] : [share(panel, value, e)]);
  const rows = policies.flatMap(({ name, mean, stderr, iqm, ci95 }) =>
    mean.map((value, e) => [
      name,
      place(e),
      `${number(value, d)} ± ${number(stderr[e], d + 1)}`,
      ci95[e]?.map((end) => number(end, d)).join(' to ') ?? '–',
      number(iqm[e], d),
      ...part(value, e),
    ]),
  );
  const lines = [[randomName(axis), random] as const, ['oracle (is told the task)', oracle ?? []] as const].flatMap(([name, values]) =>
    values.map((value, e) => [name, place(e), number(value, d), '', '', ...part(value, e)]),
  );
  const shares = kind === null ? [] : [kind === 'of oracle' ? '% of oracle' : '% of the way'];
  const heads = ['Policy', axisNames[axis], 'Mean ± standard error', '95 % interval', 'IQM', ...shares];
  return table(`${measure} on ${count(panel.tasks)} unseen tasks`, heads, [...rows, ...lines]);
}

export function learningTable(learning: readonly LearningCurve[]): string {
  const d = decimalsFor(learning.flatMap(({ points }) => points.flatMap(({ first, last }) => [first, last])));
  const rows = learning.flatMap(({ name, between, points }) =>
    spread(points.length).map((i) => {
      const { steps, first, last, mean } = points[i];
      return [name, count(steps), between === null ? '' : number(first, d), number(last, d), number(mean, d)];
    }),
  );
  const named = [...new Set(learning.flatMap((curve) => curveNames(curve)?.join() ?? []))];
  const [first, last] = named.length === 1 ? named[0].split(',') : ['First return', 'Last return'];
  const capital = (text: string) => text[0].toUpperCase() + text.slice(1);
  return table('Return per episode in training', ['Run', 'Steps', capital(first), capital(last), 'All episodes'], rows);
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
