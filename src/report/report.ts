/**
 * A run's report: one HTML file that asks the network for nothing. Text and tables are in the page itself; the client script (src/report/client/client.ts, bundled)
 * draws the figures from the data embedded beside it. Pure: the same data and script give the same bytes.
 */
import { visibleData } from '../core/visible.ts';
import { beliefFigures } from './beliefs.ts';
import { differenceTable, groundTable, kindTable, profileTable } from './comparisons.ts';
import { compactReport, filmsThatFit, iterationsPerPoint, type Panel, type ReportData } from './data.ts';
import { withPictures } from './pictures.ts';
import { reportStyle } from './style.ts';
import { escapeHtml, learningTable, returnsTable, trialsTable } from './tables.ts';
import { comparison, count, duration, headline, number } from './text.ts';

/** The Content-Security-Policy of the page: the browser refuses every request. */
const POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** `clientScript` is the text of build/report-client.js. The page says its own size. */
export function renderReport(data: ReportData, clientScript: string): string {
  const page = pageOf(withPictures(data), clientScript);
  const size = `${Math.ceil(new TextEncoder().encode(page).length / 1000)} kB`;
  return page.replace(sizeMark, () => size);
}

/** Where the footer says the size; as long as most sizes are. */
const sizeMark = '<!--kB-->';

function pageOf(data: ReportData, clientScript: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="${escapeHtml(`wasmeta ${data.version}`)}">
<title>${escapeHtml(data.title)}</title>
<style>${reportStyle}</style>
</head>
<body>
<main>
${header(data)}
${returnsSection(data)}
${watchSection(data)}
${data.panels.map((panel, p) => trialsSection(data, panel, p)).join('\n')}
${beliefsSection(data)}
${learningSection(data)}
${notesSection(data)}
${repeatSection(data)}
<footer>wasmeta ${escapeHtml(data.version)}. This page is complete in itself (${sizeMark}): no network, no other files.</footer>
</main>
<script type="application/json" id="report-data">${embedJson(visibleData(compactReport(data)))}</script>
<script>${embedScript(clientScript)}</script>
</body>
</html>
`;
}

/** JSON that cannot end its script element: `<` occurs in strings alone, where \\u003c is the same. */
function embedJson(value: unknown): string {
  return JSON.stringify(value).replace(/</g, '\\u003c');
}

/** In JavaScript these two occur in strings, templates and regular expressions, where the backslash changes nothing. */
function embedScript(script: string): string {
  return script.replace(/<\/(script)/gi, '<\\/$1').replace(/<!--/g, '<\\!--');
}

function header({ title, subtitle, env, panels, steps, seconds }: ReportData): string {
  const facts: [string, string][] = [
    ['Environment', env.id],
    ['Preset', env.preset],
    ...(env.horizon > 0 ? ([['Trial', `${env.episodes} × ${env.horizon} steps`]] as [string, string][]) : []),
    ['Reward', env.reward],
    ...(env.tolerance > 0 ? ([['Tolerance', `${env.tolerance} m`]] as [string, string][]) : []),
    ['Trained for', `${count(steps)} steps`],
    ['Time', duration(seconds)],
  ];
  const list = facts.map(([name, value]) => `<div><dt>${name}</dt><dd>${escapeHtml(value)}</dd></div>`).join('\n');
  return `<header>
<h1>${escapeHtml(title)}</h1>
<p class="subtitle">${escapeHtml(subtitle)}</p>
<p class="headline">${escapeHtml(headline(panels[0], panels.flatMap(({ policies }) => policies).length === 1))}</p>
<p>${escapeHtml(comparison(panels))}</p>
<dl class="facts">
${list}
</dl>
</header>`;
}

function returnsSection(data: ReportData): string {
  const { panels } = data;
  const [{ tasks }] = panels;
  const adapts = panels.some((panel) => panel.adapts);
  const figures = panels.map((panel, p) => {
    const heading = panels.length === 1 ? '' : `<h3>${escapeHtml(panelTitle(panel))}</h3>\n`;
    return `${heading}${figure(`returns-${p}`)}${returnsTable(panel)}${kindTable(panel)}`;
  });
  return section(
    'returns',
    adapts ? 'Adaptation to an unseen task' : 'Returns on unseen tasks',
    `A bar or a dot is the mean return of one episode over ${count(tasks)} unseen tasks; its whisker is the 95 % interval of that mean. ${[...new Set(panels.map(habitOf))].join(' ')}`,
    `${figures.join('\n')}${groundTable(data)}${differenceTable(data)}${profileTable(data)}`,
  );
}

function panelTitle({ axis, policies }: Panel): string {
  if (axis === 'step') return 'Learners tested by gradient steps';
  const episodes = policies[0].mean.length;
  return axis === 'environment'
    ? 'In several environments'
    : `Learners tested by episodes: ${episodes === 1 ? 'one episode' : `${episodes} episodes`} a trial`;
}

/** What the values along the axis of a panel say. */
function habitOf({ axis, adapts, oracle }: Panel): string {
  const lines = `the random line${oracle === null ? '' : ' and the line of the oracle, the player who is told the task'}`;
  if (axis === 'step')
    return 'A step is one policy-gradient step on fresh episodes of the same task. A good initialisation improves with the first step. A random initialisation takes the same steps for comparison.';
  return adapts
    ? `A policy that adapts rises from episode to episode, from the random line${oracle === null ? '' : ' towards the line of the oracle, the player who is told the task'}.`
    : `These policies do not change while they play an unseen task: compare them with ${lines}.`;
}

function watchSection({ env, panels }: ReportData): string {
  if (env.played === undefined || filmsThatFit(panels).size === 0) return '';
  return section(
    'watch',
    'Watch unseen trials',
    'Play, or draw the slider through the moments of a trial. Earlier episodes stay as pale traces. With the player focused, the space bar plays and pauses, the arrow keys go moment by moment, and Home and End go to the ends.',
    figure('watch'),
  );
}

function trialsSection({ env, panels }: ReportData, { trials, axis, adapts, context, policies }: Panel, p: number): string {
  if (trials.every(({ episodes, poses }) => episodes.length === 0 && poses === undefined)) return '';
  const id = `trials-${p}`;
  const whose = panels.length === 1 ? '' : ` of ${policies[0].name}`;
  if (env.body)
    return section(
      id,
      `A few unseen trials${whose}, seen from the side`,
      `Each strip is one episode and shows one pose a second, the last one darkest, so the gaps between poses show the speed. The policy is ${context ? '' : 'not '}told the task. All strips have the same scale. Positions are sums of the torso’s speed.`,
      `${figure(id)}<details><summary>Returns as a table</summary>${trialsTable(trials, axis, ({ asks = '' }) => asks)}</details>`,
    );
  const goal =
    env.aim === 'direction'
      ? 'The arrow is the direction that pays'
      : [
          'The cross is the goal',
          trials[0].tolerance > 0 && 'the disc around it is the tolerance',
          env.goalArc?.caption,
          env.second && `the grey path is that of the ${env.second}`,
        ]
          .filter(Boolean)
          .join('; ');
  const habit =
    axis === 'step'
      ? ' A line is one episode after the number of gradient steps that its colour shows.'
      : adapts
        ? ' A policy that has learned to adapt searches in the first episode and goes straight in the last.'
        : '';
  return section(
    id,
    `A few unseen trials${whose}, seen from above`,
    `Each panel is one task, and the policy is ${context ? '' : 'not '}told the task. ${goal}. Every episode starts at the ring and ends at a dot.${habit} Axes are in ${env.lengths}.`,
    `${figure(id)}<details><summary>Returns as a table</summary>${trialsTable(trials, axis)}</details>`,
  );
}

function beliefsSection({ beliefs }: ReportData): string {
  if (beliefs === undefined) return '';
  const { kl, stderr, uniform, tasks } = beliefs;
  return section(
    'beliefs',
    'The belief about the goal',
    `The bluer a cell is, the more probable it is that the cell holds the goal. The upper row is the exact posterior given all observations so far; the lower row is the belief of the policy’s own model. The cross is the goal, and the ring is the agent after the number of steps above the panel. Over ${count(tasks)} unseen tasks the KL divergence of the exact posterior from the belief is ${kl.toFixed(3)} ± ${number(stderr, 3)} nat; from a uniform belief it is ${uniform.toFixed(2)}.`,
    beliefFigures(beliefs),
  );
}

function learningSection({ learning }: ReportData): string {
  if (learning.length === 0) return '';
  const averaged = Math.max(...learning.map(({ points }) => iterationsPerPoint(points)));
  const has = (between: 'episodes' | 'gradient steps') => learning.some((curve) => curve.between === between);
  const lines = [
    has('episodes') &&
      'A solid line is the last episode of a trial, a dashed line the first. The gap between the two lines of a run is what it gains from episode to episode.',
    has('gradient steps') &&
      `${has('episodes') ? 'For learners that adapt by gradient steps a' : 'A'} solid line is the return after adapting, a dashed line the return before. The gap between the two lines of a run is the gain by its gradient steps.`,
    learning.every(({ between }) => between === null) && 'A line is the mean return over the episodes of an iteration.',
    learning.some(({ points }) => points[0]?.low !== undefined) && 'A band reaches from the lowest to the highest solid line of the seeds.',
    averaged > 1 && `A point is the mean of up to ${averaged} iterations.`,
  ];
  return section(
    'learning',
    'Learning',
    lines.filter(Boolean).join(' '),
    `${figure('learning')}<details><summary>Numbers as a table</summary>${learningTable(learning)}</details>`,
  );
}

function notesSection({ notes }: ReportData): string {
  if (notes.length === 0) return '';
  return `<section aria-labelledby="notes"><h2 id="notes">Notes</h2>
<ul class="notes">${notes.map((note) => `<li>${escapeHtml(note)}</li>`).join('\n')}</ul></section>`;
}

function repeatSection({ runs }: ReportData): string {
  const each = runs.map(
    ({ name, command, configText, weightsHash }) => `<h3>${escapeHtml(name)}</h3>
<pre class="copy"><code>${escapeHtml(command)}</code></pre>
<p>SHA-256 of the weights:</p><pre class="copy"><code>${escapeHtml(weightsHash)}</code></pre>
<details><summary>Configuration</summary><pre><code>${escapeHtml(configText)}</code></pre></details>`,
  );
  return `<section aria-labelledby="repeat"><h2 id="repeat">Repeat it</h2>
<p class="how">The same version, configuration and seed give the same weights, bit for bit, for any number of workers.</p>
${each.join('\n')}</section>`;
}

function section(id: string, title: string, how: string, content: string): string {
  return `<section aria-labelledby="${id}-title"><h2 id="${id}-title">${escapeHtml(title)}</h2>
<p class="how"><b>How to read this.</b> ${escapeHtml(how)}</p>
${content}</section>`;
}

/** An empty figure that the client script fills. Its text stays if no script runs. */
function figure(id: string): string {
  return `<div class="figure" id="${id}"><p class="caption">The figure is drawn by this page’s script, which has not run. The table holds the same numbers.</p></div>`;
}
