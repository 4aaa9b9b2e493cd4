/** `wasmeta bench --time-to-solved`: what is trained, when it counts as solved, and that it is what docs/results says. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { SolvedRow } from '../../src/bench/time-to-solved.ts';
import { wasmeta } from './command.ts';

const saved = (
  JSON.parse(readFileSync(new URL('../../docs/results/time-to-solved.json', import.meta.url), 'utf8')) as { rows: SolvedRow[] }
).rows;

test('the recipe solves CartPole-v1 after the steps and with the weights that docs/results says', () => {
  const { stdout, status } = wasmeta('bench', 'CartPole', '--time-to-solved', '--seeds', '101', '--workers', '1', '--json');
  expect(status).toBe(0);
  const [row] = JSON.parse(stdout) as SolvedRow[];
  const kept = saved.find(({ env }) => env === row.env);
  const [run, before] = [row.runs[0], kept?.runs.find(({ seed }) => seed === 101)];
  expect(row).toMatchObject({ env: 'CartPole-v1', preset: 'gymnasium', solved: 475 });
  expect([run.steps, run.allSteps, run.mean, run.weightsHash]).toEqual([
    before?.steps,
    before?.allSteps,
    before?.mean,
    before?.weightsHash,
  ]);
  expect(run.seconds).toBeLessThanOrEqual(run.allSeconds);
});

test('every training that docs/results says solves its environment ends above the mark', () => {
  expect(saved.map(({ env, solved }) => [env, solved])).toEqual([
    ['Acrobot-v1', -100],
    ['CartPole-v1', 475],
    ['Pendulum-v1', -200],
  ]);
  for (const { solved, runs } of saved)
    for (const { seconds, mean } of runs) {
      expect(seconds).not.toBeNull();
      expect(mean).toBeGreaterThan(solved);
    }
});

test('a name without a mark or a recipe is refused with those that have both', () => {
  const { stderr, status } = wasmeta('bench', 'Puck', '--time-to-solved');
  expect(status).toBe(2);
  expect(stderr).toContain('no environment named like "Puck" has a mark at which it is solved, and a recipe');
});
