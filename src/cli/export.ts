/** `wasmeta export RUN`: the weights of the policy that acts, each tensor by its name, as safetensors for other tools. */
import { join } from 'node:path';
import { defineCommand } from 'citty';
import { learnerOf } from '../algorithms/registry.ts';
import { WasmetaError } from '../core/errors.ts';
import { portsOf } from '../envs/registry.ts';
import { parameterSlots, resolvePolicy } from '../policies/policy.ts';
import { replaceFile } from '../runs/files.ts';
import { openRun } from '../runs/open-run.ts';
import { encodeTensors } from '../runs/safetensors.ts';
import { checkFlags } from './arguments.ts';
import { envFile, envIdOf } from './env-flag.ts';
import { print, printJson, remark, table } from './output.ts';

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
    const run = await openRun(given.dir);
    const { algo, ...checkpoint } = await run.load('last', ({ message }) =>
      remark(`wasmeta: warning: ${message}; the one before it is taken`),
    );
    const learner = learnerOf(algo);
    const config = learner.resolve(checkpoint.config);
    const [acting] = learner.acting(config, learner.check(config, checkpoint.state));
    if (acting === undefined)
      throw new WasmetaError('E_UNSUPPORTED', `"export" expected a learner that plays in an environment, got ${algo}`, { algo });
    const { env, policy, parameters } = acting;
    const shape = resolvePolicy(policy, portsOf(env));
    const slots = parameterSlots(shape);
    const tensors = new Map(
      slots.map(({ name, shape: dims, offset, size }) => [name, { shape: dims, data: parameters.subarray(offset, offset + size) }]),
    );
    const about = { format: 'wasmeta-policy-1', algo, policy: JSON.stringify(shape), env: JSON.stringify(env) };
    const out = given.out ?? join(given.dir, 'policy.safetensors');
    replaceFile(out, encodeTensors({ tensors, metadata: new Map(Object.entries(about)) }));
    if (given.json) return printJson({ out, policy: shape, tensors: slots.map(({ name, shape: dims }) => ({ name, shape: dims })) });
    print(table([['tensor', 'shape'], ...slots.map(({ name, shape: dims }) => [name, dims.join(' × ')])], 2));
    print(`${out}: ${parameters.length} parameters`);
  },
});
