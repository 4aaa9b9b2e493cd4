/** Imports a script that the user named. The one place where code from outside the package is run. */
import { WasmetaError } from '../core/errors.ts';

/** The exports of the module at an address. Throws `E_ENV`. */
export async function importModule(url: URL): Promise<Record<string, unknown>> {
  try {
    // Bundlers must leave this import alone: the address is known at run time only.
    return (await import(/* webpackIgnore: true */ /* @vite-ignore */ url.href)) as Record<string, unknown>;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const install = /Cannot find package/.test(reason) ? '; npm install in its folder brings it' : '';
    throw new WasmetaError('E_ENV', `${url.href} can't be imported: ${reason}${install}`, { url: url.href, reason }, cause);
  }
}
