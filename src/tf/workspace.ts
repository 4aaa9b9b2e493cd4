/** Scratch memory of a kernel call, taken from the heap of tfjs and given back after the call. */
import { WasmetaError } from '../core/errors.ts';
import type { Tf } from './tf.ts';

export function workspace(tf: Tf): (bytes: number, work: (at: number) => void) => void {
  return (bytes, work) => {
    const at = tf.backendMalloc(bytes);
    if (at === 0) throw new WasmetaError('E_WASM_TRAP', `tfjs has no ${bytes} bytes left`, { bytes });
    try {
      work(at);
    } finally {
      tf.backendFree(at);
    }
  };
}
