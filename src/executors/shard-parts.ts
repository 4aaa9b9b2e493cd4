/** What the jobs of a shard have in common. */
import { WasmetaError } from '../core/errors.ts';

/** Does `work`; a NaN or infinity in it is rethrown with the shard named. */
export async function namingShard<T>(shard: number, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof WasmetaError) || error.code !== 'E_NOT_FINITE') throw error;
    throw new WasmetaError('E_NOT_FINITE', `shard ${shard}: ${error.message}`, { ...error.details, shard }, error);
  }
}

export function sameNumbers(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
