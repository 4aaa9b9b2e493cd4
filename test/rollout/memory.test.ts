/** What does not fit into WebAssembly's memory is refused with its size; where the process may have no more, that is what is said. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { Batch } from '../../src/envs/batch.ts';
import { Engine } from '../../src/envs/engine.ts';
import { resolveEnv } from '../../src/envs/registry.ts';

const module = new WebAssembly.Module(readFileSync('build/wasm/wasmeta.wasm'));
const grid = resolveEnv({ id: 'GridNavi-v0', size: 16 } as never);

test('2^20 grids of 16 × 16 are refused with their size, and the instance goes on', () => {
  const engine = new Engine(module);
  const pages = engine.pages;
  expect(() => new Batch(engine, grid, 2 ** 20)).toThrow(
    expect.objectContaining({ code: 'E_ARGUMENT', message: expect.stringMatching(/environments of GridNavi-v0 need \d{4,} MiB/) }),
  );
  expect(engine.pages).toBe(pages);
  new Batch(engine, grid, 4).free();
});

test('out of memory is said as such', () => {
  const engine = new Engine(module);
  expect(() => engine.call((wasm) => wasm.allocate(-1))).toThrow(
    expect.objectContaining({
      code: 'E_WASM_TRAP',
      message: expect.stringMatching(/^out of memory: \d+ MiB more could not be had beside/),
    }),
  );
});

// A limit on addresses, as `ulimit -v` sets; V8 reserves 10 GiB of addresses for a memory of WebAssembly.
test.skipIf(process.platform !== 'linux')('under ulimit -v the message names the limit, and no damage', () => {
  const index = fileURLToPath(new URL('../../build/index.js', import.meta.url));
  const program = `import(${JSON.stringify(index)}).then(({ makeVec }) => makeVec("PointMass-v0", { numEnvs: 4 })).catch((error) => console.log(error.code, error.message))`;
  const { stdout } = spawnSync('bash', ['-c', `ulimit -v 9000000; exec ${JSON.stringify(process.execPath)} -e '${program}'`], {
    encoding: 'utf8',
  });
  expect(stdout).toMatch(/^E_WASM_TRAP out of memory/);
  expect(stdout).not.toMatch(/damaged|SIMD/);
});
