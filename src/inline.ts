/** `wasmeta/inline`: the executor without workers. */
export { createInlineExecutor, type InlineOptions } from './workers/inline.ts';
