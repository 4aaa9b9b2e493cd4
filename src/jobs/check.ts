/** Checks one rule of docs/contract.md on a user's environment, in a worker that can be ended, and looks for the smallest input that breaks it. */
import { WasmetaError } from '../core/errors.ts';
import type { Subject } from '../envs/contract/kit.ts';
import { rules } from '../envs/contract/rules.ts';
import { ruleOf, userRules } from '../envs/contract/user-rules.ts';
import { familyOf, portsOf } from '../envs/registry.ts';
import type { EnvConfig } from '../envs/spec.ts';
import type { UserLaw } from '../envs/user/user-law.ts';
import { VectorEnv } from '../envs/vector-env.ts';
import type { Assets } from '../platform/assets.ts';

export interface CheckJob {
  readonly kind: 'check';
  readonly shard: number;
  readonly env: EnvConfig;
  readonly rule: string;
}

/**
 * How a rule was broken: the rule (an error may be about another one than was asked for), what happened, and the smallest batch and horizon that show it, where the
 * rule leaves them open.
 */
export interface CheckResult {
  readonly broken: { readonly rule: string; readonly message: string; readonly numEnvs?: number; readonly horizon?: number } | null;
}

const checked = { ...userRules, ...rules };
/** In the order in which they are checked: what keeps others from being checked comes first. */
export const userRuleNames = Object.keys(checked);

/** Rules that choose their batch and their steps themselves, and say them. */
const fixed = ['opens', 'sizes', 'own-rows', 'host-free', 'flat-memory', 'reset-first', 'closed'];
const sizes = [1, 2, 3, 5];
const horizons = [1, 2, 3, 5, 8, 13, 21, 34];

export const checkHandlers = (assets: Assets) => ({
  check({ env, rule }: CheckJob): CheckResult {
    const broken = (numEnvs: number, horizon: number) => {
      try {
        checked[rule](subjectOf(assets, { ...env, horizon }, numEnvs));
        return null;
      } catch (error) {
        return { rule: ruleOf(error, rule), message: error instanceof Error ? error.message : String(error), numEnvs, horizon };
      }
    };
    let found = broken(9, env.horizon);
    if (found === null) return { broken: null };
    if (fixed.includes(rule)) return { broken: { rule: found.rule, message: found.message } };
    const sameKind = (other: typeof found) => other !== null && wordsOf(other.message) === wordsOf(found?.message ?? '');
    for (const horizon of horizons.filter((h) => h < env.horizon)) {
      const smaller = broken(9, horizon);
      if (!sameKind(smaller)) continue;
      found = smaller;
      break;
    }
    for (const size of sizes) {
      const smaller = broken(size, (found as NonNullable<typeof found>).horizon);
      if (!sameKind(smaller)) continue;
      found = smaller;
      break;
    }
    return { broken: found };
  },
});

/** A message without its numbers. */
const wordsOf = (message: string) => message.replace(/-?(?:\d[\d.e+-]*|NaN|Infinity)|[[\]{},"]/g, '').replace(/\s+/g, ' ');

function subjectOf({ engine }: Assets, config: EnvConfig, numEnvs: number): Subject {
  const spec = familyOf(config.id);
  const ports = portsOf(config);
  const discrete = ports.head === 'categorical';
  if (spec.user === undefined)
    throw new WasmetaError('E_ARGUMENT', `a check expected an environment of a user, got ${config.id}`, { id: config.id });
  const user: UserLaw = spec.user;
  return {
    config,
    numEnvs,
    make: (size, changes = {}) => new VectorEnv(engine, { ...config, ...changes }, size),
    observationSize: spec.observation(config).length,
    actionSize: discrete ? 1 : ports.actionWidth,
    choices: discrete ? ports.actionWidth : 0,
    taskSize: spec.task(config).length,
    oneState: false,
    drawnStart: false,
    numTasks: Infinity,
    answersAfter: 0,
    rewards: Object.keys(spec.rewards),
    seek: null,
    user: {
      ends: spec.ends?.(config) === true,
      open: (size) => user.create(config, size),
      vector: (size) => new VectorEnv(engine, config, size),
      ...(spec.goal && { goal: spec.goal }),
    },
  };
}
