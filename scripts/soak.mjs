/**
 * A long watch over memory and handles of one process, one line of JSON a minute (after a build):
 *   node scripts/soak.mjs [--hours 8] [--only training] [--out FILE.jsonl]
 * Without --only, pools open, train a few iterations of each learner, meta-test and close, again and again. With it, one pool trains RL² all the time.
 * Flat must be: RSS after the first tenth of the time, and the number of handles.
 */
import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createPool, goalConditioned, maml, metaTest, rl2, varibad } from 'wasmeta';

const { values } = parseArgs({ options: { hours: { type: 'string', default: '8' }, only: { type: 'string' }, out: { type: 'string' } } });
const began = performance.now();
const seconds = () => (performance.now() - began) / 1000;
const ends = Number(values.hours) * 3600;
const counts = { pools: 0, trainings: 0, iterations: 0, tests: 0 };
let nextLine = 0;
if (values.out !== undefined) rmSync(values.out, { force: true });

/** Lines are written between iterations, where the process is always at the same point of its work. */
function watch() {
  if (seconds() < nextLine) return;
  nextLine = seconds() + 60;
  const { rss, heapUsed, external } = process.memoryUsage();
  const [rssMb, heapMb, externalMb] = [rss, heapUsed, external].map((bytes) => Math.round(bytes / 1e6));
  const line = JSON.stringify({
    minutes: Math.round(seconds() / 60),
    rssMb,
    heapMb,
    externalMb,
    handles: process.getActiveResourcesInfo().length,
    ...counts,
  });
  console.log(line);
  if (values.out !== undefined) appendFileSync(values.out, `${line}\n`);
}

const learners = { rl2, maml, varibad, 'goal-conditioned': goalConditioned };

/** Settings of a recipe, and with how many iterations. */
function settingsOf(recipe, iterations) {
  const { algo, steps: _, ...settings } = JSON.parse(readFileSync(new URL(`../recipes/${recipe}.json`, import.meta.url), 'utf8'));
  return { algo, settings: { ...settings, iterations, seed: 1 + counts.trainings } };
}

async function trained(recipe, iterations, executor) {
  const { algo, settings } = settingsOf(recipe, iterations);
  const learner = learners[algo];
  counts.trainings++;
  let parameters = new Float32Array();
  for await (const { state } of learner.train(settings, executor)) {
    counts.iterations++;
    ({ parameters } = state);
    watch();
    if (seconds() > ends) break;
  }
  return { learner, settings, parameters };
}

async function everything() {
  const executor = createPool({ workers: 1 + (counts.pools % 2) });
  counts.pools++;
  try {
    const { learner, settings, parameters } = await trained('rl2/pomdp-semicircle', 4, executor);
    const { env, policy } = learner.resolve(settings);
    await metaTest({ env, policy, parameters, tasks: 200, seed: 1 }, executor);
    counts.tests++;
    await trained('maml/maml-navigation', 1, executor);
    await trained('varibad/varibad-grid', 2, executor);
    await trained('goal-conditioned/reach', 2, executor);
  } finally {
    await executor.close();
  }
}

async function training() {
  const executor = createPool({ workers: 1 });
  await trained('rl2/pomdp-semicircle', 1_000_000, executor);
  await executor.close();
}

while (seconds() < ends) await (values.only === 'training' ? training() : everything());
