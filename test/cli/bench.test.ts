/** `wasmeta bench` of any environment: its rows, files that are kept and held against, and what is refused. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { BenchRow } from '../../src/bench/benchmarks.ts';
import { wasmeta } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'wasmeta-bench-'));
afterAll(() => rmSync(folder, { recursive: true }));

const pendulum = new URL('../../examples/environments/pendulum.mjs', import.meta.url).pathname;
const small = ['--batches', '64', '--workers', '1', '--runs', '1'];
const kept = join(folder, 'kept.json');
const namesOf = (stdout: string) => (JSON.parse(stdout) as BenchRow[]).map(({ name }) => name);
const changed = (change: (row: BenchRow) => object) => {
  const { rows, ...about } = JSON.parse(readFileSync(kept, 'utf8')) as { rows: BenchRow[] };
  const path = join(folder, 'changed.json');
  writeFileSync(path, JSON.stringify({ ...about, rows: rows.map((row) => ({ ...row, ...change(row) })) }));
  return path;
};

test('an own environment has every kind of row, with the policies that are asked for', () => {
  const { stdout, status } = wasmeta(
    'bench',
    '--env',
    pendulum,
    '--policy',
    'gru-8',
    '--policy',
    'random',
    ...small,
    '--save',
    kept,
    '--json',
  );
  expect(status).toBe(0);
  expect(namesOf(stdout)).toEqual(
    ['vector', 'step', 'rollout/gru-8', 'rollout/random', 'train/rl2-gru-8'].map((name) => {
      const [kind, player] = name.split('/');
      return [kind, 'HiddenMassPendulum-v0', ...(player === undefined ? [] : [player])].join('/');
    }),
  );
  const { rows, ...about } = JSON.parse(readFileSync(kept, 'utf8'));
  expect(rows).toEqual(JSON.parse(stdout));
  expect(about).toEqual({
    command: `npx wasmeta bench --env ${pendulum} --policy gru-8 --policy random --batches 64 --workers 1 --runs 1 --json`,
    commit: expect.stringMatching(/^[0-9a-f]{40}/),
    date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    machine: expect.stringContaining('Node'),
  });
});

test('held against a kept file: its rows alone are measured; exit code 1 names those that are slower', () => {
  const asked = ['bench', 'vector', '--env', pendulum, ...small];
  const [slow, fast] = [1e-6, 1e6].map((factor) =>
    wasmeta(
      ...asked,
      '--compare',
      changed(({ relative }) => ({ relative: factor * relative })),
    ),
  );
  expect([slow.status, slow.stdout]).toEqual([0, expect.stringMatching(/before.*\n(?:.*\n)*.*vector\/HiddenMassPendulum-v0.* ×/)]);
  expect([fast.status, fast.stderr]).toEqual([
    1,
    expect.stringMatching(
      /1 of 1 row is slower than in .*changed\.json.*\n(?:.*\n)*.*vector\/HiddenMassPendulum-v0 · batch 64 · workers 0: 0\.00 ×/,
    ),
  ]);
});

test('a run plays with its weights and is trained as it was', () => {
  const run = join(folder, 'run');
  const trained = ['--env', pendulum, '--set', 'policy.hidden=8', '--set', 'tasks=8', '--set', 'shards=1', '--set', 'minibatches=1'];
  expect(wasmeta('train', ...trained, '--iterations', '1', '--out', run, '--quiet').status).toBe(0);
  const { stdout } = wasmeta('bench', '--env', pendulum, '--policy', run, ...small, '--json');
  expect(namesOf(stdout)).toEqual(
    ['vector', 'step', 'rollout', 'train'].map((kind) => expect.stringContaining(`${kind}/HiddenMassPendulum-v0`)),
  );
  expect(namesOf(stdout).slice(2)).toEqual([expect.stringMatching(/\/run$/), expect.stringMatching(/\/rl2-run$/)]);
  expect(JSON.parse(stdout)[3].batch).toBe(8);
});

test.each([
  [['--policy', 'gru'], '"policy" expected random, oracle, mlp-64-64, gru-64 or other kinds and sizes, got "gru"'],
  [['--policy', 'gru-6'], '"policy.hidden" expected a multiple of 4'],
  [['--env', 'Pendulum-v9'], 'Pendulum-v9'],
  [['--compare', join(folder, 'gone.json')], "can't be read"],
  [['--compare', pendulum], '"compare" expected a file that bench --save wrote'],
])('refuses %j with exit code 2', (args, message) => {
  const { status, stderr } = wasmeta('bench', 'rollout', ...args, ...small);
  expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
});
