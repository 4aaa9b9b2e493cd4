/**
 * Ships the weights of a run with the playground, and writes down what they are: `node scripts/gallery.mjs NAME RUN RECIPE` after a build, e.g.
 * `node scripts/gallery.mjs semicircle-rl2 runs/semicircle recipes/rl2/pomdp-semicircle.json`
 * writes web/gallery/semicircle-rl2.safetensors, and its entry in web/gallery/gallery.json: recipe, what the run changed in it, seed, steps, commit, hash.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { hashArrays, learnerOf, openRun } from 'wasmeta';
import { root } from './setup.mjs';

const [name, folder, recipe] = process.argv.slice(2);
if (recipe === undefined) throw new Error('node scripts/gallery.mjs NAME RUN RECIPE');

const run = await openRun(folder);
const { commit } = await run.info();
const { algo, config, state } = await run.load();
const { algo: of, ...settings } = JSON.parse(readFileSync(join(root, recipe), 'utf8'));
if (of !== algo) throw new Error(`${recipe} is a recipe for ${of}, and ${folder} a run of ${algo}`);
const usual = learnerOf(algo).resolve(settings);
const { seed, ...own } = /** @type {Record<string, unknown>} */ (config);
const changes = Object.fromEntries(Object.entries(own).filter(([field, value]) => !isDeepStrictEqual(value, usual[field])));

const file = `${name}.safetensors`;
const path = join(root, 'web/gallery', file);
execFileSync(process.execPath, [join(root, 'build/cli.js'), 'export', folder, '--out', path], { stdio: ['ignore', 'ignore', 'inherit'] });
const { iteration, steps, parameters } = /** @type {import('wasmeta').LearnerState} */ (state);
const entry = { file, recipe, changes, seed, iterations: iteration, steps, commit, weightsHash: hashArrays([parameters]) };

const list = join(root, 'web/gallery/gallery.json');
const others = JSON.parse(readFileSync(list, 'utf8')).filter((one) => one.file !== file);
writeFileSync(
  list,
  `${JSON.stringify(
    [...others, entry].sort((a, b) => (a.file < b.file ? -1 : 1)),
    null,
    2,
  )}\n`,
);
console.log(`${file}: ${statSync(path).size} bytes, weights ${entry.weightsHash}`);
