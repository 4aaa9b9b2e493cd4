/**
 * Whole training loops of two builds, in turns: CPU and wall time of one iteration, medians over rounds, and whether both give the same weights. On the calling
 * thread, or where the case says so by workers.
 *   node bench/loops.mjs OTHER_CHECKOUT [CASE …] [--rounds 5]
 * The other checkout needs a build, too. CPU time (of all threads together) is steadier than wall time on a shared machine; both are printed.
 */
import { resolve } from 'node:path';
import { inTurns, measure, recipeSettings, roundsIn } from './training.mjs';

/** Learner and recipe of each case, with what is changed in it, and the workers that do it. */
const cases = {
  'rl2-gru-64': ['rl2', 'rl2/pomdp-semicircle', {}],
  'rl2-gru-128': ['rl2', 'rl2/pomdp-semicircle', { policy: { kind: 'gru', hidden: 128 }, tasks: 128, epochs: 2, minibatches: 8 }],
  'off-policy-64-64': ['goalConditioned', 'goal-conditioned/reach', { updates: 100, warmup: 1 }],
  'varibad-grid': ['varibad', 'varibad/varibad-grid', {}],
  'maml-navigation': ['maml', 'maml/maml-navigation', { tasks: 4, shards: 1 }],
  'maml-navigation-2-workers': ['maml', 'maml/maml-navigation', {}, 2],
};

/** Runs in a process of its own. */
function measureCase(root, name) {
  const [learner, recipe, changes, workers] = cases[name];
  return measure(root, learner, { ...recipeSettings(root, recipe), ...changes }, workers);
}

function compare(roots, names, rounds) {
  console.log(['case', 'CPU ms', 'CPU ms before', 'CPU ratio', 'wall ratio', 'same weights'].join('\t'));
  for (const name of names) {
    const variants = roots.map((root) => [root, name]);
    const [ours, theirs] = inTurns(import.meta.filename, variants, rounds);
    const same = new Set([...ours.hashes, ...theirs.hashes]).size === 1;
    const ratios = [theirs.cpu / ours.cpu, theirs.wall / ours.wall].map((ratio) => ratio.toFixed(2));
    console.log([name, ours.cpu.toFixed(0), theirs.cpu.toFixed(0), ...ratios, same].join('\t'));
  }
}

const given = process.argv.slice(2);
if (given[0] === '--one') await measureCase(given[1], given[2]);
else {
  const rounds = roundsIn(given);
  const [other, ...names] = given;
  if (other === undefined) throw new Error('node bench/loops.mjs OTHER_CHECKOUT [CASE …] [--rounds 5]');
  compare([resolve(import.meta.dirname, '..'), resolve(other)], names.length > 0 ? names : Object.keys(cases), rounds);
}
