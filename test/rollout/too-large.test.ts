import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Engine } from '../../src/envs/engine.ts';
import { portsOf, resolveEnv } from '../../src/envs/registry.ts';
import { resolvePolicy } from '../../src/policies/policy.ts';
import { Collector } from '../../src/rollout/collector.ts';

const module = new WebAssembly.Module(readFileSync('build/wasm/wasmeta.wasm'));

test.each([
  [2 ** 20, 4096, false], // the block of returns would wrap around to 0 bytes
  [2 ** 16, 1000, true],
])('%i trials of %i episodes are refused before anything is allocated', (numTrials, episodes, recorded) => {
  const engine = new Engine(module);
  const env = resolveEnv({ id: 'PointMass-v0', horizon: 100, episodes });
  const pages = engine.pages;
  expect(() => new Collector(engine, env, resolvePolicy({ kind: 'random' }, portsOf(env)), numTrials, recorded)).toThrow(
    expect.objectContaining({ code: 'E_ARGUMENT' }),
  );
  expect(engine.pages).toBe(pages);
});
