/**
 * Seconds from the start of `npm start`'s training to 90 % of the oracle's return, this build beside another in turns, with two workers.
 *   node bench/to-ninety.mjs OTHER_CHECKOUT [--seeds 1,2,3,4,5]
 * Reached: the mean return of the last episode over ten iterations, of the policy that samples. The other checkout needs a build, too.
 */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { median } from './peers/measure.mjs';
import { recipeSettings } from './training.mjs';

const window = 10;

/** Runs in a process of its own; prints seconds, iterations and whether the mark was reached, as one JSON line. */
async function toNinety(root, seed) {
  const load = (file) => import(resolve(root, 'build', file));
  const { rl2, rollout, createPool } = await load('index.js');
  const settings = recipeSettings(root, 'rl2/pomdp-semicircle');
  const executor = createPool({ workers: 2 });
  const { returns } = await rollout({ env: settings.env, policy: { kind: 'oracle' }, tasks: 1000, seed: 1 }, executor);
  const mark = 0.9 * (returns.reduce((sum, value) => sum + value, 0) / returns.length);
  const last = [];
  const from = performance.now();
  for await (const { iteration, metrics } of rl2.train({ ...settings, seed }, executor)) {
    last.push(metrics['rollout/ep_rew_last']);
    const mean = last.slice(-window).reduce((sum, value) => sum + value / window, 0);
    if (mean < mark && iteration < settings.iterations) continue;
    console.log(JSON.stringify({ seconds: (performance.now() - from) / 1000, iterations: iteration, reached: mean >= mark }));
    break;
  }
  await executor.close();
}

function compare(roots, seeds) {
  console.log(['seed', 'iterations', 'seconds', 'seconds before', 'ratio'].join('\t'));
  const ratios = seeds.map((seed) => {
    const [ours, theirs] = roots.map((root) => {
      const done = execFileSync(process.execPath, [import.meta.filename, '--one', root, seed], { encoding: 'utf8' });
      return JSON.parse(done);
    });
    if (!ours.reached || !theirs.reached) throw new Error(`seed ${seed} does not reach 90 % of the oracle's return`);
    const ratio = ours.seconds / theirs.seconds;
    console.log([seed, ours.iterations, ours.seconds.toFixed(1), theirs.seconds.toFixed(1), ratio.toFixed(2)].join('\t'));
    return ratio;
  });
  console.log(`median ratio ${median(ratios).toFixed(2)}`);
}

const given = process.argv.slice(2);
if (given[0] === '--one') await toNinety(given[1], Number(given[2]));
else {
  const at = given.indexOf('--seeds');
  const seeds = (at < 0 ? '1,2,3,4,5' : given.splice(at, 2)[1]).split(',');
  if (given.length !== 1) throw new Error('node bench/to-ninety.mjs OTHER_CHECKOUT [--seeds 1,2,3,4,5]');
  compare([resolve(import.meta.dirname, '..'), resolve(given[0])], seeds);
}
