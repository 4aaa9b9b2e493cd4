/** `--env`: an id, or the file of a user's environment, which is loaded. This is the only way by which the command line runs code of others. */
import { loadSafely } from '../experiments/load-safely.ts';

/** For the argument tables of commands that work on runs. */
export const envFile = {
  env: { type: 'string', description: 'the file of your own environment, if the run was trained on one', valueHint: 'PATH' },
} as const;

/** Whether --env names a file: ids hold neither a slash nor such an ending. */
const isFile = (env: string): boolean => /[/\\]|\.(?:[cm]?[jt]s|wasm)$/.test(env);

/** The words by which a later command on the same run finds its environments: none for those that are built in. */
export function envWords(...envs: readonly (string | undefined)[]): string[] {
  return envs.flatMap((env) => (env !== undefined && isFile(env) ? ['--env', env] : []));
}

/** The id of what --env names. Throws what `loadSafely` throws. */
export async function envIdOf(env: string): Promise<string>;
export async function envIdOf(env: string | undefined): Promise<string | undefined>;
export async function envIdOf(env: string | undefined): Promise<string | undefined> {
  return env !== undefined && isFile(env) ? (await loadSafely(env)).id : env;
}
