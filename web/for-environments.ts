/** What the file of a user's environment imports as `wasmeta`, where `wasmeta view` serves it: pages and their workers resolve no package names. */
export { defineEnv, math } from 'wasmeta';
