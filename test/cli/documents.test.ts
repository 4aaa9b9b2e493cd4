/** The JSON documents of `train` and `evaluate` have the fields that scripts of others read, and a learner that is told goals says how many it reaches. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { wasmeta } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'wasmeta-documents-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('train and evaluate of a goal-conditioned learner', () => {
  const out = join(folder, 'goals');
  const few = ['--iterations', '2', '--set', 'tasks=8', '--set', 'updates=2', '--set', 'batch=16', '--set', 'warmup=0'];
  const trained = wasmeta('train', '--algo', 'goal-conditioned', '--preset', 'reach', ...few, '--workers', '1', '--out', out, '--json');
  expect(trained.status).toBe(0);
  expect(Object.keys(JSON.parse(trained.stdout))).toEqual([
    'out',
    'env',
    'algo',
    'seed',
    'workers',
    'iterations',
    'steps',
    'seconds',
    'weightsHash',
    'metrics',
  ]);

  const ask = (...args: string[]) => wasmeta('evaluate', out, '--tasks', '60', '--workers', '1', ...args);
  const document = JSON.parse(ask('--per-task', '--json').stdout);
  const promised = [
    'env',
    'preset',
    'reward',
    'algo',
    'tasks',
    'seed',
    'axis',
    'mean',
    'stderr',
    'iqm',
    'ci95',
    'random',
    'oracle',
    'hash',
  ];
  expect(Object.keys(document)).toEqual(expect.arrayContaining(promised));
  // The reward is paid at the goal alone: who ends there was paid, so that no more goals are reached than there are paid episodes.
  const { success, perTask } = document;
  const paid = perTask.filter(({ returns }: { returns: number[] }) => returns[0] > 0).length / 60;
  expect(success.mean >= 0 && success.mean <= paid + 1e-12).toBe(true);
  expect(success.mean * 60).toBeCloseTo(Math.round(success.mean * 60), 9);
  expect(ask('--split', 'validate', '--json').stdout).not.toBe('');
  expect(ask().stdout).toMatch(/goals reached: \d+\.\d ± (\d+\.\d|–) %/);
});
