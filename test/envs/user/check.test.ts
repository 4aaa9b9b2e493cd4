/** `wasmeta check` names what is broken, and training survives it. The modules are compiled by scripts/user-laws.mjs. */
import { describe, expect, test } from 'vitest';
import { createPool, loadEnv, rl2, type WasmetaError } from 'wasmeta';
import { wasmetaEach } from '../../cli/command.ts';
import { long } from '../../long.ts';

const folder = new URL('./broken/', import.meta.url);

/** File → rule of docs/contract.md, and what training does: the code of its error, or null where it goes on. */
const faults: Record<string, [rule: string, training: string | null]> = {
  'nan.mjs': ['no-faults', null],
  'beyond-rows.wasm': ['own-rows', null],
  'sizes.wasm': ['sizes', 'E_ENV'],
  'unwritten.mjs': ['sizes', 'E_ENV'],
  'hidden-state.mjs': ['fresh-episodes', null],
  'host-random.mjs': ['host-free', null],
  'traps.wasm': ['no-traps', 'E_ENV'],
  'endless.mjs': ['returns', 'E_DEADLINE'],
  'grows.wasm': ['flat-memory', 'E_ENV'],
  'leak.mjs': ['flat-memory', null],
  'abi-version.wasm': ['abi-version', 'E_ENV'],
  'unclipped.mjs': ['clips', null],
  'imports-host.mjs': ['host-free', null],
  'outside-state.mjs': ['states', null],
  'wrong-goal.mjs': ['goals', null],
};

interface Document {
  readonly passed: boolean;
  readonly rules: { readonly rule: string; readonly broken: { readonly message: string } | null }[];
  readonly rates: Record<string, number>;
}

describe('a broken environment', () => {
  test('is named by the rule that it breaks, with exit code 1 and a message that says where', async () => {
    const names = Object.keys(faults);
    const ended = await wasmetaEach(
      names.map((name) => ['check', new URL(name, folder).pathname, '--seconds', name === 'endless.mjs' ? '3' : '10', '--json']),
    );
    ended.forEach(({ status, stdout }, k) => {
      const { passed, rules } = JSON.parse(stdout) as Document;
      const broken = rules.filter((one) => one.broken !== null);
      expect([names[k], status, passed]).toEqual([names[k], 1, false]);
      expect(broken.map(({ rule }) => rule)).toContain(faults[names[k]][0]);
      for (const one of broken) expect(one.broken?.message).toMatch(/\w{3}/);
    });
  });

  test.each(Object.entries(faults))('%s (%s) does not take training down', async (name, [, expected]) => {
    const pool = createPool({ workers: 2, deadlineMs: 5000 });
    const train = async () => {
      const { id } = await loadEnv(new URL(name, folder));
      const options = { env: id, tasks: 64, shards: 4, minibatches: 2, iterations: 2, policy: { kind: 'gru', hidden: 8 } } as const;
      for await (const { metrics } of rl2.train(options, pool)) expect(Object.values(metrics).every(Number.isFinite)).toBe(true);
      return null;
    };
    expect(await train().catch((error: WasmetaError) => error.code)).toBe(expected);
    await pool.close();
  });

  test('that never comes back is not tried again, and the message names its file', async () => {
    const pool = createPool({ workers: 1, learner: false, deadlineMs: 1500 });
    const { id } = await loadEnv(new URL('endless.mjs', folder));
    const { rollout } = await import('wasmeta');
    await expect(rollout({ env: id, tasks: 2 }, pool)).rejects.toThrow(
      /failed 1 time, the last because its worker was overdue: no sign of life for 1500 ms; it is not repeated, for a call of .*endless\.mjs.* may never come back/,
    );
    await pool.close();
  });
});

/** Files whose loading does not come back: what check calls it. The thread that names them must not run them. */
const loading: Record<string, readonly string[]> = {
  'endless-top.mjs': ['returns'],
  'waits-top.mjs': ['returns'],
  'exits.mjs': ['survives'],
  'huge.mjs': ['survives', 'returns'], // whichever comes first
};

test('a file that never comes to an end, ends its thread or takes all memory when it is loaded ends no command without a typed error', async () => {
  const names = Object.keys(loading);
  // To train waits for 20 s.
  const trained = long ? names : names.filter((name) => name === 'exits.mjs');
  const path = (name: string) => new URL(name, folder).pathname;
  const ended = await wasmetaEach([
    ...names.map((name) => ['check', path(name), '--seconds', '3', '--json']),
    ...trained.map((name) => ['train', '--env', path(name), '--iterations', '1', '--out', 'never-made']),
  ]);
  names.forEach((name, k) => {
    const { passed, rules } = JSON.parse(ended[k].stdout) as Document;
    expect([name, ended[k].status, passed, rules.length]).toEqual([name, 1, false, 1]);
    expect(loading[name]).toContain(rules[0].rule);
  });
  trained.forEach((name, k) => {
    const { status, stdout, stderr } = ended[names.length + k];
    expect([name, status, stdout]).toEqual([name, 2, '']);
    expect(stderr).toMatch(/did not come to an end within 20 s when it was loaded|ended the worker that loaded it: /);
  });
});

/** JavaScript, C, AssemblyScript. */
const sound = ['laws/pendulum.mjs', 'laws/reach.wasm', 'laws/pendulum-as.wasm'];
const others = ['laws/reach.mjs', 'laws/pendulum-c.wasm', 'laws/bandit.wasm', 'laws/point-mass.wasm', 'cart-pole'];

test.each(long ? [...sound, ...others] : sound)('%s keeps the contract', async (name) => {
  const url = name === 'cart-pole' ? '../../../examples/environments/cart-pole.mjs' : `./${name}`;
  const [{ status, stdout, stderr }] = await wasmetaEach([['check', new URL(url, import.meta.url).pathname, '--json']]);
  expect(stderr).toBe('');
  const { rules, rates } = JSON.parse(stdout) as Document;
  expect(rules.filter(({ broken }) => broken !== null)).toEqual([]);
  expect(Object.keys(rates)).toEqual(['random', 'gru-64']);
  expect(status).toBe(0);
});
