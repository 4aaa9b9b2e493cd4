/**
 * Trusted Types: pages whose Content-Security-Policy has `require-trusted-types-for 'script'` start workers only from addresses that a policy
 * vouches for. Ours, named "wasmeta", vouches for the package's own scripts and for nothing else.
 */
import { WasmetaError } from '../core/errors.ts';

interface Policy {
  createScriptURL(address: string): unknown;
}
type Factory = { createPolicy(name: string, rules: Policy): Policy };

const trustedTypes = (): Factory | undefined => (globalThis as { trustedTypes?: Factory }).trustedTypes;

let policy: Policy | null = null;

/** An address of one of the package's scripts, as `new Worker` takes it. */
export function trusted(url: URL): URL {
  const factory = trustedTypes();
  if (factory === undefined) return url;
  try {
    policy ??= factory.createPolicy('wasmeta', { createScriptURL: (address) => address });
  } catch {
    return url; // the policy's name is not allowed: pages that ask for no trusted types start the worker nevertheless
  }
  return policy.createScriptURL(url.href) as URL; // `new Worker` takes it as it takes a URL
}

/** The error for a page that refuses an address because no policy vouches for it; others stay as they are. */
export function namedRefusal(error: unknown, script: string): unknown {
  if (!(error instanceof TypeError) || trustedTypes() === undefined || !/Trusted/.test(error.message)) return error;
  return new WasmetaError(
    'E_UNSUPPORTED',
    `${script} can't be started: the page's Content-Security-Policy requires trusted types. Add "wasmeta" to its trusted-types for the package's own worker; for one of yours pass \`worker: () => new Worker(trustedAddress, { type: 'module' })\``,
    { script, reason: error.message },
    error,
  );
}
