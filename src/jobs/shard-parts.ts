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

/** A plain loop: it runs over every parameter before every update. */
export function sameNumbers(a: Float32Array, b: Float32Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
