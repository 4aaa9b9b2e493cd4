/** Our kernels beside tfjs, for work on its memory in place that is no op: nothing of it is recorded or differentiated. */
import type { KernelExports } from './kernel-exports.ts';
import type { Tf } from './tf.ts';

const kernelsBeside = new WeakMap<object, KernelExports>();

export function keepKernels(tf: Tf, kernels: KernelExports): void {
  kernelsBeside.set(tf, kernels);
}

/** Throws a TypeError for a tfjs that `startTf` did not start. */
export function kernelsOf(tf: Tf): KernelExports {
  const kernels = kernelsBeside.get(tf);
  if (kernels === undefined) throw new TypeError('this tfjs was not started by startTf');
  return kernels;
}
