/** Loads a user's environment from the file that the user names, with the hashes of all files that it imports by address. */
import { isWasm, urlOf } from '../../platform/assets.ts';
import { isOwnScript } from '../../platform/beside.ts';
import { idAt, resolveEnv } from '../registry.ts';
import { type EnvConfig, type EnvOptions, type FamilySpec, namesFile } from '../spec.ts';
import { importsOf } from './imports.ts';
import { loadFiles, type ModuleFile, moduleBytes } from './modules.ts';

/**
 * Loads an environment from a file: a module of JavaScript (TypeScript where the runtime reads it) whose default export is a definition (`defineEnv`), or a WebAssembly
 * module by the ABI of docs/your-environment.md. `source`: a URL, a path (Node) or an address (browsers). From then on its id is known everywhere in this
 * thread, and workers load it when they need it. Throws `E_ENV`, or what `defineEnv` throws.
 */
export async function loadEnv(source: URL | string): Promise<FamilySpec> {
  return loadFiles(await moduleFiles(urlOf('module', source)));
}

/** Loads the files that options name, `{ module: address, … }`, if they are not loaded yet; other options are left to their check. */
export async function loadNamed(options: readonly unknown[]): Promise<void> {
  for (const env of options) if (namesFile(env) && idAt(urlOf('env.module', env.module)) === undefined) await loadEnv(env.module);
}

/** As `resolveEnv`, but a file that is named is loaded first. */
export async function loadConfig(env: string | EnvOptions): Promise<EnvConfig> {
  await loadNamed([env]);
  return resolveEnv(env);
}

/** The file at an address, and behind it all files that it imports by address, each once. Throws `E_ENV`. */
export async function moduleFiles(url: URL): Promise<[ModuleFile, ...ModuleFile[]]> {
  const first: ModuleFile = { url, bytes: await moduleBytes(url, url.href) };
  const files: [ModuleFile, ...ModuleFile[]] = [first];
  const seen = new Set([url.href]);
  for (const file of files) {
    if (isWasm(file.bytes)) continue;
    for (const imported of await importsOf(file.url, new TextDecoder().decode(file.bytes))) {
      // Development servers write the package's address where its name stood.
      if (seen.has(imported.href) || isOwnScript(imported)) continue;
      seen.add(imported.href);
      files.push({ url: imported, bytes: await moduleBytes(imported, `${imported.href}, which ${file.url.href} imports,`) });
    }
  }
  return files;
}
