/** Config fields with a check of their own: environments and policies. */
import { fail } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import type { Mistakes } from '../core/schema.ts';
import { checkEnv } from '../envs/registry.ts';
import type { EnvConfig, EnvOptions } from '../envs/spec.ts';
import { loadNamed } from '../envs/user/load-env.ts';
import { checkPolicy, type PolicySpec } from '../policies/policy.ts';

/** A field whose value is a T, given as a `Given`. */
export interface Part<T, Given, Needed extends boolean> {
  readonly needed: Needed;
  readonly fallback?: T;
  /** The value with its own defaults; undefined after adding what is wrong with it to `mistakes`. */
  check(value: unknown, path: string, mistakes: Mistakes): T | undefined;
  /** Loads the files that a value names. Default: it names none. */
  load?(value: unknown): Promise<void>;
  /** Never there: it carries the type of what may be given. */
  readonly given?: Given;
}

// biome-ignore lint/suspicious/noExplicitAny: any part will do; its types are read off each field
export type Parts = Readonly<Record<string, Part<any, any, boolean>>>;
export type ValuesOf<P extends Parts> = { readonly [K in keyof P]: P[K] extends Part<infer T, unknown, boolean> ? T : never };
type NeededIn<P extends Parts> = { [K in keyof P]: P[K]['needed'] extends true ? K : never }[keyof P];
type GivenIn<P extends Parts, K extends keyof P> = P[K] extends Part<unknown, infer Given, boolean> ? Given : never;
export type GivenOf<P extends Parts> = { readonly [K in NeededIn<P>]: GivenIn<P, K> } & {
  readonly [K in Exclude<keyof P, NeededIn<P>>]?: GivenIn<P, K>;
};

/** The environment that a learner plays in. */
export const environment: Part<EnvConfig, string | EnvOptions, true> = {
  needed: true,
  check: checkEnv,
  load: (value) => loadNamed([value]),
};

const mostEnvironments = 64;

/** Several environments, for learners whose policy plays in all of them. */
export const environments: Part<readonly EnvConfig[], readonly (string | EnvOptions)[], true> = {
  needed: true,
  load: (value) => loadNamed(Array.isArray(value) ? value : []),
  check(value, path, mistakes) {
    if (!Array.isArray(value) || value.length < 1 || value.length > mostEnvironments)
      return mistakes.attempt(() => fail(path, `a list of 1 to ${mostEnvironments} environments`, value));
    const envs = Array.from(value, (one, k) => checkEnv(one, `${path}[${k}]`, mistakes)); // a hole is a mistake as well
    return envs.includes(undefined) ? undefined : (envs as EnvConfig[]);
  },
};

/** A learner’s field that holds a policy. `fallback`: the one it has if none is given. */
export const policy = (fallback: PolicySpec): Part<PolicySpec, PolicySpec, false> => ({
  needed: false,
  fallback,
  check: (value = fallback, path, mistakes) => checkPolicy(value, path, mistakes),
});

/** Throws `E_CONFIG`: how a field has to be to fit the others. */
export function misfit(title: string, expected: string): never {
  throw new WasmetaError('E_CONFIG', `"${title}" expected ${expected}`, { title });
}
