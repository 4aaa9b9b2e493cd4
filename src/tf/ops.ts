/** Typed ways into the registries of tfjs: ops of ours with their gradients, calls of them, and kernels in the place of tfjs-wasm's own. */
import type { NamedAttrMap, NullableGradConfig, Tensor, TensorInfo } from '#tf';
import type { Tf } from './tf.ts';

type Inputs = Readonly<Record<string, TensorInfo>>;

/** `A`, the attributes that the op is called with: a type alias of plain fields. */
export function registerOp<A extends NamedAttrMap>(
  tf: Tf,
  kernelName: string,
  kernel: (inputs: Inputs, attributes: A) => TensorInfo | TensorInfo[],
): void {
  tf.registerKernel({ kernelName, backendName: 'wasm', kernelFunc: ({ inputs, attrs }) => kernel(inputs as Inputs, attrs as A) });
}

interface OpGradient<A> {
  /** Inputs by name, then outputs by place, that the gradient reads; it gets them as `saved`, in this order. */
  readonly inputsToSave: string[];
  readonly outputsToSave?: boolean[];
  /** true: an output without a cotangent has null in its place; false: zeros. */
  readonly takesNull?: boolean;
  /**
   * The gradient of each input, from the cotangents of the outputs. Gradients that come of one kernel are computed at once and only handed out by the
   * functions: tfjs calls each of those in a tidy of its own, which would dispose of the other outputs.
   */
  gradient(cotangents: readonly (Tensor | null)[], saved: readonly Tensor[], attributes: A): Record<string, () => Tensor>;
}

export function registerOpGradient<A extends NamedAttrMap>(tf: Tf, kernelName: string, { gradient, ...saves }: OpGradient<A>): void {
  const config: NullableGradConfig = {
    kernelName,
    ...saves,
    gradFunc: (cotangents, saved, attributes) => gradient([cotangents].flat(), saved, attributes as A),
  };
  tf.registerGradient(config);
}

/** The outputs of an op of ours, one or several. */
export function runOp(tf: Tf, kernelName: string, inputs: Record<string, Tensor>, attributes: NamedAttrMap = {}): Tensor[] {
  return [tf.engine().runKernel<Tensor | Tensor[]>(kernelName, inputs, attributes)].flat();
}

/** Puts a kernel in the place of tfjs-wasm's own, which still does what ours declines by answering null. */
export function replaceKernel(
  tf: Tf,
  kernelName: string,
  kernel: (inputs: Inputs, attributes: NamedAttrMap) => TensorInfo | TensorInfo[] | null,
): void {
  const own = tf.getKernel(kernelName, 'wasm');
  tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({ ...own, kernelFunc: (call) => kernel(call.inputs as Inputs, call.attrs ?? {}) ?? own.kernelFunc(call) });
}
