/**
 * Trains and meta-tests RL² and a memory-less policy on a preset for several seeds and writes docs/results/<name>.json:
 *   node scripts/results.mjs NAME PRESET SEEDS ITERATIONS      e.g. node scripts/results.mjs rl2-semicircle-60 pomdp-semicircle 1,2,3 1500
 * Last checkpoints, sampled actions, 1000 fresh tasks of seed 1009; no seed is left out.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const [name, preset, seeds, iterations] = process.argv.slice(2);
const root = resolve(import.meta.dirname, '..');
const policies = {
  'gru-64': ['policy.kind="gru"', 'policy.hidden=64'],
  'mlp-64-64 (no memory)': ['policy.kind="mlp"', 'policy.hidden=[64,64]', 'policy.inputs="trial"'],
};
const folder = mkdtempSync(join(tmpdir(), 'wasmeta-results-'));
const wasmeta = (...args) =>
  JSON.parse(
    execFileSync(process.execPath, [join(root, 'build/cli.js'), ...args, '--json'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
const rows = [];
for (const [policy, settings] of Object.entries(policies)) {
  for (const seed of seeds.split(',')) {
    const out = join(folder, `${rows.length}`);
    const set = [`iterations=${iterations}`, ...settings].flatMap((value) => ['--set', value]);
    const { steps, seconds, weightsHash } = wasmeta('train', '--preset', preset, '--seed', seed, ...set, '--out', out);
    const { mean, stderr, iqm, ci95, random, oracle } = wasmeta('evaluate', out, '--tasks', '1000', '--seed', '1009');
    rows.push({ policy, seed: Number(seed), steps, seconds: Math.round(seconds), weightsHash, mean, stderr, iqm, ci95, random, oracle });
    console.error(policy, seed, mean.map((x) => x.toFixed(1)).join(' '), `of ${oracle[0].toFixed(1)}`, `${Math.round(seconds)} s`);
  }
}
const command = `node scripts/results.mjs ${process.argv.slice(2).join(' ')}`;
mkdirSync(join(root, 'docs/results'), { recursive: true });
writeFileSync(
  join(root, 'docs/results', `${name}.json`),
  `${JSON.stringify({ name, command, commit, date: new Date().toISOString().slice(0, 10), preset, rows }, null, 2)}\n`,
);
rmSync(folder, { recursive: true });
