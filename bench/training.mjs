/** Whole training loops, each in a process of its own, in turns: what loops.mjs, cells.mjs and to-ninety.mjs share. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { median } from './peers/measure.mjs';

const [warmUp, iterations] = [2, 4];

/** The settings of a checkout's recipe, such as `rl2/pomdp-semicircle`, without the name of its learner. */
export function recipeSettings(root, recipe) {
  const { algo: _, ...settings } = JSON.parse(readFileSync(resolve(root, 'recipes', `${recipe}.json`), 'utf8'));
  return settings;
}

/**
 * Trains; prints CPU and wall ms of an iteration and the hash of the weights as one JSON line.
 * @param {string} root A checkout that is built.
 * @param {string} learner As its index exports it.
 * @param {object} settings Without iterations and seed.
 * @param {number} workers 0: on the calling thread.
 */
export async function measure(root, learner, settings, workers = 0) {
  const load = (file) => import(resolve(root, 'build', file));
  const [api, { createInlineExecutor }] = [await load('index.js'), await load('inline.js')];
  const executor = workers === 0 ? createInlineExecutor() : api.createPool({ workers });
  let [cpu, wall] = [process.cpuUsage(), performance.now()];
  let parameters = new Float32Array();
  for await (const { iteration, state } of api[learner].train({ ...settings, iterations: warmUp + iterations, seed: 1 }, executor)) {
    if (iteration === warmUp) [cpu, wall] = [process.cpuUsage(), performance.now()];
    parameters = state.parameters;
  }
  const { user, system } = process.cpuUsage(cpu);
  const wallMs = (performance.now() - wall) / iterations;
  console.log(JSON.stringify({ cpu: (user + system) / 1000 / iterations, wall: wallMs, hash: api.hashArrays([parameters]).slice(0, 12) }));
  await executor.close();
}

/**
 * Runs the script with `--one` and each variant's arguments in turns; medians over the rounds, and all hashes.
 * @param {string} script
 * @param {readonly (readonly string[])[]} variants
 * @param {number} rounds
 */
export function inTurns(script, variants, rounds) {
  const runs = variants.map(() => /** @type {{ cpu: number, wall: number, hash: string }[]} */ ([]));
  for (let round = 0; round < rounds; round++)
    variants.forEach((args, i) => {
      runs[i].push(JSON.parse(execFileSync(process.execPath, [script, '--one', ...args], { encoding: 'utf8' })));
    });
  const of = (i, field) => median(runs[i].map((run) => run[field]));
  return runs.map((done, i) => ({ cpu: of(i, 'cpu'), wall: of(i, 'wall'), hashes: done.map(({ hash }) => hash) }));
}

/** Takes `--rounds N` out of the arguments; 5 without. */
export function roundsIn(args) {
  const at = args.indexOf('--rounds');
  return at < 0 ? 5 : Number(args.splice(at, 2)[1]);
}
