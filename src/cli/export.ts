/** `wasmeta export RUN`: the weights of the policy that acts, each tensor by its name, as safetensors for other tools. */
import { join } from 'node:path';
import { defineCommand } from 'citty';
import { encodeAgent } from '../agents/agent-file.ts';
import { portsOf } from '../envs/registry.ts';
import { parameterSlots, resolvePolicy } from '../policies/policy.ts';
import { replaceFile } from '../runs/files.ts';
import { checkFlags } from './arguments.ts';
import { envFile, envIdOf } from './env-flag.ts';
import { table } from './layout.ts';
import { actingOf, loadRun } from './load-run.ts';
import { print, printJson } from './output.ts';

const args = {
  dir: { type: 'positional', description: 'run folder, whose last checkpoint is exported', required: true },
  out: { type: 'string', description: 'file; default: policy.safetensors in the run folder', valueHint: 'FILE' },
  ...envFile,
  json: { type: 'boolean', description: 'one JSON document on stdout' },
} as const;

export const exportRun = defineCommand({
  meta: { name: 'export', description: 'Write the weights of a trained policy as safetensors with named tensors' },
  args,
  async run({ args: given, rawArgs }) {
    checkFlags(rawArgs, args);
    await envIdOf(given.env);
    const loaded = await loadRun(given.dir);
    const acting = actingOf(loaded, 'export');
    const out = given.out ?? join(given.dir, 'policy.safetensors');
    replaceFile(out, encodeAgent(loaded.algo, { ...acting, greedy: loaded.learner.greedy }));
    const shape = resolvePolicy(acting.policy, portsOf(acting.env));
    const slots = parameterSlots(shape);
    if (given.json) return printJson({ out, policy: shape, tensors: slots.map(({ name, shape: dims }) => ({ name, shape: dims })) });
    print(table([['tensor', 'shape'], ...slots.map(({ name, shape: dims }) => [name, dims.join(' × ')])], 2));
    print(`${out}: ${acting.parameters.length} parameters, for loadAgent and for other tools`);
  },
});
