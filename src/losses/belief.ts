/**
 * VariBAD's model in tfjs: the encoder, whose state gives a belief q_t = N(μ_t, σ_t²) after every step of a trial, and the decoders of rewards, of transitions
 * and of the task, which read z. `modelSlots` in src/policies/belief.ts names the tensors; elbo.ts is the objective that trains them.
 */
import type { Tensor, Tensor2D, Tensor3D } from '#tf';
import { WasmetaError } from '../core/errors.ts';
import { type BeliefModel, type Decoding, decoderLayer, encoderSlots, modelSlots, stepWidth } from '../policies/belief.ts';
import { remembering } from '../policies/cells.ts';
import { memoryShapes, type ParameterSlot, type PolicyShape } from '../policies/policy.ts';
import { layer } from '../tf/layer.ts';
import { stackedSequences } from '../tf/recurrent.ts';
import type { Tf } from '../tf/tf.ts';
import { startMask, tensorsFrom } from './network.ts';
import { normals } from './normals.ts';

/** M trials of T steps with the policy's inputs [T, M, I]. */
interface ReadTrials {
  readonly steps: number;
  readonly numTrials: number;
  readonly inputs: Float32Array;
}

export interface Beliefs {
  /** [T, M, Z] each. */
  readonly mean: Tensor3D;
  readonly logVariance: Tensor3D;
}

type Named = (name: string) => Tensor;

/**
 * The beliefs after each step of the trials, [T, M, 2Z] (means, then log variances), and the expected rewards of the steps `asked`, [T, M, C]. `asked` is
 * [C, R]: what the decoder of rewards reads of a step. Throws `E_UNSUPPORTED` for a model without this decoder.
 */
export function readBeliefs(
  tf: Tf,
  shape: PolicyShape,
  flat: Float32Array,
  trials: ReadTrials,
  asked: Float32Array,
  uniforms: Float32Array,
  model: BeliefModel,
): { beliefs: Float32Array; expected: Float32Array } {
  const { steps: T, numTrials: M } = trials;
  const O = observationSize(trials.inputs.length / (T * M), shape);
  const Z = model.latent;
  const C = asked.length / stepWidth(shape, model.decoderInputs, O);
  if (!model.decodes.includes('reward'))
    throw new WasmetaError('E_UNSUPPORTED', 'this model decodes no rewards', { decodes: model.decodes });
  const S = uniforms.length / (2 * Z);
  return tf.tidy(() => {
    const slots = modelSlots(shape, { ...model, decodes: ['reward'] }, { observation: O, task: 0 }); // the first of the decoders
    const named = lookUp(slots, tensorsFrom(tf, slots, flat));
    const { mean, logVariance } = beliefs(tf, shape, named, Z, tf.tensor3d(trials.inputs, [T, M, shape.inputSize]));
    const rows = tf.reshape(mean, [T * M, Z]) as Tensor2D;
    const spreads = tf.exp(tf.mul(tf.reshape(logVariance, [T * M, Z]), 0.5));
    const noise = normals(tf, tf.tensor1d(uniforms), [S, Z]);
    const steps = tf.tensor2d(asked, [C, asked.length / C]);
    let expected: Tensor = tf.zeros([T * M, C]);
    for (let s = 0; s < S; s++) {
      const z = tf.add(rows, tf.mul(spreads, tf.slice(noise, [s, 0], [1, Z]))) as Tensor2D;
      const r = tf.reshape(decoded(tf, named, ['reward', model.decoder.length], z, steps, [T * M, C, 1]), [T * M, C]);
      expected = tf.add(expected, tf.div(model.likelihood === 'bernoulli' ? tf.sigmoid(r) : r, S));
    }
    return {
      beliefs: tf.concat([mean, logVariance], 2).dataSync().slice() as Float32Array,
      expected: expected.dataSync().slice() as Float32Array,
    };
  });
}

/** The inputs of π(a | s, b): the beliefs and the observations of the trials, [T, M, 2Z + O]. */
export function beliefInputs(tf: Tf, shape: PolicyShape, flat: Float32Array, trials: ReadTrials, latent: number): Float32Array {
  const { steps: T, numTrials: M } = trials;
  const O = observationSize(trials.inputs.length / (T * M), shape);
  return tf.tidy(() => {
    const slots = encoderSlots(shape, latent);
    const inputs = tf.tensor3d(trials.inputs, [T, M, shape.inputSize]);
    const { mean, logVariance } = beliefs(tf, shape, lookUp(slots, tensorsFrom(tf, slots, flat)), latent, inputs);
    return tf
      .concat([mean, logVariance, tf.slice(inputs, [0, 0, 0], [T, M, O])], 2)
      .dataSync()
      .slice() as Float32Array;
  });
}

/** Size of the observation within the rows that the encoder reads. Throws `E_ARGUMENT` unless `width` is the size of its inputs. */
export function observationSize(width: number, { inputSize, headSize }: PolicyShape): number {
  if (width !== inputSize) throw new WasmetaError('E_ARGUMENT', `"inputs" expected rows of ${inputSize}, got ${width}`, { width });
  return inputSize - headSize - 2;
}

export function lookUp(slots: readonly ParameterSlot[], tensors: readonly Tensor[]): Named {
  const named = new Map(slots.map((slot, i) => [slot.name, tensors[i]]));
  return (name) => named.get(name) as Tensor;
}

/** Reads inputs [T, M, I] from the first step to the last. */
export function beliefs(tf: Tf, shape: PolicyShape, named: Named, Z: number, inputs: Tensor3D): Beliefs {
  const [T, M] = inputs.shape;
  const memory = remembering('policy', shape);
  const weights = memoryShapes(memory).map(([name]) => named(name));
  const h = stackedSequences(tf, memory, inputs, startMask(tf, T, M), weights);
  const both = tf.reshape(layer(tf, tf.reshape(h, [T * M, h.shape[2]]), named('belief/w'), named('belief/b'), 'none'), [T, M, 2 * Z]);
  return { mean: tf.slice(both, [0, 0, 0], [T, M, Z]) as Tensor3D, logVariance: tf.slice(both, [0, 0, Z], [T, M, Z]) as Tensor3D };
}

/**
 * Outputs D' of a decoder for every z and every step: z [A·C, Z], steps [B·C, R] → [A·B·C, D']. The first layer is computed once for each z and once for each
 * step, and the two are added:  relu([z; x] W + b) = relu(z W_z + (x W_x + b)).
 */
export function decoded(
  tf: Tf,
  named: Named,
  [of, depth]: [Decoding, number],
  z: Tensor2D,
  steps: Tensor2D,
  [A, B, C]: [number, number, number],
): Tensor2D {
  const Z = z.shape[1];
  const w = named(`${decoderLayer(of, 0, depth)}/w`) as Tensor2D;
  const D = w.shape[1];
  const ofZ = tf.matMul(z, tf.slice(w, [0, 0], [Z, D]));
  const ofStep = layer(tf, steps, tf.slice(w, [Z, 0], [steps.shape[1], D]), named(`${decoderLayer(of, 0, depth)}/b`), 'none', 'data');
  const both = tf.add(tf.reshape(ofZ, [A, 1, z.shape[0] / A, D]), tf.reshape(ofStep, [1, B, C, D]));
  const first = tf.relu(tf.reshape(both, [A * B * Math.max(C, z.shape[0] / A), D])) as Tensor2D;
  return layersFrom(tf, named, [of, depth], 1, first);
}

/** ω̂ of every z, [B, Z] → [B, W]. */
export function decodedTask(tf: Tf, named: Named, depth: number, z: Tensor2D): Tensor2D {
  return layersFrom(tf, named, ['task', depth], 0, z);
}

function layersFrom(tf: Tf, named: Named, [of, depth]: [Decoding, number], from: number, input: Tensor2D): Tensor2D {
  let x = input;
  for (let i = from; i <= depth; i++) {
    const name = decoderLayer(of, i, depth);
    x = layer(tf, x, named(`${name}/w`), named(`${name}/b`), i < depth ? 'relu' : 'none') as Tensor2D;
  }
  return x;
}
