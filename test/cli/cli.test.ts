/** The command line from outside: documents on stdout, one clear line and exit code 2 for bad input. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { wasmeta } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'wasmeta-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

const tiny = [
  '--preset',
  'pearl-semicircle',
  '--set',
  'iterations=2',
  '--set',
  'tasks=16',
  '--set',
  'minibatches=2',
  '--set',
  'anneal=false',
];

describe('wasmeta', () => {
  test('trains and evaluates with one JSON document on stdout each', () => {
    const out = join(folder, 'run');
    const trained = wasmeta('train', ...tiny, '--set', 'policy.hidden=8', '--workers', '2', '--out', out, '--json');
    expect(trained.status).toBe(0);
    expect(JSON.parse(trained.stdout)).toMatchObject({
      out,
      env: 'PointMass-v0',
      algo: 'rl2',
      seed: 1,
      workers: 2,
      iterations: 2,
      steps: 2 * 16 * 60,
    });
    const evaluated = wasmeta('evaluate', out, '--tasks', '50', '--json');
    expect(evaluated.status).toBe(0);
    const document = JSON.parse(evaluated.stdout);
    expect(document).toMatchObject({ env: 'PointMass-v0', algo: 'rl2', reward: 'sparse', tasks: 50, seed: 1009, axis: 'episode' });
    expect(document.total.mean).toBeCloseTo(
      document.mean.reduce((a: number, b: number) => a + b),
      3,
    );
    expect(document.total).toMatchObject({ optimum: null, stderr: expect.any(Number), oracle: expect.any(Number) });
    for (const name of ['mean', 'stderr', 'iqm', 'ci95', 'random', 'oracle']) expect(document[name]).toHaveLength(3);
    expect(document.oracle[0]).toBeGreaterThan(13);
    expect(document).toMatchObject({
      split: 'test',
      environments: [{ id: 'PointMass-v0', version: 0, preset: 'pearl-semicircle', reward: 'sparse' }],
    });
    const validated = JSON.parse(wasmeta('evaluate', out, '--tasks', '50', '--split', 'validate', '--per-task', '--json').stdout);
    expect([validated.split, validated.perTask.length, validated.perTask[0].task.length]).toEqual(['validate', 50, 2]);
    const tested = JSON.parse(wasmeta('evaluate', out, '--tasks', '50', '--per-task', '--json').stdout);
    expect(validated.perTask[0].task).not.toEqual(tested.perTask[0].task);
    expect(tested.hash).toBe(document.hash);
    const single = JSON.parse(wasmeta('evaluate', out, '--tasks', '1', '--json').stdout);
    expect([single.stderr, single.ci95]).toEqual([
      [null, null, null],
      [null, null, null],
    ]);
    expect(wasmeta('evaluate', out, '--tasks', '1').stdout).toMatch(/\d ± –/);
    const best = JSON.parse(wasmeta('evaluate', out, '--tasks', '50', '--checkpoint', 'best', '--json').stdout);
    expect(best.mean).toHaveLength(3);
    const forgetful = JSON.parse(wasmeta('evaluate', out, '--tasks', '50', '--forget', '--json').stdout);
    expect([forgetful.forget, document.forget]).toEqual([true, undefined]);
    expect(forgetful.mean[0]).toBe(document.mean[0]);
    for (const name of ['a', 'b']) symlinkSync('.', join(folder, name)); // a walk that follows them never ends
    const listed = JSON.parse(wasmeta('runs', folder, '--json').stdout);
    for (const name of ['a', 'b']) rmSync(join(folder, name));
    expect(listed).toEqual([
      expect.objectContaining({ path: out, algo: 'rl2', env: 'PointMass-v0 pearl-semicircle', seed: 1, iteration: 2, iterations: 2 }),
    ]);
  });

  test('evaluate says what a whole trial earned of the exact optimum', () => {
    const out = join(folder, 'grid');
    const small = ['--set', 'iterations=1', '--set', 'tasks=16', '--set', 'minibatches=1', '--set', 'policy.hidden=8'];
    expect(wasmeta('train', '--env', 'GridNavi-v0', ...small, '--out', out, '--quiet').status).toBe(0);
    const { status, stdout } = wasmeta('evaluate', out, '--tasks', '20');
    expect(status).toBe(0);
    expect(stdout).toMatch(/a trial: -?\d+\.\d+ ± \d+\.\d+ = -?\d+\.\d % of the Bayes-optimal \(exact\) 37\.214/);
  });

  test('reports on several runs, and refuses those on different tasks', () => {
    const outs = ['1', '2'].map((seed) => {
      const out = join(folder, `seed-${seed}`);
      expect(wasmeta('train', ...tiny, '--set', 'policy.hidden=8', '--seed', seed, '--out', out, '--quiet').status).toBe(0);
      return out;
    });
    const page = join(folder, 'report.html');
    const { status, stdout } = wasmeta('report', ...outs, '--tasks', '16', '--out', page, '--json');
    expect(status).toBe(0);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ out: page, tasks: 16, seed: 1009, policies: [{ name: 'RL² (GRU-8), 2 seeds' }] });
    for (const name of ['mean', 'stderr', 'iqm', 'ci95']) expect(document.policies[0][name]).toHaveLength(3);
    expect(readFileSync(page, 'utf8')).toContain('RL² (GRU-8), 2 seeds');
    // One interval, which fits the standard error: both are over the two seeds.
    const { mean, stderr, ci95, of, n, seeds, steps } = document.policies[0];
    expect([of, n, seeds]).toEqual(['seeds', 2, [1, 2]]);
    expect(steps).toBeGreaterThan(0);
    ci95.forEach(([low, high]: [number, number], e: number) => {
      expect(high - mean[e]).toBeCloseTo(12.706 * stderr[e], 6);
      expect(mean[e] - low).toBeCloseTo(12.706 * stderr[e], 6);
    });
    expect([document.differences, document.profile.policies.length, document.profile.thresholds.length]).toEqual([[], 1, 6]);

    // Another learner's runs on the same seeds: differences on the same tasks.
    const others = ['1', '2'].map((seed) => {
      const out = join(folder, `wider-${seed}`);
      expect(wasmeta('train', ...tiny, '--set', 'policy.hidden=12', '--seed', seed, '--out', out, '--quiet').status).toBe(0);
      return out;
    });
    const both = JSON.parse(wasmeta('report', ...outs, ...others, '--tasks', '16', '--out', page, '--json').stdout);
    const [a, b] = both.policies.map((policy: { mean: number[] }) => policy.mean.at(-1));
    const [pair] = both.differences;
    expect(pair).toMatchObject({ a: 'RL² (GRU-8)', b: 'RL² (GRU-12)', seeds: [1, 2], difference: { of: 'seeds', n: 2 } });
    expect(pair.difference.mean).toBeCloseTo(a - b, 9);
    expect(pair.improvement >= 0 && pair.improvement <= 1).toBe(true);
    expect(readFileSync(page, 'utf8')).toContain('RL² (GRU-8) − RL² (GRU-12)');

    const again = join(folder, 'again');
    expect(wasmeta('train', '--config', join(outs[1], 'config.json'), '--out', again, '--quiet').status).toBe(0);
    const hash = (out: string) => readFileSync(join(out, 'checkpoints/00000002.safetensors')).subarray(-4).toString('hex');
    expect(hash(again)).toBe(hash(outs[1]));

    const other = join(folder, 'other');
    expect(wasmeta('train', ...tiny, '--set', 'policy.hidden=8', '--set', 'env.horizon=10', '--out', other, '--quiet').status).toBe(0);
    const refused = wasmeta('report', outs[0], other, '--tasks', '16', '--out', join(folder, 'no.html'));
    expect([refused.status, refused.stderr]).toEqual([
      2,
      expect.stringMatching(/^wasmeta: these runs are on different tasks: .*"horizon":20.*"horizon":10.*\n$/),
    ]);
    expect(existsSync(join(folder, 'no.html'))).toBe(false);
  });

  test('lists the families as JSON', () => {
    const [family] = JSON.parse(wasmeta('envs', '--json').stdout);
    expect(family).toMatchObject({ id: 'PointMass-v0', observationSize: 2, actionWidth: 2 });
  });

  test.each([
    [['frobnicate'], 'expected one of quickstart, envs, recipes, train, evaluate, '],
    [['train', '--env', 'PointMas-v0'], 'did you mean PointMass-v0?'],
    [['train', '--sed', '3'], '"flag" expected one of'],
    [['train', '--workers', '0'], '"workers" expected a whole number from 1 to 256, got 0'],
    [['train', '--set', 'policy.hidden=63'], '"policy.hidden" expected a multiple of 4'],
    [['train', '--set', '__proto__.x=1'], '"--set" expected key=value'],
    [['evaluate', 'nowhere'], 'nowhere has no checkpoint'],
    [['report', 'nowhere'], 'nowhere is no run: it has no config.json'],
    [['runs', 'nowhere'], 'nowhere does not exist'],
    [['evaluate', 'nowhere', '--checkpoint', 'bst'], 'did you mean best?'],
    [['train', '--resume'], '"--resume" expected --out DIR'],
    [['bench', 'nothing'], 'no benchmark is named like "nothing"'],
  ])('%j: one line that says why, exit code 2', (args, why) => {
    const { status, stdout, stderr } = wasmeta(...args);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(why);
  });
});

test('prints its version, and a reader that goes away ends nothing', () => {
  expect(wasmeta('--version').stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  const command = new URL('../../build/cli.js', import.meta.url).pathname;
  const { status, stderr } = spawnSync('sh', ['-c', `"${process.execPath}" "${command}" envs --json | head -c 1`], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
});
