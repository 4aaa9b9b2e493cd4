/**
 * A run's report: one HTML file that asks the network for nothing. Text and tables are in the page itself; the client script (src/report/client/client.ts, bundled)
 * draws the figures from the data embedded beside it. Pure: the same data and script give the same bytes.
 */
import { beliefFigures } from './beliefs.ts';
import { budgetTable, differenceTable, kindTable, profileTable } from './comparisons.ts';
import { compactReport, hasTwoReturns, iterationsPerPoint, type ReportData } from './data.ts';
import { reportStyle } from './style.ts';
import { adaptationTable, escapeHtml, learningTable, trialsTable } from './tables.ts';
import { comparison, count, duration, headline, number } from './text.ts';

/** The Content-Security-Policy of the page: the browser refuses every request. */
const POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** `clientScript` is the text of build/report-client.js. */
export function renderReport(data: ReportData, clientScript: string): string {
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
${adaptationSection(data)}
${trialsSection(data)}
${beliefsSection(data)}
${learningSection(data)}
${notesSection(data)}
${repeatSection(data)}
<footer>wasmeta ${escapeHtml(data.version)}. This page is complete in itself: no network, no other files.</footer>
</main>
<script type="application/json" id="report-data">${embedJson(compactReport(data))}</script>
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

function header({ title, subtitle, env, adaptation, steps, seconds }: ReportData): string {
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
<p class="headline">${escapeHtml(headline(adaptation))}</p>
<p>${escapeHtml(comparison(adaptation))}</p>
<dl class="facts">
${list}
</dl>
</header>`;
}

function adaptationSection(data: ReportData): string {
  const { adaptation } = data;
  return section(
    'adaptation',
    'Adaptation to an unseen task',
    `A bar is the mean return of one episode over ${count(adaptation.tasks)} unseen tasks; its whisker is the 95 % interval of that mean. ` +
      (adaptation.axis !== 'step'
        ? `A policy that adapts rises from episode to episode, from the random line${adaptation.oracle === null ? '' : ' towards the line of the oracle, the player who is told the task'}.`
        : 'A step is one policy-gradient step on fresh episodes of the same task. A good initialisation improves with the first step. A random initialisation takes the same steps for comparison.'),
    `${figure('adaptation')}${adaptationTable(adaptation)}${kindTable(data)}${budgetTable(data)}${differenceTable(data)}${profileTable(data)}`,
  );
}

function trialsSection({ trials, env, adaptation: { axis } }: ReportData): string {
  if (trials.length === 0) return '';
  if (env.body)
    return section(
      'trials',
      'A few unseen trials, seen from the side',
      `Each strip is one episode and shows one pose a second, the last one darkest, so the gaps between poses show the speed. The policy is ${env.context ? '' : 'not '}told the task. All strips have the same scale. Positions are sums of the torso’s speed.`,
      `${figure('trials')}<details><summary>Returns as a table</summary>${trialsTable(trials, axis, ({ asks = '' }) => asks)}</details>`,
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
      : env.episodes > 1
        ? ' A policy that has learned to adapt searches in the first episode and goes straight in the last.'
        : '';
  return section(
    'trials',
    'A few unseen trials, seen from above',
    `Each panel is one task, and the policy is ${env.context ? '' : 'not '}told the task. ${goal}. Every episode starts at the ring and ends at a dot.${habit} Axes are in ${env.lengths}.`,
    `${figure('trials')}<details><summary>Returns as a table</summary>${trialsTable(trials, axis)}</details>`,
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

function learningSection({ learning, env, adaptation }: ReportData): string {
  if (learning.length === 0) return '';
  const averaged = Math.max(...learning.map(({ points }) => iterationsPerPoint(points)));
  return section(
    'learning',
    'Learning',
    (hasTwoReturns({ adaptation, env })
      ? adaptation.axis === 'step'
        ? 'A solid line is the return after adapting, a dashed line the return before. The gap between the two lines of a run is the gain by its gradient steps.'
        : 'A solid line is the last episode of a trial, a dashed line the first. The gap between the two lines of a run is the gain by its memory.'
      : 'A line is the mean return over the episodes of an iteration.') +
      (learning.some(({ points }) => points[0]?.low !== undefined)
        ? ' A band reaches from the lowest to the highest solid line of the seeds.'
        : '') +
      (averaged > 1 ? ` A point is the mean of up to ${averaged} iterations.` : ''),
    `${figure('learning')}<details><summary>Numbers as a table</summary>${learningTable(learning, adaptation.axis)}</details>`,
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
  return `<section aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>
<p class="how"><b>How to read this.</b> ${escapeHtml(how)}</p>
${content}</section>`;
}

/** An empty figure that the client script fills. Its text stays if no script runs. */
function figure(id: string): string {
  return `<div class="figure" id="${id}"><p class="caption">The figure is drawn by this page’s script, which has not run. The table holds the same numbers.</p></div>`;
}
