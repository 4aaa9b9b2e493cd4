/** A user's environment as a WebAssembly module. */
import { WasmetaError } from '../../core/errors.ts';
import type { FamilySpec } from '../spec.ts';
import type { EnvModule } from './user-law.ts';

export const isWasm = (bytes: Uint8Array): boolean => bytes[0] === 0 && bytes[1] === 0x61 && bytes[2] === 0x73 && bytes[3] === 0x6d;

export async function familyOfWasm(_bytes: Uint8Array, module: EnvModule): Promise<FamilySpec> {
  throw new WasmetaError('E_UNSUPPORTED', `${module.name}: not yet`, {});
}
