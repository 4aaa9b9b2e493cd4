/**
 * Which JavaScript runtime this is, and its built-in modules. Nothing outside src/platform asks.
 *
 * Built-in modules come through `process.getBuiltinModule` (Node ≥ 20.16), so that no bundler sees a `node:` import.
 */
import { WasmetaError } from '../core/errors.ts';

type Runtime = 'node' | 'bun' | 'deno' | 'browser';

type Process = typeof globalThis.process;
type NodeBuiltins = {
  'node:child_process': typeof import('node:child_process');
  'node:crypto': typeof import('node:crypto');
  'node:fs/promises': typeof import('node:fs/promises');
  'node:fs': typeof import('node:fs');
  'node:os': typeof import('node:os');
  'node:path': typeof import('node:path');
  'node:url': typeof import('node:url');
  'node:worker_threads': typeof import('node:worker_threads');
  'node:v8': typeof import('node:v8');
  'node:vm': typeof import('node:vm');
};

const globals: {
  Bun?: unknown;
  Deno?: { version?: { deno?: string } };
  process?: Partial<Process> & { type?: string };
} = globalThis;

export function detectRuntime(): Runtime {
  if (globals.Deno?.version?.deno !== undefined) return 'deno';
  if (globals.Bun !== undefined) return 'bun';
  const host = globals.process;
  // Bundlers add imitations of `process`; only Node's own has this tag. Electron's windows and web workers have both APIs and use the browser's.
  const isNode = Object.prototype.toString.call(host) === '[object process]' && typeof host?.versions?.node === 'string';
  return isNode && host?.type !== 'renderer' && !insideWebWorker() ? 'node' : 'browser';
}

/** Whether this is the inside of a browser's worker: Node's own workers have no such scope. */
function insideWebWorker(): boolean {
  const scope = (globalThis as { WorkerGlobalScope?: unknown }).WorkerGlobalScope;
  return typeof scope === 'function' && globalThis instanceof scope;
}

/** A built-in module of Node, or of the runtimes that offer the same ones. */
export function builtin<Name extends keyof NodeBuiltins>(name: Name): NodeBuiltins[Name] {
  const load = globals.process?.getBuiltinModule as ((id: string) => unknown) | undefined;
  const found = load?.(name);
  if (found === undefined)
    throw new WasmetaError('E_UNSUPPORTED', `this runtime has no built-in module "${name}": Node needs to be 20.19 or later`, {
      module: name,
      runtime: detectRuntime(),
      version: globals.process?.version ?? null,
    });
  return found as NodeBuiltins[Name];
}

/** Logical processors that this process may use, at least 1. */
export function cpuCount(): number {
  const runtime = detectRuntime();
  if (runtime === 'node') {
    const { readFileSync } = builtin('node:fs');
    const quota = processorQuota((path) => readFileSync(path, 'utf8'));
    return Math.max(1, Math.min(builtin('node:os').availableParallelism(), Math.ceil(quota)));
  }
  return Math.max(1, globalThis.navigator?.hardwareConcurrency ?? 1);
}

/** Processors that a container may use by its quota; Infinity without one. Older versions of Node count the machine's. */
export function processorQuota(read: (path: string) => string): number {
  const numbers = (path: string) => {
    try {
      return read(path).trim().split(/\s+/).map(Number);
    } catch {
      return []; // no such file
    }
  };
  const [quota, period] = numbers('/sys/fs/cgroup/cpu.max'); // version 2; "max" is no number
  const [older] = numbers('/sys/fs/cgroup/cpu/cpu.cfs_quota_us'); // version 1; -1 without a quota
  const [olderPeriod] = numbers('/sys/fs/cgroup/cpu/cpu.cfs_period_us');
  const given = [quota / period, older / olderPeriod].filter((processors) => processors > 0);
  return Math.min(...given);
}

/** Taken once: what watches over users' environments (host-watch.ts) counts their calls, not ours. */
const clock = performance.now.bind(performance);

/** Milliseconds on a monotonic clock; only differences have a meaning. */
export function now(): number {
  return clock();
}

/** Resolves after so many milliseconds. */
export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
