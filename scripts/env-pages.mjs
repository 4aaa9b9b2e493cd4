/**
 * Writes docs/envs/<name>.md from the specs and docs/metrics.md from the table of metrics, so that none is typed by hand: `node scripts/env-pages.mjs`.
 * test/envs/pages.test.ts compares.
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { wayBack } from './way-back.mjs';

const number = (x) => (x === Infinity ? '∞' : x === -Infinity ? '−∞' : String(x).replace('-', '−'));
const rows = (head, lines) => [
  `| ${head.join(' | ')} |`,
  `|${head.map(() => '---').join('|')}|`,
  ...lines.map((line) => `| ${line.join(' | ')} |`),
];
const fields = (list) =>
  rows(
    ['#', 'name', 'unit', 'range', 'meaning'],
    list.map((f, i) => [i, f.name, f.unit, `${number(f.low)} … ${number(f.high)}`, f.meaning]),
  );

/** A long list becomes one row for each run of fields with the same meaning. */
const grouped = (list) => {
  if (list.length <= 8) return fields(list);
  const runs = [];
  for (const f of list) {
    if (runs.at(-1)?.[0].meaning === f.meaning) runs.at(-1).push(f);
    else runs.push([f]);
  }
  return rows(
    ['numbers', 'names', 'meaning'],
    runs.map((run) => [
      run.length,
      run.length === 1 ? run[0].name : `${run[0].name} … ${run.at(-1).name}`.replaceAll('|', '\\|'),
      run[0].meaning,
    ]),
  );
};

/** How well the oracle plays. The oracle is told the task. */
const oracles = {
  best: 'The oracle, which is told the task, plays optimally.',
  scripted: 'The oracle, which is told the task, follows a script that is good but not optimal.',
  none: 'There is no oracle: the optimal play is not known, even for a known task.',
};

/** `config`: of the default preset. */
export function envPage(spec, config) {
  const act = spec.action(config);
  const action = Array.isArray(act)
    ? fields(act)
    : rows(
        ['choice', 'what it does'],
        act.choices.map((what, i) => [i, what]),
      );
  const sizes = Object.entries(spec.sizes ?? {});
  const constants = Object.entries(spec.constants);
  const { tolerantRewards: tolerant = [] } = spec;
  const marked = Object.values(spec.presets).some(({ solved }) => solved !== undefined);
  return [
    `# ${spec.id}: ${spec.title}`,
    '',
    'Generated from the spec by `node scripts/env-pages.mjs`; do not edit.',
    ...['', '## Presets', ''],
    ...rows(
      ['preset', 'H', 'E', 'reward', ...(tolerant.length > 0 ? ['ε, m'] : []), ...(marked ? ['solved at'] : []), 'what', 'source'],
      Object.entries(spec.presets).map(([name, p]) => [
        `\`${name}\`${name === spec.defaultPreset ? ' (default)' : ''}`,
        p.horizon,
        p.episodes,
        p.reward,
        ...(tolerant.length > 0 ? [tolerant.includes(p.reward) ? p.tolerance : ''] : []),
        ...(marked ? [p.solved === undefined ? '' : number(p.solved)] : []),
        p.title,
        p.source,
      ]),
    ),
    ...(sizes.length === 0 ? [] : ['', '## Sizes', '']),
    ...(sizes.length === 0
      ? []
      : rows(
          ['name', 'range', 'default', 'meaning'],
          sizes.map(([name, { low, high, meaning }]) => [`\`${name}\``, `${low} … ${high}`, config[name], meaning]),
        )),
    ...[
      '',
      '## Rewards',
      '',
      `Rewards are computed from the state after the move, unless a row says otherwise.${spec.goal === undefined ? '' : ' d is the distance to the goal.'}`,
      '',
    ],
    ...rows(
      ['reward', 'value'],
      Object.entries(spec.rewards).map(([name, law]) => [`\`${name}\``, law]),
    ),
    ...['', '## Observation', ''],
    ...grouped(spec.observation(config)),
    ...['', 'With `context: true` the task is appended.', '', '## Action', ''],
    ...action,
    ...['', '## Task', ''],
    ...grouped(spec.task(config)),
    '',
    oracles[spec.oracle ?? 'best'],
    ...(constants.length === 0 ? [] : ['', '## Constants', '']),
    ...(constants.length === 0
      ? []
      : rows(
          ['name', 'value', 'unit', 'meaning'],
          constants.map(([name, c]) => [name, number(c.value), c.unit, c.meaning]),
        )),
    '',
    wayBack('../'),
    '',
  ].join('\n');
}

/** docs/envs/point-mass.md for PointMass-v0. */
export function envPageName(id) {
  return `${id
    .replace(/-v\d+$/, '')
    .replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `-${letter}`)
    .toLowerCase()}.md`;
}

export function metricsPage(table) {
  return [
    '# Metrics',
    '',
    'Generated from `src/runs/metrics.ts` by `node scripts/env-pages.mjs`; do not edit. The same names stand in metrics.jsonl, metrics.csv and the TensorBoard event file; a unit of 1 is a pure number.',
    '',
    ...rows(
      ['name', 'unit', 'meaning'],
      table.map(({ name, unit, meaning }) => [`\`${name}\``, unit, meaning]),
    ),
    '',
    wayBack(),
    '',
  ].join('\n');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { familyIds, familyOf, metricTable, resolveEnv } = await import('wasmeta');
  for (const id of familyIds())
    writeFileSync(resolve(import.meta.dirname, '../docs/envs', envPageName(id)), envPage(familyOf(id), resolveEnv(id)));
  writeFileSync(resolve(import.meta.dirname, '../docs/metrics.md'), metricsPage(metricTable));
}
