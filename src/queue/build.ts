/** What must be the same on every machine that takes part, or its bits may differ: version, worker's script, WebAssembly modules, users' environments. */
import { record } from '../core/checks.ts';
import { loadedModules } from '../jobs/modules.ts';
import { builtin } from '../platform/runtime.ts';
import { packageFile } from '../runs/package-files.ts';
import { thisBuild } from '../runs/provenance.ts';

/** As a driver and a machine tell each other. */
export interface Build {
  readonly version: string;
  /** SHA-256 by what is hashed. */
  readonly files: Readonly<Record<string, string>>;
  /** Users' environments that are loaded: SHA-256 by name. */
  readonly envs: Readonly<Record<string, string>>;
}

export function ownBuild(): Build {
  const { version, modules } = thisBuild();
  const script = builtin('node:fs').readFileSync(packageFile('build/worker.js'));
  const worker = builtin('node:crypto').createHash('sha256').update(script).digest('hex');
  return { version, files: { worker, ...modules }, envs: Object.fromEntries(loadedModules().map(({ name, sha256 }) => [name, sha256])) };
}

/** Why a machine cannot work for a driver; null if it can. A machine may know more environments than the driver. */
export function misfit(machine: Build, driver: Build): string | null {
  if (machine.version !== driver.version) return `it has wasmeta ${machine.version}, the driver ${driver.version}`;
  for (const [name, expected] of Object.entries(driver.files)) {
    const got = machine.files[name] ?? 'none';
    if (got !== expected) return `its ${name} has SHA-256 ${got.slice(0, 12)}…, the driver's ${expected.slice(0, 12)}…`;
  }
  for (const [name, expected] of Object.entries(driver.envs)) {
    const got = machine.envs[name];
    if (got === undefined) return `it was started without --env ${name}`;
    if (got !== expected) return `its environment ${name} has SHA-256 ${got.slice(0, 12)}…, the driver's ${expected.slice(0, 12)}…`;
  }
  return null;
}

/** A build as another process wrote it; null if it is none. */
export function buildFrom(value: unknown): Build | null {
  try {
    const { version, files, envs } = record('build', value);
    const texts = (map: unknown) => Object.values(record('hashes', map)).every((hash) => typeof hash === 'string');
    return typeof version === 'string' && texts(files) && texts(envs) ? (value as Build) : null;
  } catch {
    return null;
  }
}
