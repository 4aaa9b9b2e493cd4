/**
 * The files that a script imports by address (relative, or a URL). Packages (`import … from 'wasmeta'`) are not followed: the user has installed them, and a run does
 * not keep their hashes.
 */
import { WasmetaError } from '../../core/errors.ts';

/** Throws `E_ENV` for an import whose address is computed: nobody can tell what it is. */
export async function importsOf(url: URL, text: string): Promise<URL[]> {
  return (await specifiersOf(url, text))
    .filter((one) => /^(?:\.{0,2}\/|(?:file|https?|blob|data):)/.test(one) && URL.canParse(one, url))
    .map((one) => new URL(one, url));
}

async function specifiersOf(url: URL, text: string): Promise<string[]> {
  if (/\.json$/.test(url.pathname)) return [];
  // Not before it is needed: it compiles WebAssembly when it is loaded, which a page may not be able to.
  const { init, parse } = await import('es-module-lexer');
  await init;
  return parsed(url, () => parse(text)[0]).flatMap(({ s, e, d }) => {
    if (d === -2) return []; // import.meta
    const written = text.slice(s, e);
    if (d === -1) return [written];
    const literal = /^\s*(?:'([^'\\]*)'|"([^"\\]*)")\s*$/.exec(written);
    if (literal === null)
      throw new WasmetaError('E_ENV', `${url.href} expected imports of addresses that stand there, got import(${written})`, {
        url: url.href,
        rule: 'loads',
      });
    return [literal[1] ?? literal[2]];
  });
}

function parsed<T>(url: URL, parse: () => readonly T[]): readonly T[] {
  try {
    return parse();
  } catch (cause) {
    // A script with a mistake is refused with a better message when it is run.
    if (!/\.[cm]?tsx?$/.test(url.pathname)) return [];
    throw new WasmetaError(
      'E_ENV',
      `${url.href}: its imports can't be told from its text (${(cause as Error).message}); compile it to JavaScript first`,
      { url: url.href },
      cause,
    );
  }
}
