/**
 * Addresses of the package's own files, which lie beside the bundled build/*.js.
 *
 * Each is a literal `new URL(…, import.meta.url)` that stands alone: bundlers look for exactly this, and copy the file as it is, once.
 */
import { WasmetaError } from '../core/errors.ts';

export const engineUrl = () => absolute('engine', () => new URL('./wasm/wasmeta.wasm', import.meta.url));
export const kernelsUrl = () => absolute('kernels', () => new URL('./wasm/kernels.wasm', import.meta.url));
export const tfjsUrl = () => absolute('tfjs', () => new URL('./wasm/tfjs.wasm', import.meta.url));
export const learnerUrl = () => absolute('worker', () => new URL('./worker.js', import.meta.url));
export const rolloutUrl = () => absolute('rollout-worker', () => new URL('./rollout-worker.js', import.meta.url));

/** Whether an address is one of the package's own scripts. */
export function isOwnScript(url: URL): boolean {
  const here: unknown = import.meta.url; // not inside `new URL(…)`: bundlers would take the folder for a file
  return typeof here === 'string' && URL.canParse('./', here) && url.href.startsWith(new URL('./', here).href);
}

/** The URL that a bundle makes, if it is one. Throws `E_UNSUPPORTED` where the bundle does not know where it is. */
export function absolute(file: string, make: () => URL): URL {
  let given: unknown = null;
  try {
    // Some bundlers put in an object that is no URL, whose address has no origin.
    given = make();
    return new URL((given as URL).href);
  } catch (cause) {
    const got = given === null ? 'no address of its own (import.meta.url is missing)' : `"${(given as { href?: unknown }).href}"`;
    throw new WasmetaError(
      'E_UNSUPPORTED',
      `the package's files (${file}) can't be found from this bundle: expected an absolute address, got ${got}. Bundle as an ES module, not as IIFE or CommonJS; on a server leave the package unbundled (Next: serverExternalPackages: ['wasmeta']); or pass addresses as \`wasm: { engine, kernels, tfjs }\` and \`workerUrl\``,
      { file, got: given === null ? null : String((given as { href?: unknown }).href) },
      cause,
    );
  }
}
