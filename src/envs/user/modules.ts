/**
 * Users' environments by the file that they are defined in: loaded once in each thread, known by the hash of the file and of what it imports, and told to workers by
 * address and hashes. Loading a module runs it. Nothing loads one that the user has not named (load-env.ts).
 */
import { WasmetaError } from '../../core/errors.ts';
import { hashText, sha256 } from '../../core/hash.ts';
import { isWasm, readAsset } from '../../platform/assets.ts';
import { importModule } from '../../platform/import-module.ts';
import { register, registered } from '../registry.ts';
import type { FamilySpec } from '../spec.ts';
import type { EnvDefinition } from './definition.ts';
import { familyOfDefinition } from './family.ts';
import type { EnvModule } from './user-law.ts';
import { familyOfWasm } from './wasm-family.ts';

/** One file of a module: its own, or one that it imports. */
interface HashedFile {
  readonly url: string;
  readonly sha256: string;
}

/** What a worker needs to load the same module. */
export interface ModuleAddress extends EnvModule {
  readonly url: string;
  /** The file itself, then those that it imports by address, and those that they import. */
  readonly files: readonly HashedFile[];
}

export interface ModuleFile {
  readonly url: URL;
  readonly bytes: Uint8Array;
}

const loaded = new Map<string, ModuleAddress>();

/** The modules of this thread, in the order in which they were loaded. */
export function loadedModules(): ModuleAddress[] {
  return [...loaded.values()];
}

/** Loads what another thread has loaded. Throws `E_ENV` if a file is not the same any more. */
export async function loadModules(addresses: readonly ModuleAddress[]): Promise<void> {
  for (const address of addresses) {
    if (loaded.get(address.url)?.sha256 === address.sha256) continue;
    const files = await Promise.all(
      address.files.map(async ({ url }) => ({ url: new URL(url), bytes: await moduleBytes(new URL(url), url) })),
    );
    files.forEach(({ url, bytes }, k) => {
      const { sha256: expected } = address.files[k];
      if (sha256(bytes) !== expected)
        throw new WasmetaError('E_ENV', `${url.href} has changed since it was loaded: expected SHA-256 ${expected}, got ${sha256(bytes)}`, {
          url: url.href,
        });
    });
    await loadFiles(files);
  }
}

/** An environment that is defined in this thread alone: for inline executors and for stepping by hand. Throws as `defineEnv` does. */
export function registerEnv(definition: EnvDefinition): FamilySpec {
  const spec = familyOfDefinition(definition, null);
  register(spec);
  return spec;
}

/** Loads the module whose file is the first of these; the others are what it imports. Throws `E_ENV`, or what `defineEnv` throws. */
export async function loadFiles(files: readonly ModuleFile[]): Promise<FamilySpec> {
  const [{ url, bytes }] = files;
  const hashed = files.map((file) => ({ url: file.url.href, sha256: sha256(file.bytes) }));
  const hashes = hashed.map((file) => file.sha256);
  const module: EnvModule = { name: nameOf(url), sha256: hashes.length === 1 ? hashes[0] : hashText(hashes.join('\n')) };
  const known = registered().find(({ user }) => user?.module?.sha256 === module.sha256);
  const spec = known ?? (await familyAt(url, bytes, module));
  register(spec, url);
  loaded.set(url.href, { ...module, url: url.href, files: hashed });
  return spec;
}

/** The spec of the environment in a file, which is run. Throws `E_ENV`, or what `defineEnv` throws. */
export async function familyAt(url: URL, bytes: Uint8Array, module: EnvModule): Promise<FamilySpec> {
  return isWasm(bytes) ? familyOfWasm(bytes, module) : familyOfDefinition(await definitionOf(url), module);
}

/** The file's name; of a file that a page holds in memory (blob:), what stands behind its `#`. */
export function nameOf({ protocol, pathname, hash, href }: URL): string {
  if (protocol === 'data:') return href.slice(0, 40);
  return (protocol === 'blob:' ? decodeURIComponent(hash.slice(1)) : pathname.split('/').pop()) || href;
}

/** The file of an environment, as `title` names it. Throws `E_ENV`. */
export async function moduleBytes(url: URL, title: string): Promise<Uint8Array> {
  return readAsset(url).catch((cause: unknown) => {
    // What the error advises besides is about the package's own files.
    const { reason } = cause instanceof WasmetaError ? cause.details : {};
    throw new WasmetaError('E_ENV', `${title} can't be read: ${reason ?? (cause as Error).message}`, { url: url.href }, cause);
  });
}

async function definitionOf(url: URL): Promise<EnvDefinition> {
  const { default: definition } = await importModule(url);
  if (definition === undefined || definition === null)
    throw new WasmetaError('E_ENV', `${url.href} expected a default export: export default defineEnv({ … })`, { url: url.href });
  return definition as EnvDefinition;
}
