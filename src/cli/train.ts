/** `wasmeta train`: meta-trains a policy and leaves a run folder. */
import { defineCommand } from 'citty';
import { type Rl2Options, resolveRl2, rl2Defaults } from '../algorithms/rl2.ts';
import { rl2Preset } from '../algorithms/rl2-presets.ts';
import { integer, oneOf, record } from '../core/checks.ts';
import type { PolicySpec } from '../core/policy.ts';
import { createPool } from '../executors/pool.ts';
import { RunFolder } from '../runs/run-folder.ts';
import { checkFlags, settings, wholeNumber, workerCount } from './arguments.ts';
import { print, printJson } from './output.ts';
import { trainRl2 } from './training.ts';

const args = {
  algo: { type: 'string', description: 'meta-learner: rl2', default: 'rl2' },
  env: { type: 'string', description: 'task family', default: 'PointMass-v0', valueHint: 'ID' },
  preset: { type: 'string', description: 'task distribution and horizon, as `wasmeta envs` lists them', valueHint: 'NAME' },
  set: {
    type: 'string',
    description: 'one config value, repeatable: --set iterations=200 --set policy.hidden=128 --set env.horizon=60',
    valueHint: 'key=value',
  },
  seed: { type: 'string', description: 'seed of everything', default: '1' },
  workers: { type: 'string', description: 'workers (changes the speed, never the result); default: one a processor' },
  out: { type: 'string', description: 'run folder', valueHint: 'DIR' },
  resume: { type: 'boolean', description: 'go on from the checkpoint in --out' },
  checkpoint: { type: 'string', description: 'iterations between checkpoints', default: '10', valueHint: 'N' },
  quiet: { type: 'boolean', description: 'no progress line' },
  json: { type: 'boolean', description: 'one JSON document on stdout' },
} as const;

export const train = defineCommand({
  meta: { name: 'train', description: 'Meta-train a policy; writes a run folder' },
  args,
  async run({ args: given, rawArgs }) {
    checkFlags(rawArgs, args);
    oneOf('algo', given.algo, ['rl2']);
    const { env: envSettings = {}, policy: policySettings = {}, ...rest } = settings(rawArgs);
    const env = { id: given.env, ...(given.preset === undefined ? {} : { preset: given.preset }), ...record('env', envSettings) };
    const seed = wholeNumber('seed', given.seed, 1);
    const preset = rl2Preset(env);
    const policy = changedPolicy(preset.policy ?? rl2Defaults.policy, record('policy', policySettings));
    const config = resolveRl2({ ...preset, ...rest, policy, env, seed } as Rl2Options);
    const workers = workerCount(given.workers);
    const checkpointEvery = integer('checkpoint', wholeNumber('checkpoint', given.checkpoint, 10), 1);
    const out = given.out ?? `runs/${config.env.id}__rl2__${seed}`;
    const executor = createPool({ workers });
    try {
      const label = `rl2 ${config.env.preset}`;
      const folder = new RunFolder(out);
      const result = await trainRl2({
        label,
        config,
        executor,
        folder,
        checkpointEvery,
        resume: given.resume === true,
        quiet: given.quiet === true,
      });
      const document = {
        out,
        env: config.env.id,
        algo: 'rl2',
        seed,
        workers,
        iterations: result.state.iteration,
        steps: result.state.steps,
        seconds: result.seconds,
        weightsHash: result.weightsHash,
        metrics: result.history.at(-1) ?? {},
      };
      if (given.json) printJson(document);
      else
        print(
          `${out}: ${document.steps} steps in ${document.seconds.toFixed(1)} s, weights ${document.weightsHash.slice(0, 16)}…\nnext: wasmeta evaluate ${out}`,
        );
    } finally {
      await executor.close();
    }
  },
});

/** Single values change the policy that would be used; another kind starts from nothing. */
function changedPolicy(policy: PolicySpec, settings: Record<string, unknown>): unknown {
  return settings.kind === undefined || settings.kind === policy.kind ? { ...policy, ...settings } : settings;
}
