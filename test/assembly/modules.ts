/** The built modules, compiled once per test file. */
import { readFileSync } from 'node:fs';

const compile = (name: string) => new WebAssembly.Module(readFileSync(new URL(`../../build/wasm/${name}`, import.meta.url)));

export const release = compile('wasmeta.wasm');
export const debug = compile('wasmeta.debug.wasm');
export const modules = { release, debug } as const;
