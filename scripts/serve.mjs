/** Serves a folder to this machine alone: the server of `wasmeta view`, as it is built. */
const built = await import(new URL('../build/site-server.js', import.meta.url).href);

/** @type {typeof import('../src/cli/site-server.ts').serve} */
export const serve = built.serve;
