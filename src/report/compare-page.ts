/** The page of `wasmeta compare`: returns of every learner, episode by episode or step by step, between random play and the oracle. No script. */
import { type Estimate, overWhat } from '../core/estimates.ts';
import { reportStyle } from './style.ts';
import { escapeHtml } from './tables.ts';
import { count, decimalsFor, extentOf, number } from './text.ts';

export interface ComparedRow {
  readonly setting: string;
  /** What the player knows about the task. */
  readonly knows: string;
  /** "episode 1", "2 steps". */
  readonly axis: string;
  readonly mean: number;
  /** By the rule of core/estimates.ts: over the means of several seeds, or over the tasks or experts of one. */
  readonly stderr: number | null;
  readonly ci95: readonly [low: number, high: number] | null;
  readonly seeds: readonly number[];
  /** Environment steps of training of each seed, and parameters of the policy that acts; null where nothing is trained. */
  readonly steps: number | null;
  readonly parameters: number | null;
}

interface Comparison {
  readonly title: string;
  readonly subtitle: string;
  readonly command: string;
  readonly version: string;
  readonly rows: readonly ComparedRow[];
  readonly pairs: readonly ComparedDifference[];
}

/** The last returns of two learners (the last place of each axis), on the unseen tasks that both played, seed by seed. */
export interface ComparedDifference {
  readonly a: string;
  readonly b: string;
  /** Unseen tasks of each seed. */
  readonly tasks: number;
  /** a − b. */
  readonly difference: Estimate;
  /** Share of the tasks on which a earns more than b; equal returns count half. */
  readonly improvement: number;
}

const [width, height, left, bottom] = [912, 340, 64, 52];
const [top, right] = [12, 62];

export function renderComparison({ title, subtitle, command, version, rows, pairs }: Comparison): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${reportStyle}</style>
</head>
<body>
<main>
<header><h1>${escapeHtml(title)}</h1><p class="subtitle">${escapeHtml(subtitle)}</p></header>
<section aria-labelledby="returns-title"><h2 id="returns-title">Return on unseen tasks</h2>
<p class="how"><b>How to read this.</b> A dot is the mean return of one episode of a trial, or of an episode after a number of gradient steps; the first dot of a learner is the palest. Its whisker is the 95 % interval, over seeds if there are several and over tasks otherwise. A policy that is told the task needs one episode. A policy that infers the task or adapts to it starts low and ends near the others. The dashed lines are random play and, where there is one, the oracle. The oracle is the player who is told the task.</p>
<div class="figure scroll" tabindex="0" role="region" aria-label="The figure">${chart(rows)}</div>
<div class="scroll">${numbers(rows)}</div></section>
${differences(pairs)}
<section aria-labelledby="repeat-title"><h2 id="repeat-title">Repeat it</h2><pre class="copy"><code>${escapeHtml(command)}</code></pre></section>
<footer>wasmeta ${escapeHtml(version)}. This page is complete in itself: no network, no other files.</footer>
</main>
</body>
</html>
`;
}

const references = ['random', 'oracle'];

function chart(rows: readonly ComparedRow[]): string {
  const [low, high] = extentOf(rows.flatMap(({ mean, ci95 }) => [mean, ...(ci95 ?? [])]));
  const y = (value: number) => top + (height - top - bottom) * (1 - (value - low) / (high - low || 1));
  const end = width - right;
  const names = [...new Set(rows.map(({ setting }) => setting))].filter((name) => !references.includes(name));
  const column = (end - left) / Math.max(1, names.length);
  const { ticks, decimals } = roundTicks(low, high);
  const grid = ticks.map(
    (value) =>
      `<line x1="${left}" x2="${end}" y1="${y(value)}" y2="${y(value)}" stroke="var(--line)"/>` +
      text(left - 8, y(value) + 4, number(value, decimals), 'end', 'var(--soft)'),
  );
  // Their names stand beside the chart, where no line reaches, and apart from one another.
  const known = rows.filter(({ setting }) => references.includes(setting)).sort((a, b) => b.mean - a.mean);
  const beside = apart(known.map(({ mean }) => y(mean) + 4));
  const lines = known.map(
    ({ setting, mean }, i) =>
      `<line x1="${left}" x2="${end}" y1="${y(mean)}" y2="${y(mean)}" stroke="var(--goal)" stroke-dasharray="5 4"/>` +
      text(end + 6, beside[i], setting, 'start', 'var(--goal)'),
  );
  const dots = names.flatMap((name, i) => {
    const own = rows.filter(({ setting }) => setting === name);
    const middle = left + (i + 0.5) * column;
    const gap = Math.min(22, (0.7 * column) / own.length);
    return [
      ...own.map(({ axis, mean, ci95 }, e) => {
        const [least, most] = ci95 ?? [mean, mean];
        const x = middle + (e - (own.length - 1) / 2) * gap;
        const shade = own.length === 1 ? 1 : 0.35 + (0.65 * e) / (own.length - 1);
        return `<g opacity="${shade.toFixed(2)}"><title>${escapeHtml(`${name}, ${axis}: ${mean}, 95 % interval ${least} to ${most}`)}</title><line x1="${x}" x2="${x}" y1="${y(least)}" y2="${y(most)}" stroke="var(--run-1)" stroke-width="1.5"/><circle cx="${x}" cy="${y(mean)}" r="4.5" fill="var(--run-1)"/></g>`;
      }),
      text(middle, height - bottom + 20, name, 'middle', 'var(--ink)'),
      text(middle, height - bottom + 37, own[0].knows, 'middle', 'var(--soft)'),
    ];
  });
  return `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Mean returns; the table holds the same numbers.">${[...grid, ...lines, ...dots].join('')}</svg>`;
}

const lineHeight = 15;

/** Places of labels from top to bottom, each moved down where it would touch the one above. */
function apart(places: readonly number[]): number[] {
  const moved: number[] = [];
  for (const place of places) moved.push(Math.max(place, (moved.at(-1) ?? -Infinity) + lineHeight));
  return moved;
}

/** About five round numbers between two values. */
function roundTicks(low: number, high: number): { ticks: number[]; decimals: number } {
  const least = (high - low || 1) / 5;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = power * ([1, 2, 5].find((times) => times * power >= least) ?? 10);
  const first = Math.ceil(low / step);
  const ticks = Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step);
  return { ticks, decimals: Math.max(0, -Math.floor(Math.log10(step))) };
}

function text(x: number, y: number, content: string, anchor: string, fill: string): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="${fill}" font-size="12.5">${escapeHtml(content)}</text>`;
}

function numbers(rows: readonly ComparedRow[]): string {
  const decimals = decimalsFor(rows.map(({ mean }) => mean));
  const lines = rows.map(
    ({ setting, knows, axis, mean, stderr, ci95, seeds, steps, parameters }, i) =>
      `<tr${setting === rows[i - 1]?.setting ? '' : ' class="group"'}><th scope="row">${escapeHtml(setting)}</th><td>${escapeHtml(knows)}</td><td>${escapeHtml(axis)}</td><td>${number(mean, decimals)} ± ${number(stderr, decimals + 1)}</td><td>${ci95?.map((x) => number(x, decimals)).join(' … ') ?? '–'}</td><td>${steps === null ? '–' : count(steps)}</td><td>${parameters === null ? '–' : count(parameters)}</td><td>${seeds.length === 0 ? '–' : seeds.join(', ')}</td></tr>`,
  );
  return `<table><thead><tr><th></th><th>the task</th><th></th><th>return ± standard error</th><th>95 % interval</th><th>steps</th><th>parameters</th><th>seeds</th></tr></thead><tbody>
${lines.join('\n')}
</tbody></table>`;
}

function differences(pairs: readonly ComparedDifference[]): string {
  if (pairs.length === 0) return '';
  const decimals = decimalsFor(pairs.map(({ difference }) => difference.mean));
  const lines = pairs.map(
    ({ a, b, tasks, difference, improvement }) =>
      `<tr><td>${escapeHtml(`${a} − ${b}`)}</td><td>${number(difference.mean, decimals)} ± ${number(difference.stderr, decimals + 1)}</td><td>${difference.interval?.map((x) => number(x, decimals)).join(' … ') ?? '–'}</td><td>${number(100 * improvement, 0)} %</td><td>${count(tasks)}</td></tr>`,
  );
  return `<section aria-labelledby="pairs-title"><h2 id="pairs-title">Differences on the same tasks</h2>
<p class="how"><b>How to read this.</b> The last returns of two learners (of the last episode, or after the last gradient step), subtracted task by task, so that what the tasks have in common cancels. Errors are ${overWhat(pairs[0].difference)}. The share says on how many of the tasks the first earns more.</p>
<div class="scroll"><table><thead><tr><th>learners</th><th>difference ± standard error</th><th>95 % interval</th><th>first earns more</th><th>tasks</th></tr></thead><tbody>
${lines.join('\n')}
</tbody></table></div></section>`;
}
