/** What a NaN or infinity costs: the run, or one update. */
import { WasmetaError } from '../core/errors.ts';

/** Rethrows anything but a NaN or infinity; that too, with the iteration named, unless the config says to skip the update. */
export function stopOrSkip(error: unknown, onNotFinite: 'stop' | 'skip', iteration: number): void {
  if (!(error instanceof WasmetaError) || error.code !== 'E_NOT_FINITE') throw error;
  if (onNotFinite === 'stop')
    throw new WasmetaError('E_NOT_FINITE', `iteration ${iteration}: ${error.message}`, { ...error.details, iteration }, error);
}

/** What `work` answers, or `instead` where it met a NaN or infinity and the config (`onNotFinite`) says to skip it. */
export async function orSkip<T>(config: object, iteration: number, work: Promise<T>, instead: () => T): Promise<T> {
  try {
    return await work;
  } catch (error) {
    stopOrSkip(error, (config as { onNotFinite?: 'stop' | 'skip' }).onNotFinite ?? 'stop', iteration);
    return instead();
  }
}
