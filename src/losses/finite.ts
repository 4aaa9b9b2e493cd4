import { WasmetaError } from '../core/errors.ts';

/** Returns the value. Throws `E_NOT_FINITE` with the tensor's name if it is NaN or infinite. */
export function finiteNumber(tensor: string, value: number): number {
  if (!Number.isFinite(value)) throw new WasmetaError('E_NOT_FINITE', `"${tensor}" expected finite numbers, got ${value}`, { tensor });
  return value;
}
