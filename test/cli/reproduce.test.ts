/** `wasmeta reproduce --quick` and `wasmeta report` on learners that adapt by gradient steps, from outside. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReproductionPart, ReproductionRow } from '../../src/experiments/reproduction.ts';
import { wasmeta } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'wasmeta-reproduce-'));
afterAll(() => rmSync(folder, { recursive: true }));

const runs = join(folder, 'runs');
const saved = join(folder, 'result.json');

describe('a rehearsal of a reproduction', () => {
  let document: Record<string, unknown> & { rows: ReproductionRow[]; parts: ReproductionPart[] };
  beforeAll(() => {
    const args = ['maml-2d-navigation', '--quick', '--seeds', '1,2', '--out', runs, '--save', saved, '--workers', '2', '--json'];
    const { status, stdout } = wasmeta('reproduce', ...args);
    expect(status).toBe(0);
    document = JSON.parse(stdout);
  });

  test('trains every seed, tests it by the protocol and says how far off the published numbers it is', () => {
    expect(document).toMatchObject({ name: 'maml-2d-navigation', seeds: [1, 2], workers: 2 });
    expect(document.command).toBe('wasmeta reproduce maml-2d-navigation --seeds 1,2 --quick');
    // 8 tasks × 2 rounds × 2 episodes × 100 steps, two seeds of two settings, or a few more where episodes end early.
    expect(document.steps).toBeGreaterThanOrEqual(2 * 2 * 8 * 2 * 2 * 100);
    expect(document.rows.map(({ setting, axis }) => `${setting}, ${axis}`).filter((_, i) => i % 4 === 1)).toEqual([
      'batches of 40, seed 1; 8 test tasks, 1 step',
      'batches of 40, seed 2; 8 test tasks, 1 step',
      'batches of 40, all seeds; 8 test tasks, 1 step',
      'batches of 20, seed 1; 8 test tasks, 1 step',
      'batches of 20, seed 2; 8 test tasks, 1 step',
      'batches of 20, all seeds; 8 test tasks, 1 step',
    ]);
    // One iteration adapts to nothing: many standard errors below what was published. Of two seeds the error is wide, and may be.
    for (const { axis, difference, ours } of document.rows)
      if (axis !== '0 steps') expect(difference).toBeLessThan(ours.of === 'tasks' ? -3 : 0);
  });

  test('has the rows of the promise: errors over the seeds, and what each row cost', () => {
    const rows = document.rows.filter(({ axis }) => axis === '3 steps');
    const [one, two, all] = rows;
    expect(Object.keys(all).sort()).toEqual(
      ['axis', 'difference', 'exact', 'ours', 'parameters', 'published', 'seeds', 'setting', 'steps'].sort(),
    );
    expect([one.seeds, two.seeds, all.seeds]).toEqual([[1], [2], [1, 2]]);
    expect(all.ours).toMatchObject({ of: 'seeds', n: 2 });
    // Of two values, SD/√2 is half their distance; Student's t of one degree of freedom is 12.706.
    const half = Math.abs(one.ours.mean - two.ours.mean) / 2;
    expect(all.ours.stderr).toBeCloseTo(half, 9);
    expect(all.ours.interval?.[1]).toBeCloseTo(all.ours.mean + 12.706 * half, 6);
    expect(one.ours).toMatchObject({ of: 'tasks', n: 8 });
    // An MLP 100-100 of 2 inputs and 2 actions: 3 · 100 + 101 · 100 + 101 · 2 + 2 log σ.
    expect(all).toMatchObject({ parameters: 300 + 10_100 + 202 + 2, steps: (document.parts[0].steps + document.parts[1].steps) / 2 });
    expect(document.environments).toEqual([{ id: 'PointMass-v0', version: 0, preset: 'maml-navigation', reward: 'dense' }]);
  });

  test('is saved where it was asked for', () => {
    expect(JSON.parse(readFileSync(saved, 'utf8'))).toEqual(document);
  });

  test('leaves runs that evaluate and report read', () => {
    const dirs = [join(runs, 'batches-of-40-seed-1'), join(runs, 'batches-of-40-seed-2')];
    const out = join(folder, 'report.html');
    const { status, stdout } = wasmeta('report', ...dirs, '--tasks', '8', '--out', out, '--json');
    expect(status).toBe(0);
    const { axis, policies, random } = JSON.parse(stdout);
    expect([axis, policies.length, policies[0].mean.length, random.length]).toEqual(['step', 1, 4, 4]);
    expect(readFileSync(out, 'utf8')).toContain('before adapting');
    const evaluated = JSON.parse(wasmeta('evaluate', dirs[0], '--tasks', '8', '--json').stdout);
    expect(evaluated).toMatchObject({ algo: 'maml', axis: 'step', tasks: 8, diverged: 0 });
  });

  test('which learners of two kinds share, each by its own steps', () => {
    const args = ['--env', 'PointMass-v0', '--preset', 'maml-navigation', '--set', 'iterations=1', '--set', 'tasks=8'];
    const other = join(folder, 'rl2');
    const small = ['--set', 'minibatches=1', '--set', 'policy.hidden=8'];
    expect(wasmeta('train', ...args, ...small, '--out', other).status).toBe(0);
    const out = join(folder, 'mixed.html');
    expect(wasmeta('report', join(runs, 'batches-of-40-seed-1'), other, '--tasks', '8', '--out', out).status).toBe(0);
    const page = readFileSync(out, 'utf8');
    for (const text of ['MAML', 'RL²', 'gradient step', 'episode']) expect([text, page.includes(text)]).toEqual([text, true]);
  });
});

test('RL² on bandits: a total a trial, beside the published and the exact', () => {
  const out = join(folder, 'bandits');
  const { status, stdout } = wasmeta('reproduce', 'rl2-bandits', '--quick', '--seeds', '1', '--out', out, '--json');
  expect(status).toBe(0);
  const { rows, steps } = JSON.parse(stdout) as {
    rows: { setting: string; exact: number | null; ours: { mean: number } }[];
    steps: number;
  };
  const players = [
    'random',
    'gittins',
    'thompson',
    'optimistic-thompson',
    'ucb1',
    'epsilon-greedy',
    'greedy',
    'RL² seed 1',
    'RL² all seeds',
  ];
  expect(rows.map(({ setting }) => setting)).toEqual(
    ['10 pulls of 5 arms', '10 pulls of 10 arms', '100 pulls of 5 arms'].flatMap((name) => players.map((player) => `${name}, ${player}`)),
  );
  for (const { setting, exact } of rows) {
    const known = { '10 pulls of 5': '6.6600', '10 pulls of 10': '6.7140' }[setting.split(' arms')[0]];
    expect(exact?.toFixed(4)).toBe(known);
  }
  expect(steps).toBe(16 * (10 + 10 + 100));
  // One iteration learns next to nothing, like random play: half of the pulls pay, within 4.5 standard errors of 50 trials.
  for (const { setting, ours } of rows.filter(({ setting }) => /random|RL²/.test(setting))) {
    const pulls = Number(setting.split(' ')[0]);
    expect(Math.abs(ours.mean / pulls - 0.5)).toBeLessThan(0.25);
  }
});

test('without --save a rehearsal is not saved', () => {
  const { status, stdout, stderr } = wasmeta('reproduce', 'maml-sinusoid', '--quick', '--seeds', '1');
  expect(status).toBe(0);
  expect(stdout).toContain('3.01 (exact)');
  expect(stderr).toContain('not saved');
});

test('a rehearsal of hindsight tests every learner on held-out goals, and on the point mass outside', () => {
  const { status, stdout } = wasmeta(
    'reproduce',
    'hindsight',
    '--quick',
    '--seeds',
    '1',
    '--out',
    join(folder, 'hindsight'),
    '--workers',
    '2',
    '--json',
  );
  expect(status).toBe(0);
  const { rows, parts } = JSON.parse(stdout) as { rows: { setting: string; axis: string; ours: { mean: number } }[]; parts: object[] };
  expect(parts).toHaveLength(8);
  expect(rows.filter(({ setting }) => setting.includes('seed 1')).map(({ setting, axis }) => `${setting}: ${axis}`)).toEqual([
    'point mass, ε = 0.05 m, HER, seed 1: held-out goals',
    'point mass, ε = 0.05 m, HER, seed 1: goals outside',
    'point mass, ε = 0.05 m, no HER, seed 1: held-out goals',
    'point mass, ε = 0.05 m, no HER, seed 1: goals outside',
    'point mass, x alone, HER, seed 1: held-out goals',
    'point mass, x alone, no HER, seed 1: held-out goals',
    'grid of 14 × 14, HER, seed 1: held-out goals',
    'grid of 14 × 14, HER, seed 1: goals of training',
    'grid of 14 × 14, no HER, seed 1: held-out goals',
    'grid of 14 × 14, no HER, seed 1: goals of training',
    'puck, ε = 0.1 m, HER, seed 1: held-out goals',
    'puck, ε = 0.1 m, no HER, seed 1: held-out goals',
  ]);
  for (const { ours } of rows) expect(ours.mean >= 0 && ours.mean <= 1).toBe(true);
});

test('a rehearsal of extrapolation tests every policy inside and outside', () => {
  const { status, stdout } = wasmeta('reproduce', 'extrapolation', '--quick', '--out', join(folder, 'parts'), '--workers', '2', '--json');
  expect(status).toBe(0);
  const { rows, parts } = JSON.parse(stdout) as { rows: { setting: string; axis: string; ours: { mean: number } }[]; parts: object[] };
  expect(parts).toHaveLength(10);
  const grid = rows.filter(({ setting }) => setting.startsWith('cell of the grid')).map(({ setting, axis }) => `${setting}: ${axis}`);
  const places = ['random', 'oracle', 'trained inside, seed 101', 'trained on all, seed 101'].flatMap((who) =>
    ['inside', 'outside'].map((side) => `cell of the grid, ${who}: ${side}`),
  );
  expect(grid).toEqual(places);
  // The columns outside, x > 2, are 5.5 steps away on average, the goals inside 3.7.
  const oracle = rows.filter(({ setting }) => setting === 'cell of the grid, oracle').map(({ ours }) => ours.mean);
  expect(oracle[0]).toBeGreaterThan(oracle[1]);
});

test('a rehearsal of VariBAD on the grid tells returns beside the exact ones, and how far beliefs are from the posterior', () => {
  const { status, stdout } = wasmeta('reproduce', 'varibad-grid', '--quick', '--seeds', '1', '--out', join(folder, 'beliefs'), '--json');
  expect(status).toBe(0);
  const { rows } = JSON.parse(stdout) as { rows: { setting: string; axis: string; exact: number | null; ours: { mean: number } }[] };
  const episodes = ['a trial', 'episode 1', 'episode 2', 'episode 3', 'episode 4'];
  const of = (setting: string) => rows.filter((one) => one.setting === setting);
  const [total, ...rest] = of('VariBAD, seed 1');
  expect([total, ...rest].map(({ axis }) => axis)).toEqual([...episodes, 'KL of the belief', 'KL of a uniform belief']);
  expect(total.exact).toBeCloseTo(37.214, 3);
  expect(total.ours.mean).toBeCloseTo(
    rest.slice(0, 4).reduce((sum, { ours }) => sum + ours.mean, 0),
    6,
  );
  // One iteration has learned next to nothing.
  const [kl, uniform] = rest.slice(4).map(({ ours }) => ours.mean);
  expect(Math.abs(kl / uniform - 1)).toBeLessThan(0.3);
});
