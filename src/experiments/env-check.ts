/** Checks an environment of a user by the contract: each rule in a worker that is ended when it does not come back; then the same play on several workers, and rates. */
import { WasmetaError } from '../core/errors.ts';
import { ruleOf } from '../envs/contract/user-rules.ts';
import { resolveEnv } from '../envs/registry.ts';
import type { EnvConfig, FamilySpec } from '../envs/spec.ts';
import { moduleFiles } from '../envs/user/load-env.ts';
import { nameOf } from '../envs/user/modules.ts';
import { rollout } from '../evaluation/rollouts.ts';
import { userRuleNames } from '../jobs/check.ts';
import { isWasm, urlOf } from '../platform/assets.ts';
import { hostNames } from '../platform/host-watch.ts';
import { now } from '../platform/runtime.ts';
import type { PolicySpec } from '../policies/policy.ts';
import { createPool, type Pool } from '../workers/pool.ts';
import { loadSafely } from './load-safely.ts';

export interface CheckedRule {
  /** As in docs/contract.md. */
  readonly rule: string;
  /** null: of the file. */
  readonly preset: string | null;
  /** null: kept. */
  readonly broken: { readonly message: string; readonly numEnvs?: number; readonly horizon?: number } | null;
}

interface EnvCheck {
  readonly id: string | null;
  readonly passed: boolean;
  readonly rules: readonly CheckedRule[];
  /** Steps a second of one worker with 256 environments; empty where a rule is broken. */
  readonly rates: Readonly<Record<string, number>>;
}

interface CheckOptions {
  /** Longest time for one rule; a rule that takes longer counts as one that never ends. */
  readonly deadlineMs: number;
  /** Longest episodes that are played. */
  readonly horizon: number;
  readonly onRule: (rule: CheckedRule) => void;
}

/** Throws `E_ENV` if the file, or one that it imports, can't be read. */
export async function checkEnv(path: string, options: CheckOptions): Promise<EnvCheck> {
  const files = await moduleFiles(urlOf('path', path));
  const rules: CheckedRule[] = [];
  const add = (rule: CheckedRule) => {
    rules.push(rule);
    options.onRule(rule);
  };
  const done = (id: string | null, rates = {}): EnvCheck => ({ id, passed: rules.every(({ broken }) => broken === null), rules, rates });
  let spec: FamilySpec;
  try {
    spec = await loadSafely(path, options.deadlineMs);
    add({ rule: 'loads', preset: null, broken: null });
  } catch (error) {
    if (!(error instanceof WasmetaError)) throw error;
    add({ rule: ruleOf(error, 'loads'), preset: null, broken: { message: error.message } });
    return done(null);
  }
  if (!isWasm(files[0].bytes)) {
    const names = files.flatMap((file) =>
      hostNames(new TextDecoder().decode(file.bytes)).map((found) => ({ ...found, file: nameOf(file.url) })),
    );
    const list = names.map(({ name, line, file }) => `${name} in line ${line} of ${file}`).join(', ');
    const message = `${list}: the host's differ between engines or runs; use the given random and math`;
    add({ rule: 'host-free', preset: null, broken: names.length > 0 ? { message } : null });
  }
  const pool = createPool({ workers: 1, learner: false, deadlineMs: options.deadlineMs, retries: 0 });
  try {
    for (const preset of Object.keys(spec.presets)) {
      const full = resolveEnv({ id: spec.id, preset });
      const env = resolveEnv({ id: spec.id, preset, horizon: Math.min(full.horizon, options.horizon) });
      if (!(await checkPreset(pool, env, options.deadlineMs, add))) return done(spec.id);
    }
    if (!done(spec.id).passed) return done(spec.id);
    return done(spec.id, await ratesOf(pool, resolveEnv(spec.id)));
  } finally {
    await pool.close();
  }
}

/** false if nothing more can be checked. */
async function checkPreset(pool: Pool, env: EnvConfig, deadlineMs: number, add: (rule: CheckedRule) => void): Promise<boolean> {
  const { preset } = env;
  for (const rule of userRuleNames) {
    try {
      const [{ broken }] = await pool.run([{ kind: 'check' as const, shard: 0, env, rule }]);
      if (broken === null) add({ rule, preset, broken: null });
      else add({ preset, rule: broken.rule, broken });
      if (broken !== null && (rule === 'opens' || rule === 'sizes')) return false;
    } catch (error) {
      if (!(error instanceof WasmetaError)) throw error;
      add({
        preset,
        rule: error.code === 'E_DEADLINE' ? 'returns' : 'survives',
        broken: { message: why(error, rule, deadlineMs), numEnvs: 1 },
      });
      return false;
    }
  }
  const played = await Promise.all([1, 2, 3].map((workers) => hashOf(env, workers)));
  const same = new Set(played).size === 1;
  add({
    rule: 'same-everywhere',
    preset,
    broken: same ? null : { message: `1, 2 and 3 workers play ${played.map((hash) => hash.slice(0, 8)).join(', ')}` },
  });
  return true;
}

function why(error: WasmetaError, rule: string, deadlineMs: number): string {
  if (error.code !== 'E_DEADLINE') return `the worker that checked "${rule}" died: ${error.message}`;
  const calls = rule === 'opens' ? 'create, the drawing of tasks or the start of an episode' : 'a step';
  return `${calls} did not come back within ${deadlineMs / 1000} s, while "${rule}" was checked`;
}

/** Of what the same tasks earn under random play; batches differ with the number of workers. */
async function hashOf(env: EnvConfig, workers: number): Promise<string> {
  const pool = createPool({ workers, learner: false, retries: 0 });
  try {
    return (await rollout({ env, tasks: 24, batch: [24, 7, 5][workers - 1], seed: 26 }, pool)).hash;
  } finally {
    await pool.close();
  }
}

const policies: Readonly<Record<string, PolicySpec>> = { random: { kind: 'random' }, 'gru-64': { kind: 'gru', hidden: 64 } };

async function ratesOf(pool: Pool, env: EnvConfig): Promise<Record<string, number>> {
  const rates: Record<string, number> = {};
  const batch = 256;
  for (const [name, policy] of Object.entries(policies)) {
    const run = async (tasks: number) => {
      const from = now();
      const { steps } = await rollout({ env: short(env), policy, tasks, batch, seed: 27 }, pool);
      return steps / ((now() - from) / 1000);
    };
    await run(batch);
    const first = await run(batch);
    const perBatch = batch * short(env).horizon;
    const runs: number[] = [];
    for (let k = 0; k < 3; k++) runs.push(await run(batch * Math.max(1, Math.min(40, Math.round((0.3 * first) / perBatch)))));
    rates[name] = runs.sort((a, b) => a - b)[1];
  }
  return rates;
}

const short = (env: EnvConfig): EnvConfig => ({ ...env, horizon: Math.min(env.horizon, 100), episodes: 1 });
