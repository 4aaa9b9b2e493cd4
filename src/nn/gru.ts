/**
 * The GRU over a sequence as one tfjs op with a fused gradient (law and shapes: assembly/nn/gru.ts).
 *   gruSequence(x [T, N, I], keep [T, N], wx [I, 3H], wh [H, 3H], b [3H], c [H]) → h [T, N, H]
 * keep is 0 where a trial starts. First order only: its gradient has no gradient, and asking for one throws `E_UNSUPPORTED`.
 */
import type { NamedAttrMap, NamedTensorMap, Tensor, Tensor1D, Tensor2D, Tensor3D, TensorInfo } from '#tf';
import { WasmetaError } from '../core/errors.ts';
import type { Tf } from './backend.ts';
import type { KernelExports } from './kernel-exports.ts';
import { workspace } from './workspace.ts';

const forwardName = 'WasmetaGru';
const backwardName = 'WasmetaGruBackward';

interface Sizes {
  T: number;
  N: number;
  I: number;
  H: number;
}

function sizesOf(x: TensorInfo, c: TensorInfo): Sizes {
  const [T, N, I] = x.shape;
  return { T, N, I, H: c.shape[0] };
}

export function registerGru(tf: Tf, kernels: KernelExports): void {
  const withWork = workspace(tf);
  const at = tf.dataOffset;

  tf.registerKernel({
    kernelName: forwardName,
    backendName: 'wasm',
    kernelFunc: ({ inputs }) => {
      const { x, keep, wx, wh, b, c } = inputs as Record<string, TensorInfo>;
      const { T, N, I, H } = sizesOf(x, c);
      const h = tf.makeOutput([T, N, H], 'float32');
      const entering = tf.makeOutput([T, N, H], 'float32');
      const saved = tf.makeOutput([T, N, 4 * H], 'float32');
      withWork(kernels.gruForwardWorkBytes(T, N, I, H), (work) =>
        kernels.gruForward(at(x), at(keep), at(wx), at(wh), at(b), at(c), at(h), at(entering), at(saved), work, T, N, I, H),
      );
      return [h, entering, saved];
    },
  });

  tf.registerKernel({
    kernelName: backwardName,
    backendName: 'wasm',
    kernelFunc: ({ inputs }) => {
      const { dh, x, keep, wx, wh, c, entering, saved } = inputs as Record<string, TensorInfo>;
      const { T, N, I, H } = sizesOf(x, c);
      const dwx = tf.makeOutput([I, 3 * H], 'float32');
      const dwh = tf.makeOutput([H, 3 * H], 'float32');
      const db = tf.makeOutput([3 * H], 'float32');
      const dc = tf.makeOutput([H], 'float32');
      const dx = tf.makeOutput([T, N, I], 'float32');
      withWork(kernels.gruBackwardWorkBytes(T, N, I, H), (work) =>
        kernels.gruBackward(
          at(dh),
          at(x),
          at(keep),
          at(wx),
          at(wh),
          at(entering),
          at(saved),
          at(dwx),
          at(dwh),
          at(db),
          at(dc),
          at(dx),
          work,
          T,
          N,
          I,
          H,
        ),
      );
      return [dwx, dwh, db, dc, dx];
    },
  });

  tf.registerGradient({
    kernelName: forwardName,
    inputsToSave: ['x', 'keep', 'wx', 'wh', 'c'],
    outputsToSave: [false, true, true],
    gradFunc: (dy, saved) => {
      const [x, keep, wx, wh, c, entering, gates] = saved as Tensor[];
      const dh = Array.isArray(dy) ? dy[0] : dy;
      // At once, not in the functions below: tfjs calls each of those in a tidy of its own, which would dispose of the other four.
      const named = { dh, x, keep, wx, wh, c, entering, saved: gates } as unknown as NamedTensorMap;
      const [dwx, dwh, db, dc, dx] = tf.engine().runKernel(backwardName, named, {} as NamedAttrMap) as Tensor[];
      return { wx: () => dwx, wh: () => dwh, b: () => db, c: () => dc, x: () => dx, keep: () => tf.zerosLike(keep) };
    },
  });

  tf.registerGradient({
    kernelName: backwardName,
    gradFunc: () => {
      throw new WasmetaError('E_UNSUPPORTED', 'gruSequence has no second-order gradient', { op: 'gruSequence' });
    },
  });
}

export function gruSequence(tf: Tf, x: Tensor3D, keep: Tensor2D, wx: Tensor2D, wh: Tensor2D, b: Tensor1D, c: Tensor1D): Tensor3D {
  const outputs = tf
    .engine()
    .runKernel(forwardName, { x, keep, wx, wh, b, c } as unknown as NamedTensorMap, {} as NamedAttrMap) as Tensor[];
  return outputs[0] as Tensor3D;
}
