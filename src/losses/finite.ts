import { WasmetaError } from '../core/errors.ts';

/** Throws `E_NOT_FINITE`, which names the tensor. */
export function finiteNumber(tensor: string, value: number): number {
  if (!Number.isFinite(value)) throw new WasmetaError('E_NOT_FINITE', `"${tensor}" expected finite numbers, got ${value}`, { tensor });
  return value;
}
