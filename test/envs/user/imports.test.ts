/** The files that a user's environment imports are part of it: hashed with it, told to workers, searched by `check`. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPool, loadEnv, resolveEnv, rollout } from 'wasmeta';

const folder = mkdtempSync(join(tmpdir(), 'wasmeta-imports-'));
afterAll(() => rmSync(folder, { recursive: true }));

const definition = (id: string, head = '') => `${head}
// import './not-there.mjs' in a comment, and "import './nor-there.mjs'" in a text
export default {
  id: '${id}', observation: [{ name: 'x' }], action: [{ name: 'dx' }], task: [], state: 1, ends: false,
  presets: { short: { horizon: 4, episodes: 1 } },
  reset() {}, step(state, action) { state[0] += action[0] * ${head === '' ? 1 : 'speed'}; return { reward: state[0], terminated: false }; },
  observe(state, task, out) { out[0] = state[0]; },
};`;

beforeAll(() => {
  mkdirSync(join(folder, 'a/deep'), { recursive: true });
  writeFileSync(join(folder, 'a/env.mjs'), definition('Imports-v0', "import { speed } from './speed.mjs';"));
  writeFileSync(join(folder, 'a/speed.mjs'), "export { speed } from './deep/number.mjs';");
  writeFileSync(join(folder, 'a/deep/number.mjs'), "import '../speed.mjs';\nexport const speed = 0.5;");
});

test('the hash covers imports of imports, wherever the folder is, and another imported file is another environment', async () => {
  const { id } = await loadEnv(join(folder, 'a/env.mjs'));
  const { module } = resolveEnv(id);
  cpSync(join(folder, 'a'), join(folder, 'b'), { recursive: true });
  await loadEnv(join(folder, 'b/env.mjs'));
  expect(resolveEnv(id).module).toEqual(module);
  writeFileSync(join(folder, 'b/deep/number.mjs'), 'export const speed = 0.6;');
  await expect(loadEnv(join(folder, 'b/env.mjs'))).rejects.toThrow('there is another Imports-v0');
});

test('a worker refuses an imported file that has changed since, and names it', async () => {
  cpSync(join(folder, 'a'), join(folder, 'c'), { recursive: true });
  writeFileSync(join(folder, 'c/env.mjs'), definition('Changed-v0', "import { speed } from './speed.mjs';"));
  const { id } = await loadEnv(join(folder, 'c/env.mjs'));
  writeFileSync(join(folder, 'c/deep/number.mjs'), 'export const speed = 0.7;');
  const pool = createPool({ workers: 1, learner: false });
  await expect(rollout({ env: id, tasks: 2 }, pool)).rejects.toThrow(/deep\/number\.mjs has changed since it was loaded/);
  await pool.close();
});

test.each([
  ['missing', "import './gone.mjs';", /gone\.mjs, which .*missing\.mjs imports, can't be read/],
  ['computed', "const name = './speed.mjs'; await import(name);", /expected imports of addresses that stand there, got import\(name\)/],
])('imports that are %s are refused', async (name, head, message) => {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, `${head}\n${definition('Refused-v0')}`);
  await expect(loadEnv(pathToFileURL(file))).rejects.toThrow(
    expect.objectContaining({ code: 'E_ENV', message: expect.stringMatching(message) }),
  );
});
