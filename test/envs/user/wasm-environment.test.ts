/** Users' environments as WebAssembly modules: the same law in three languages and against ours, the same bits for any number of workers. */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import * as api from 'wasmeta';
import { createInlineExecutor } from 'wasmeta/inline';
import { wasmeta } from '../../cli/command.ts';
import hashes from './hashes.json' with { type: 'json' };
import { hashesOf } from './own-hashes.ts';

const { createPool, loadEnv, makeVec, rollout } = api;
const at = (path: string) => new URL(path, import.meta.url);

test('the pendulum of the templates moves alike in JavaScript, C and AssemblyScript: within 1e-3 over 200 steps', async () => {
  const N = 32;
  const envs = await Promise.all(
    ['pendulum.mjs', 'pendulum-c.wasm', 'pendulum-as.wasm'].map(async (name) =>
      makeVec((await loadEnv(at(`./laws/${name}`))).id, { numEnvs: N, horizon: 201 }),
    ),
  );
  const starts = envs.map((env) => env.reset({ seed: 3 }));
  for (const { tasks } of starts) expect(tasks).toEqual(starts[0].tasks);
  let worst = 0;
  for (let t = 0; t < 200; t++) {
    const actions = Float32Array.from({ length: N }, (_, i) => 2 * ((i * 0.618 + t * 0.414) % 1) - 1);
    const [js, ...others] = envs.map((env) => env.step(actions));
    for (const other of others) {
      js.observations.forEach((o, i) => {
        worst = Math.max(worst, Math.abs(o - other.observations[i]));
      });
      js.rewards.forEach((r, n) => {
        worst = Math.max(worst, Math.abs(r - other.rewards[n]));
      });
    }
  }
  expect(worst).toBeLessThan(1e-3);
});

test('the templates are what the tests run', () => {
  const filled = readFileSync(at('../../../templates/js/NAME.mjs'), 'utf8')
    .replaceAll(/\bID\b/g, 'PendulumInJs-v0')
    .replaceAll(/\bNAME\b/g, 'pendulum');
  expect(readFileSync(at('./laws/pendulum.mjs'), 'utf8')).toBe(filled);
});

test('a point mass against the ABI earns what the built-in one earns, to the bit', async () => {
  const executor = createInlineExecutor();
  const { id } = await loadEnv(at('./laws/point-mass.wasm'));
  const env = { id: 'PointMass-v0', preset: 'varibad-semicircle' };
  for (const policy of [{ kind: 'random' }, { kind: 'gru', hidden: 16 }] as const) {
    const [own, ours] = [await rollout({ env: id, policy, tasks: 30 }, executor), await rollout({ env, policy, tasks: 30 }, executor)];
    expect(own.hash).toBe(ours.hash);
  }
});

describe('a bandit in C and a cart with a pole in JavaScript', () => {
  const executors = [createInlineExecutor(), ...[1, 3].map((workers) => createPool({ workers }))];
  afterAll(() => Promise.all(executors.map((executor) => executor.close())));

  test.each(Object.entries(hashes))(
    '%s: play, RL² and MAML give the committed hashes inline and with 1 and 3 workers',
    async (path, expected) => {
      const { id } = await loadEnv(at(`../../../${path}`));
      const found: string[] = [];
      for (const executor of executors) found.push(await hashesOf(api, id, executor));
      expect(found).toEqual(found.map(() => expected));
    },
  );

  test.each(Object.keys(hashes))('%s trains from the command line, by RL² and by MAML', (path) => {
    const file = at(`../../../${path}`).pathname;
    for (const [algo, policy] of [
      ['rl2', 'policy.hidden=8'],
      ['maml', 'policy.hidden=[8]'],
    ]) {
      const small = ['iterations=1', 'tasks=8', policy].flatMap((set) => ['--set', set]);
      const { status, stdout, stderr } = wasmeta('train', '--algo', algo, '--env', file, ...small, '--workers', '1', '--json');
      expect([status, stderr.includes('wasmeta:')]).toEqual([0, false]);
      expect(JSON.parse(stdout)).toMatchObject({ algo, iterations: 1, weightsHash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    }
  });
});
