/** Over 2 000 updates of a tiny run, tensors, WebAssembly pages and process listeners stay as they were after the first updates. */
import { expect, test } from 'vitest';

// Before anything is loaded: every instance's memory is noted as it is made.
const memories = new Set<WebAssembly.Memory>();
const { Instance, instantiate } = WebAssembly;
const note = (instance: WebAssembly.Instance) => {
  for (const value of Object.values(instance.exports)) if (value instanceof WebAssembly.Memory) memories.add(value);
};
WebAssembly.Instance = class extends Instance {
  constructor(...args: ConstructorParameters<typeof Instance>) {
    super(...args);
    note(this);
  }
};
WebAssembly.instantiate = (async (...args: [never, never]) => {
  const made = await (instantiate as (...given: unknown[]) => Promise<WebAssembly.WebAssemblyInstantiatedSource>)(...args);
  note(made.instance ?? made);
  return made;
}) as typeof instantiate;

const updates = 2000;
const minibatches = 2;
const epochs = 2;

async function measured(kind: 'gru' | 'mlp') {
  const [{ rl2 }, { createInlineExecutor }, tf] = await Promise.all([import('wasmeta'), import('wasmeta/inline'), import('#tf')]);
  const executor = createInlineExecutor();
  const counts = () => ({
    tensors: tf.memory().numTensors,
    pages: [...memories].map((memory) => memory.buffer.byteLength / 65536),
    listeners: process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
  });
  const policy = kind === 'gru' ? { kind, hidden: 8 } : ({ kind, hidden: [8, 8], inputs: 'trial' } as const);
  const env = { id: 'PointMass-v0', preset: 'pearl-semicircle', horizon: 6, episodes: 2 };
  const iterations = updates / (minibatches * epochs);
  let early: ReturnType<typeof counts> | null = null;
  let late: ReturnType<typeof counts> | null = null;
  for await (const { iteration } of rl2.train({ env, policy, tasks: 8, shards: 2, minibatches, epochs, iterations }, executor)) {
    if (iteration === 10) early = counts();
    late = counts();
  }
  await executor.close();
  return { early, late };
}

test.each(['gru', 'mlp'] as const)('%s: nothing grows', async (kind) => {
  const { early, late } = await measured(kind);
  expect(memories.size).toBeGreaterThanOrEqual(2); // environments and tfjs
  expect(late).toEqual(early);
});
