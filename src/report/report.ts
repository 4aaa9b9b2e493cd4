/**
 * A run's report: one HTML file that asks the network for nothing. Text and tables are in the page itself; the client script (src/report/client/client.ts, bundled)
 * draws the figures from the data embedded beside it. Pure: the same data and script give the same bytes.
 */
import { beliefFigures } from './beliefs.ts';
import { compactReport, hasTwoReturns, iterationsPerPoint, type ReportData } from './data.ts';
import { reportStyle } from './style.ts';
import { adaptationTable, escapeHtml, learningTable, trialsTable } from './tables.ts';
import { askedFor, comparison, count, duration, headline } from './text.ts';

/** The page's own rule that nothing is fetched, kept by the browser. */
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
export function embedJson(value: unknown): string {
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
    ['Trial', `${env.episodes} × ${env.horizon} steps`],
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

function adaptationSection({ adaptation }: ReportData): string {
  return section(
    'adaptation',
    'Adaptation to an unseen task',
    `A bar is the mean return of one episode over ${count(adaptation.tasks)} unseen tasks, its whisker the 95 % interval of that mean. ` +
      (adaptation.axis === 'episode'
        ? `A policy that adapts rises from episode to episode, from the random line${adaptation.oracle === null ? '' : ' towards the line of one who knows the goal'}.`
        : 'A step is a policy-gradient step on episodes of the task itself, each on fresh ones. A good initialisation rises with the first; a random one takes the same steps.'),
    `${figure('adaptation')}${adaptationTable(adaptation)}`,
  );
}

function trialsSection({ trials, env, adaptation: { axis } }: ReportData): string {
  if (trials.length === 0) return '';
  if (env.body)
    return section(
      'trials',
      'A few unseen trials, seen from the side',
      `Each strip is one episode, one pose a second, the last the darkest: the gaps are the speed. The policy is ${env.context ? '' : 'not '}told what is asked for. All are to one scale; places along the way are summed from the torso’s speed.`,
      `${figure('trials')}<details><summary>Returns as a table</summary>${trialsTable(trials, axis, (trial) => askedFor(trial, env.reward))}</details>`,
    );
  const goal =
    env.reward === 'direction'
      ? 'The arrow is the direction that pays'
      : [
          'The cross is the goal',
          trials[0].tolerance > 0 && 'its disc the tolerance',
          env.preset.includes('semicircle') && 'the thin arc where goals can lie',
          env.second && `the grey path that of the ${env.second}`,
        ]
          .filter(Boolean)
          .join(', ');
  const habit =
    axis === 'step'
      ? ' A line is one episode after so many gradient steps on the task.'
      : env.episodes > 1
        ? ' A policy that has learned to adapt searches in the first episode and goes straight in the last.'
        : '';
  return section(
    'trials',
    'A few unseen trials, seen from above',
    `Each panel is one task, and the policy is ${env.context ? '' : 'not '}told which. ${goal}. Every episode starts at the ring and ends at a dot.${habit} Axes are in ${env.lengths}.`,
    `${figure('trials')}<details><summary>Returns as a table</summary>${trialsTable(trials, axis)}</details>`,
  );
}

function beliefsSection({ beliefs }: ReportData): string {
  if (beliefs === undefined) return '';
  const { kl, stderr, uniform, tasks } = beliefs;
  return section(
    'beliefs',
    'What is believed of the goal',
    `The bluer a cell, the likelier it holds the goal: above by exact inference from all that was seen, below by the policy’s own model. The cross is the goal, the ring the walker after so many steps of the trial. Over ${count(tasks)} unseen tasks the divergence of the belief from the exact posterior is ${kl.toFixed(3)} ± ${stderr.toFixed(3)} nat, that of the uniform belief ${uniform.toFixed(2)}.`,
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
        ? 'Solid lines are the episodes after adapting, dashed lines those before. The gap between a run’s two lines is what its gradient steps gain.'
        : 'Solid lines are the last episode of a trial, dashed lines the first. The gap between a run’s two lines is what it gains by remembering.'
      : 'A line is the mean return of an iteration’s episodes.') +
      (learning.some(({ points }) => points[0]?.low !== undefined)
        ? ' A band reaches from the least to the greatest solid line of the seeds.'
        : '') +
      (averaged > 1 ? ` A drawn point averages up to ${averaged} iterations.` : ''),
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

/** The client draws into it; its text stays where no script runs. */
function figure(id: string): string {
  return `<div class="figure" id="${id}"><p class="caption">The figure is drawn by this page’s script, which has not run. The table holds the same numbers.</p></div>`;
}
