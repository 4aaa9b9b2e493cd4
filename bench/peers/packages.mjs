/** Packages of npm that are peers: not dependencies of ours, so each may be missing. */
import { readFileSync } from 'node:fs';
import { Missing } from './measure.mjs';

export const versionOf = (name) =>
  JSON.parse(readFileSync(new URL(`../../node_modules/${name}/package.json`, import.meta.url), 'utf8')).version;

/** The module of a package with its version. */
export async function load(name) {
  try {
    return { module: await import(name), version: versionOf(name) };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) throw error;
    throw new Missing(`the package ${name} is not installed: npm install`);
  }
}
