/** Kernels of ours in the place of tfjs-wasm's. */
import type { NamedAttrMap, TensorInfo } from '#tf';
import type { Tf } from './backend.ts';

type Kernel = (inputs: Record<string, TensorInfo>, attrs: NamedAttrMap) => TensorInfo | TensorInfo[] | null;

/** Puts a kernel in the place of tfjs-wasm's own, which still does what ours declines (by answering null). */
export function replaceKernel(tf: Tf, kernelName: string, kernel: Kernel): void {
  const own = tf.getKernel(kernelName, 'wasm');
  tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({
    ...own,
    kernelFunc: (call) => kernel(call.inputs as Record<string, TensorInfo>, call.attrs as NamedAttrMap) ?? own.kernelFunc(call),
  });
}
