/**
 * Whole training loops of two builds, in turns: CPU and wall time of one iteration on the calling thread, medians over rounds, and whether both give the same weights.
 *   node bench/loops.mjs OTHER_CHECKOUT [CASE …] [--rounds 5]
 * The other checkout needs a build, too. CPU time of one thread is steadier than wall time on a shared machine; both are printed.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const iterations = 4;
const warmUp = 2;

/** Learner and recipe of each case, with what is changed in it. */
const cases = {
  'rl2-gru-64': ['rl2', 'rl2/pomdp-semicircle', {}],
  'rl2-gru-128': ['rl2', 'rl2/pomdp-semicircle', { policy: { kind: 'gru', hidden: 128 }, tasks: 128, epochs: 2, minibatches: 8 }],
  'off-policy-64-64': ['goalConditioned', 'goal-conditioned/reach', { updates: 100, warmup: 1 }],
  'varibad-grid': ['varibad', 'varibad/varibad-grid', {}],
  'maml-navigation': ['maml', 'maml/maml-navigation', { tasks: 4, shards: 1 }],
};

/** Runs in a process of its own: prints one JSON line. */
async function measure(root, name) {
  const [learner, recipe, changes] = cases[name];
  const load = (file) => import(resolve(root, 'build', file));
  const [api, { createInlineExecutor }] = [await load('index.js'), await load('inline.js')];
  const { algo: _, ...settings } = JSON.parse(readFileSync(resolve(root, 'recipes', `${recipe}.json`), 'utf8'));
  const executor = createInlineExecutor();
  let [cpu, wall] = [process.cpuUsage(), performance.now()];
  let parameters = new Float32Array();
  for await (const { iteration, state } of api[learner].train(
    { ...settings, ...changes, iterations: warmUp + iterations, seed: 1 },
    executor,
  )) {
    if (iteration === warmUp) [cpu, wall] = [process.cpuUsage(), performance.now()];
    parameters = state.parameters;
  }
  const { user, system } = process.cpuUsage(cpu);
  const each = (ms) => ms / iterations;
  console.log(
    JSON.stringify({
      cpu: each((user + system) / 1000),
      wall: each(performance.now() - wall),
      hash: api.hashArrays([parameters]).slice(0, 12),
    }),
  );
  await executor.close();
}

function compare(roots, names, rounds) {
  console.log(['case', 'CPU ms', 'CPU ms before', 'CPU ratio', 'wall ratio', 'same weights'].join('\t'));
  for (const name of names) {
    const runs = roots.map(() => []);
    for (let round = 0; round < rounds; round++)
      roots.forEach((root, i) => {
        runs[i].push(JSON.parse(execFileSync(process.execPath, [import.meta.filename, '--one', root, name], { encoding: 'utf8' })));
      });
    const median = (i, of) => runs[i].map((run) => run[of]).sort((a, b) => a - b)[rounds >> 1];
    const [ours, theirs] = [0, 1].map((i) => ({ cpu: median(i, 'cpu'), wall: median(i, 'wall') }));
    const same = new Set(runs.flat().map(({ hash }) => hash)).size === 1;
    const cells = [
      ours.cpu.toFixed(0),
      theirs.cpu.toFixed(0),
      (theirs.cpu / ours.cpu).toFixed(2),
      (theirs.wall / ours.wall).toFixed(2),
      same,
    ];
    console.log([name, ...cells].join('\t'));
  }
}

const given = process.argv.slice(2);
if (given[0] === '--one') await measure(given[1], given[2]);
else {
  const at = given.indexOf('--rounds');
  const rounds = at < 0 ? 5 : Number(given.splice(at, 2)[1]);
  const [other, ...names] = given;
  if (other === undefined) throw new Error('node bench/loops.mjs OTHER_CHECKOUT [CASE …] [--rounds 5]');
  compare([resolve(import.meta.dirname, '..'), resolve(other)], names.length > 0 ? names : Object.keys(cases), rounds);
}
