/** What a NaN or infinity costs, as configured: the run, or one update. */
import { WasmetaError } from '../core/errors.ts';

/** Rethrows anything but a NaN or infinity; that too, with the iteration named, unless the config says to skip the update. */
export function stopOrSkip(error: unknown, onNotFinite: 'stop' | 'skip', iteration: number): void {
  if (!(error instanceof WasmetaError) || error.code !== 'E_NOT_FINITE') throw error;
  if (onNotFinite === 'stop')
    throw new WasmetaError('E_NOT_FINITE', `iteration ${iteration}: ${error.message}`, { ...error.details, iteration }, error);
}
