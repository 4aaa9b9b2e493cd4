/** Runs that go on, begin with another's state, or come in families: train --resume, --init-from, several --env, sweep; and lists and kinds of policies by --set. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { tiny, wasmeta } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'wasmeta-longer-'));
afterAll(() => rmSync(folder, { recursive: true }));

const small = [...tiny, '--workers', '1'];
const trained = (...args: string[]) => JSON.parse(wasmeta('train', ...args, '--json').stdout);
const configOf = (run: string) => JSON.parse(readFileSync(join(folder, run, 'config.json'), 'utf8')).config;

test('a finished run is trained longer to the weights of a long one; an annealed run says what to do instead', () => {
  const [short, long, annealed] = ['short', 'long', 'annealed'].map((name) => join(folder, name));
  trained(...small, '--set', 'anneal=false', '--iterations', '2', '--out', short);
  const whole = trained(...small, '--set', 'anneal=false', '--iterations', '4', '--out', long);
  const done = wasmeta('train', '--resume', '--out', short);
  expect([done.status, done.stderr]).toEqual([2, expect.stringContaining('is done after 2 iterations: --iterations N trains it longer')]);
  expect(trained('--resume', '--iterations', '4', '--out', short).weightsHash).toBe(whole.weightsHash);
  expect(configOf('short').iterations).toBe(4);
  trained(...small, '--set', 'anneal=true', '--iterations', '2', '--out', annealed);
  const refused = wasmeta('train', '--resume', '--iterations', '4', '--out', annealed);
  expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining('--init-from begins a new run')]);
});

test('a run begins with the state of another, which stays as it is; a state of other sizes is refused', () => {
  const [from, to] = ['from', 'to'].map((name) => join(folder, name));
  const before = trained(...small, '--iterations', '1', '--out', from);
  const after = trained(...small, '--iterations', '2', '--init-from', from, '--out', to);
  const fresh = trained(...small, '--iterations', '2', '--out', join(folder, 'fresh'));
  expect(after.iterations).toBe(2);
  expect(new Set([before, after, fresh].map(({ weightsHash }) => weightsHash)).size).toBe(3);
  const refused = wasmeta('train', ...small, '--set', 'policy.hidden=12', '--init-from', from, '--out', join(folder, 'never'));
  expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining('its state is of other sizes')]);
});

test('one policy for two families by two --env', () => {
  const envs = ['--env', 'PointMass-v0', '--preset', 'reach', '--env', 'Puck-v0', '--preset', 'one-shot'];
  const out = join(folder, 'both');
  trained(
    '--algo',
    'multi-task',
    ...envs,
    '--set',
    'tasks=8',
    '--set',
    'minibatches=1',
    '--iterations',
    '1',
    '--workers',
    '1',
    '--out',
    out,
  );
  expect(configOf('both').envs.map(({ id, preset }: { id: string; preset: string }) => `${id} ${preset}`)).toEqual([
    'PointMass-v0 reach',
    'Puck-v0 one-shot',
  ]);
  const refused = wasmeta('train', ...envs, '--out', join(folder, 'never'));
  expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining('rl2 plays in one environment; got 2')]);
});

test('sizes and kinds of a policy by --set mean what they say', () => {
  const policyOf = (name: string, ...set: string[]) => {
    trained(
      '--preset',
      'pearl-semicircle',
      '--set',
      'tasks=8',
      '--set',
      'minibatches=1',
      '--iterations',
      '1',
      '--out',
      join(folder, name),
      ...set,
    );
    return configOf(name).policy;
  };
  expect(policyOf('mlp', '--set', 'policy.kind=mlp', '--set', 'policy.hidden=32,16')).toEqual({ kind: 'mlp', hidden: [32, 16] });
  expect(policyOf('lstm', '--set', 'policy.kind=lstm')).toMatchObject({ kind: 'lstm', hidden: 64 });
});

test('a sweep trains every combination with every seed once, and one report holds them all', () => {
  const out = join(folder, 'sweep');
  const args = [
    ...small.slice(0, -2),
    '--set',
    'learningRate=1e-3,3e-3',
    '--seeds',
    '1,2',
    '--iterations',
    '1',
    '--tasks',
    '10',
    '--workers',
    '1',
    '--out',
    out,
    '--json',
  ];
  const [first, second] = [wasmeta('sweep', ...args), wasmeta('sweep', ...args)];
  const document = JSON.parse(first.stdout);
  expect(document.runs.map(({ seed }: { seed: number }) => seed)).toEqual([1, 2, 1, 2]);
  expect(document.report.policies.map(({ seeds }: { seeds: number[] }) => seeds)).toEqual([
    [1, 2],
    [1, 2],
  ]);
  expect(JSON.parse(second.stdout)).toEqual(document);
  expect(second.stderr).not.toContain('run 1 of 4'); // nothing is trained again
  expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('learningRate');
});
