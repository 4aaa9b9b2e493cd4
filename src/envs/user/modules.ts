/**
 * Users' environments by the file that they are defined in: loaded once in each thread, known by the hash of the file, and told to workers by address and hash.
 * Loading a module runs it. Nothing loads one that the user has not named.
 */

import { WasmetaError } from '../../core/errors.ts';
import { sha256 } from '../../core/hash.ts';
import { isWasm, readAsset, urlOf } from '../../platform/assets.ts';
import { importModule } from '../../platform/import-module.ts';
import { register, registered } from '../registry.ts';
import type { FamilySpec } from '../spec.ts';
import type { EnvDefinition } from './definition.ts';
import { familyOfDefinition } from './family.ts';
import type { EnvModule } from './user-law.ts';
import { familyOfWasm } from './wasm-family.ts';

/** What a worker needs to load the same module. */
export interface ModuleAddress extends EnvModule {
  readonly url: string;
}

const loaded = new Map<string, ModuleAddress>();

/** The modules of this thread, in the order in which they were loaded. */
export function loadedModules(): ModuleAddress[] {
  return [...loaded.values()];
}

/**
 * Loads an environment from a file: a module of JavaScript (TypeScript where the runtime reads it) whose default export is a definition (`defineEnv`), or a WebAssembly
 * module by the ABI of docs/your-environment.md. `source`: a URL, a path (Node) or an address (browsers). From then on its id is known everywhere in this
 * thread, and workers load it when they need it. Throws `E_ENV`, or what `defineEnv` throws.
 */
export async function loadEnv(source: URL | string): Promise<FamilySpec> {
  return load(urlOf('module', source));
}

/** Loads what another thread has loaded. Throws `E_ENV` if the file is not the same any more. */
export async function loadModules(addresses: readonly ModuleAddress[]): Promise<void> {
  for (const { url, sha256: expected } of addresses) if (loaded.get(url)?.sha256 !== expected) await load(new URL(url), expected);
}

/** An environment that is defined in this thread alone: for inline executors and for stepping by hand. Throws as `defineEnv` does. */
export function registerEnv(definition: EnvDefinition): FamilySpec {
  const spec = familyOfDefinition(definition, null);
  register(spec);
  return spec;
}

async function load(url: URL, expected?: string): Promise<FamilySpec> {
  const bytes = await moduleBytes(url, url.href);
  const module: EnvModule = { name: url.pathname.split('/').pop() ?? url.href, sha256: sha256(bytes) };
  if (expected !== undefined && module.sha256 !== expected)
    throw new WasmetaError('E_ENV', `${url.href} has changed since it was loaded: expected SHA-256 ${expected}, got ${module.sha256}`, {
      url: url.href,
    });
  const known = registered().find(({ user }) => user?.module?.sha256 === module.sha256);
  const spec = known ?? (isWasm(bytes) ? await familyOfWasm(bytes, module) : familyOfDefinition(await definitionOf(url), module));
  if (known === undefined) register(spec);
  loaded.set(url.href, { ...module, url: url.href });
  return spec;
}

/** The file of an environment, as `title` names it. Throws `E_ENV`. */
export async function moduleBytes(url: URL, title: string): Promise<Uint8Array> {
  return readAsset(url).catch((cause: unknown) => {
    throw new WasmetaError('E_ENV', `${title} can't be read: ${(cause as Error).message}`, { url: url.href }, cause);
  });
}

async function definitionOf(url: URL): Promise<EnvDefinition> {
  const { default: definition } = await importModule(url);
  if (definition === undefined || definition === null)
    throw new WasmetaError('E_ENV', `${url.href} expected a default export: export default defineEnv({ … })`, { url: url.href });
  return definition as EnvDefinition;
}
