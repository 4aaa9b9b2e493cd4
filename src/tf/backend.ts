/** Starts tfjs-wasm, once in each thread, and instantiates our kernels over its memory, so that they work on tensors in place. */
import { WasmetaError } from '../core/errors.ts';
import type { Assets } from '../platform/assets.ts';
import { registerCopies } from './copies.ts';
import { registerDense } from './dense.ts';
import { registerGaussian } from './gaussian.ts';
import type { KernelExports } from './kernel-exports.ts';
import { keepKernels } from './kernels.ts';
import { registerLayer } from './layer.ts';
import { registerRecurrent } from './recurrent.ts';
import { registerSecondOrder } from './second-order.ts';
import { registerSums } from './sums.ts';
import type { Tf } from './tf.ts';

let started: Promise<Tf> | null = null;

/** Throws `E_WASM_INVALID` if a module is missing or is not ours. A second call returns the result of the first: a thread has one tfjs. */
export function startTf(assets: Assets): Promise<Tf> {
  started ??= start(assets).catch((error: unknown) => {
    started = null;
    throw error;
  });
  return started;
}

const kernelsVersion = 5;

async function start(assets: Assets): Promise<Tf> {
  if (assets.tfjs === null || assets.kernels === null)
    throw new WasmetaError('E_WASM_MISSING', 'a learner needs the modules kernels.wasm and tfjs.wasm', {});
  const tf = await import('#tf');
  tf.setWasmBinary(assets.tfjs);
  await tf.startBackend();
  const instance = new WebAssembly.Instance(assets.kernels, { env: { memory: tf.backendMemory() } });
  const kernels = tf.recorder().watch(instance.exports as KernelExports);
  if (typeof kernels.kernelsVersion !== 'function' || kernels.kernelsVersion() !== kernelsVersion)
    throw new WasmetaError('E_WASM_INVALID', `the kernels module expected version ${kernelsVersion}`, {});
  keepKernels(tf, kernels);
  registerSecondOrder(tf);
  registerCopies(tf, kernels);
  registerDense(tf, kernels);
  registerSums(tf, kernels);
  registerLayer(tf, kernels);
  registerGaussian(tf, kernels);
  registerRecurrent(tf, kernels);
  return tf;
}
