/**
 * Corrects the errors in docs/results/*.json from the rows that the files hold, without training anything:
 *   node scripts/correct-errors.mjs
 * Rows over all seeds had the errors of the seeds' test tasks, hypot(stderrs)/n, and left out how far the seeds lie apart. They get the errors over the seeds'
 * means, as src/core/estimates.ts has them; every row gets its interval, and what it cost. A file that is right already stays as it is.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { build } from 'esbuild';
import { goalConditioned, maml, overSeeds, rl2, supervisedMaml, varibad } from 'wasmeta';

const { outputFiles } = await build({
  stdin: {
    contents: "export { studentQuantile } from './src/core/statistics.ts'; export { envLabel } from './src/envs/spec.ts';",
    resolveDir: resolve(import.meta.dirname, '..'),
  },
  bundle: true,
  write: false,
  format: 'esm',
});
const { studentQuantile, envLabel } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`);

const folder = new URL('../docs/results/', import.meta.url);
const recipe = (learner, name) => JSON.parse(readFileSync(new URL(`../recipes/${learner}/${name}.json`, import.meta.url), 'utf8'));
const learners = { rl2, maml, varibad, 'goal-conditioned': goalConditioned };

/** Parameters of the policy that acts, of a recipe with some fields changed. */
function parametersOf(learner, name, changes = {}) {
  const { algo: _, ...fields } = { ...recipe(learner, name), ...changes };
  const config = learners[learner].resolve({ ...fields, seed: 1 });
  return learners[learner].initial(config).parameters.length;
}
const memoryless = (env) =>
  rl2.initial(rl2.resolve({ env: { ...env, episodes: 1 }, policy: { kind: 'mlp', hidden: [64, 64] } })).parameters.length;
const regression = () => supervisedMaml.initial(supervisedMaml.resolve({ points: 5 })).parameters.length;

const navigation = { id: 'PointMass-v0', preset: 'maml-navigation', reward: 'dense' };
const grid = { id: 'GridNavi-v0', preset: 'varibad-grid', reward: 'search' };
/** The files are of v0; v1 has the same body, so that its policies have the same size. */
const runner = { id: 'Runner-v1', preset: 'velocity', reward: 'velocity' };
const puck = { id: 'Puck-v0', preset: 'one-shot', reward: 'dense' };
const pulls = (n) => ({ id: 'Bandit-v0', preset: `pulls-${n}`, reward: 'bernoulli' });

/** Environments of a file; test tasks behind a row of one seed; parameters of the policy of a row. */
const files = {
  extrapolation: {
    envs: [navigation, { id: 'PointMass-v0', preset: 'walking-direction', reward: 'direction' }, grid, runner, puck],
    tasks: () => 1000,
    parameters: ({ setting }) =>
      memoryless({
        ...files.extrapolation.envs[
          ['target of the point mass', 'direction', 'cell', 'speed', 'target of the puck'].findIndex((name) => setting.startsWith(name))
        ],
        context: true,
      }),
  },
  hindsight: {
    envs: [
      { id: 'PointMass-v0', preset: 'reach', reward: 'tolerance' },
      { id: 'GridNavi-v0', preset: 'reach-cell', reward: 'exact' },
      { id: 'Puck-v0', preset: 'one-shot', reward: 'tolerance' },
    ],
    // Goals outside are those of 2000 that lie there: as many as their binomial error says.
    tasks: ({ axis, ours: { mean, stderr } }) =>
      axis !== 'goals outside' ? 2000 : mean > 0 && mean < 1 ? Math.round((mean * (1 - mean)) / stderr ** 2) + 1 : null,
    parameters: ({ setting }) =>
      parametersOf('goal-conditioned', setting.startsWith('grid') ? 'reach-cell' : setting.startsWith('puck') ? 'one-shot' : 'reach'),
  },
  'maml-2d-navigation': {
    envs: [navigation],
    tasks: ({ setting }) => Number(setting.match(/\d+(?= test tasks)/)?.[0]),
    parameters: () => parametersOf('maml', 'maml-navigation'),
  },
  'maml-relatives': {
    envs: [navigation],
    tasks: ({ setting }) => Number(setting.match(/\d+(?= test tasks)/)?.[0]),
    parameters: () => parametersOf('maml', 'maml-navigation'),
    seed: 1,
  },
  'maml-sinusoid': { envs: [], tasks: () => 1000, parameters: regression },
  'puck-one-shot': {
    envs: [puck],
    tasks: ({ setting }) => (setting.startsWith('MAML') ? 200 : 2000),
    parameters: ({ setting }) =>
      setting.startsWith('RL²')
        ? parametersOf('rl2', 'one-shot')
        : setting.startsWith('MAML')
          ? parametersOf('maml', 'one-shot')
          : memoryless({ id: 'Puck-v0', preset: 'one-shot', context: true }),
  },
  'rl2-bandits': {
    envs: [pulls(10), pulls(100)],
    tasks: ({ setting }) => (setting.startsWith('100') ? 2000 : 20_000),
    parameters: ({ setting }) => {
      const [n, arms] = setting.match(/\d+/g);
      const { env } = recipe('rl2', `pulls-${n}`);
      return parametersOf('rl2', `pulls-${n}`, { env: { ...env, arms: Number(arms) } });
    },
  },
  'rl2-grid': { envs: [grid], tasks: () => 2000, parameters: () => parametersOf('rl2', 'varibad-grid') },
  'rl2-mdps': {
    envs: [{ id: 'TabularMdp-v0', preset: 'episodes-10', reward: 'noisy' }],
    tasks: () => 1000,
    parameters: () => parametersOf('rl2', 'episodes-10'),
  },
  'runner-velocity': {
    envs: [runner],
    tasks: ({ setting }) => (setting.startsWith('MAML') ? 200 : 1000),
    parameters: ({ setting }) =>
      setting.startsWith('RL²')
        ? parametersOf('rl2', 'velocity')
        : setting.startsWith('MAML')
          ? parametersOf('maml', 'velocity')
          : memoryless({ id: 'Runner-v1', preset: 'velocity', context: /told|contextual/.test(setting) }),
  },
  'varibad-grid': {
    envs: [grid],
    tasks: ({ axis }) => (axis.startsWith('KL') ? 400 : 2000),
    parameters: () => parametersOf('varibad', 'varibad-grid'),
  },
};
const compared = {
  'compare-grid': { env: grid, reach: 'varibad-grid', infer: 'varibad-grid', adapt: null },
  'compare-semicircle': {
    env: { id: 'PointMass-v0', preset: 'pomdp-semicircle', reward: 'sparse' },
    reach: null,
    infer: 'pomdp-semicircle',
    adapt: null,
  },
  'compare-navigation': { env: navigation, reach: 'maml-navigation', infer: 'maml-navigation', adapt: 'maml-navigation' },
};

const mean = (values) => values.reduce((sum, x) => sum + x, 0) / values.length;
const isOfAll = ({ setting }) => /all seeds/.test(setting);
/** "RL², seed 1; 40 test tasks" → 1. */
const seedOf = ({ setting }, fallback) => Number(/seed (\d+)/.exec(setting)?.[1] ?? fallback) || null;
const partOf = ({ setting }, parts) => parts.find((part) => part.setting === setting.replace(/;.*$/, '').replace(', RL² seed', ', seed'));

function ofTasks({ mean, stderr = null }, n) {
  const half = stderr === null ? null : (n === null ? 1.96 : studentQuantile(n - 1)) * stderr;
  return { mean, stderr, interval: half === null ? null : [mean - half, mean + half], of: 'tasks', n };
}

function differenceOf({ mean, stderr }, published) {
  if (!published || published.stderr === null || published.stderr === undefined || stderr === null) return null;
  return (mean - published.mean) / Math.hypot(stderr, published.stderr);
}

function correct(document, { envs, tasks, parameters, seed: only }) {
  const { parts, rows } = document;
  for (const row of rows) {
    row.setting = row.setting.replace(/^told\b/, 'contextual');
    row.axis = row.axis.replace('of the way from blind to told', 'share of the way from blind to contextual (no bound)');
  }
  for (const part of parts) {
    part.setting = part.setting.replace(/^told\b/, 'contextual');
    part.seed = seedOf(part, only);
  }
  const done = rows.map((row) => {
    if (isOfAll(row)) return row;
    const seed = partOf(row, parts) === undefined ? null : seedOf(row, only);
    const ours = ofTasks(row.ours, tasks(row));
    const cost = {
      seeds: seed === null ? [] : [seed],
      steps: partOf(row, parts)?.steps ?? null,
      parameters: seed === null ? null : parameters(row),
    };
    return { ...row, ...cost, ours, difference: differenceOf(ours, row.published) };
  });
  const kindOf = ({ setting, axis }) => `${setting.replace(/,? ?(seed \d+|all seeds)/, '')} | ${axis}`;
  document.rows = done.map((row) => {
    if (!isOfAll(row)) return row;
    const same = done.filter((one) => !isOfAll(one) && kindOf(one) === kindOf(row) && one.seeds.length > 0);
    if (same.length < 2) throw new Error(`${document.name}: ${row.setting}, ${row.axis} has ${same.length} rows of seeds`);
    const ours = overSeeds(same.map((one) => one.ours.mean));
    const { steps, parameters } = { steps: mean(same.map((one) => one.steps)), parameters: same[0].parameters };
    return { ...row, seeds: same.flatMap(({ seeds }) => seeds), steps, parameters, ours, difference: differenceOf(ours, row.published) };
  });
  const ordered = ({ setting, axis, seeds, ours, published, exact, difference, steps, parameters }) => ({
    setting,
    axis,
    seeds,
    ours,
    published,
    exact,
    difference,
    steps,
    parameters,
  });
  document.rows = document.rows.map(ordered);
  document.environments = envs.map((env) => envLabel(env === runner ? { ...env, id: 'Runner-v0' } : env));
}

/** The means of the seeds are in `ofSeeds`; of experts and learners that adapt alike. */
function correctComparison(document, { env, reach, infer, adapt }) {
  const { id, preset, episodes } = { ...env, episodes: document.episodes };
  const sizes = {
    blind: () => memoryless({ id, preset }),
    expert: () => memoryless({ id, preset }),
    contextual: () => memoryless({ id, preset, context: true }),
    'goal-conditioned': () =>
      reach === null
        ? goalConditioned.initial(goalConditioned.resolve({ env: { id, preset, episodes: 1, reward: 'tolerance' } })).parameters.length
        : parametersOf('goal-conditioned', reach),
    'RL²': () => parametersOf('rl2', preset),
    VariBAD: () => parametersOf('varibad', infer),
    MAML: () =>
      adapt === null ? maml.initial(maml.resolve({ env: { id, preset, episodes: 1 } })).parameters.length : parametersOf('maml', adapt),
  };
  document.rows = document.rows.map(({ setting, knows, axis, share, ci95 }) => {
    const same = document.ofSeeds.filter((one) => one.axis === axis && one.setting.startsWith(`${setting}, seed `));
    const { interval, ...ours } = overSeeds(same.map((one) => one.ours.mean));
    if (interval === null || Math.abs(interval[0] - ci95[0]) > 1e-3 * (1 + Math.abs(ci95[0])))
      throw new Error(`${setting}: ${interval} is not ${ci95}`);
    const trained = setting in sizes;
    const perSeed = document.seeds.map((seed) =>
      document.parts.filter((part) => part.setting.startsWith(setting) && seedOf(part) === seed).reduce((sum, part) => sum + part.steps, 0),
    );
    const cost = {
      seeds: trained ? document.seeds : [],
      steps: trained ? mean(perSeed) : null,
      parameters: trained ? sizes[setting]() : null,
    };
    return { setting, knows, axis, ...ours, ci95: interval, share, ...cost };
  });
  document.reward = env.reward;
  document.environments = [envLabel(env)];
  document.episodes = episodes;
}

for (const file of readdirSync(folder)) {
  const name = file.replace('.json', '');
  const text = readFileSync(new URL(file, folder), 'utf8');
  const document = JSON.parse(text);
  const before = new Map(
    (document.rows ?? []).filter((row) => row.ours && isOfAll(row)).map((row) => [`${row.setting}, ${row.axis}`, row.ours.stderr]),
  );
  if (name in files) correct(document, files[name]);
  else if (name in compared) correctComparison(document, compared[name]);
  else if (document.preset === undefined) continue;
  else Object.assign(document, { environments: [envLabel({ id: 'PointMass-v0', preset: document.preset, reward: 'sparse' })] });
  for (const row of document.rows) {
    const stderr = before.get(`${row.setting}, ${row.axis}`);
    if (stderr !== undefined && stderr !== null && Math.abs(stderr - row.ours.stderr) > 1e-9)
      console.log(
        `${name}: ${row.setting}, ${row.axis}: ${row.ours.mean.toFixed(3)} ± ${row.ours.stderr.toFixed(3)}, not ± ${stderr.toFixed(3)}`,
      );
  }
  writeFileSync(new URL(file, folder), `${JSON.stringify(document, null, 2)}\n`);
}
