/** `wasmeta/node`: run folders on disk. */
export { readFile, readText, replaceFile } from './runs/files.ts';
