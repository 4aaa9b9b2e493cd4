/**
 * Gradients that can themselves be differentiated. tfjs saves the *output* of tanh, exp, sigmoid, softmax and their like for the way back; a gradient
 * of that gradient then misses the output's own dependence on the input and is silently wrong (tensorflow/tfjs#3252). Here
 *   1. the ops that learners differentiate twice save their input and recompute,
 *   2. comparisons, whose derivative is 0 wherever it exists, say so, which makes minimum, maximum, clipByValue and where differentiable twice,
 *   3. every other op that saves its output refuses a second derivative with `E_UNSUPPORTED` and its name, instead of a wrong number.
 */
import type { GradConfig, NamedAttrMap, Tensor } from '#tf';
import { WasmetaError } from '../core/errors.ts';
import type { Tf } from './backend.ts';

export function registerSecondOrder(tf: Tf): void {
  for (const config of repaired(tf)) replaceGradient(tf, config);
  for (const kernelName of comparisons) replaceGradient(tf, { kernelName, inputsToSave: ['a', 'b'], gradFunc: zeros(tf, ['a', 'b']) });
  replaceGradient(tf, { kernelName: 'LogicalNot', inputsToSave: ['x'], gradFunc: zeros(tf, ['x']) });
  const done = new Set<string>([...repaired(tf).map(({ kernelName }) => kernelName), ...safeWithOutputs]);
  for (const kernelName of new Set(Object.values(tf).filter((value) => typeof value === 'string'))) {
    const config = tf.getGradient(kernelName);
    if (config?.outputsToSave?.some(Boolean) && !done.has(kernelName)) replaceGradient(tf, firstOrderOnly(tf, config));
  }
}

const comparisons = ['Equal', 'NotEqual', 'Greater', 'GreaterEqual', 'Less', 'LessEqual', 'LogicalAnd', 'LogicalOr'] as const;

/** Max and Min use their saved output in a comparison only. */
const safeWithOutputs = ['Max', 'Min'] as const;

type One = (dy: Tensor, x: Tensor, attrs: NamedAttrMap) => Tensor;

/** The derivative of each op in terms of its input. */
function repaired(tf: Tf): GradConfig[] {
  const of = (kernelName: string, derivative: One, input = 'x'): GradConfig => ({
    kernelName,
    inputsToSave: [input],
    gradFunc: (dy, saved, attrs) => ({ [input]: () => derivative(dy as Tensor, (saved as Tensor[])[0], attrs) }),
  });
  const last = (x: Tensor) => x.rank - 1;
  return [
    pow(tf),
    of('Tanh', (dy, x) => tf.mul(dy, tf.sub(1, tf.square(tf.tanh(x))))),
    of('Exp', (dy, x) => tf.mul(dy, tf.exp(x))),
    of('Expm1', (dy, x) => tf.mul(dy, tf.exp(x))),
    of('Sigmoid', (dy, x) => {
      const s = tf.sigmoid(x);
      return tf.mul(dy, tf.mul(s, tf.sub(1, s)));
    }),
    of('Softplus', (dy, x) => tf.mul(dy, tf.sigmoid(x))),
    of('Sqrt', (dy, x) => tf.div(dy, tf.mul(2, tf.sqrt(x)))),
    of('Rsqrt', (dy, x) => tf.mul(dy, tf.mul(-0.5, tf.div(tf.rsqrt(x), x)))),
    of('Reciprocal', (dy, x) => tf.neg(tf.div(dy, tf.square(x)))),
    of('Relu', (dy, x) => tf.mul(dy, tf.cast(tf.greater(x, 0), 'float32'))),
    // elu(x) = x for x ≥ 0, else e^x − 1; the minimum keeps e^x finite where it is not used.
    of('Elu', (dy, x) => {
      const below = tf.cast(tf.less(x, 0), 'float32');
      return tf.mul(dy, tf.add(tf.sub(1, below), tf.mul(below, tf.exp(tf.minimum(x, 0)))));
    }),
    of(
      'Softmax',
      (dy, x) => {
        const p = tf.softmax(x);
        return tf.mul(p, tf.sub(dy, tf.sum(tf.mul(dy, p), last(x), true)));
      },
      'logits',
    ),
  ];
}

function zeros(tf: Tf, inputs: readonly string[]): GradConfig['gradFunc'] {
  return (_dy, saved) => Object.fromEntries(inputs.map((name, i) => [name, () => tf.zeros((saved as Tensor[])[i].shape)]));
}

/** a^b by both operands, which may have been broadcast; ∂/∂b is 0 where a ≤ 0. */
function pow(tf: Tf): GradConfig {
  const reduce = (gradient: Tensor, operand: Tensor, shape: number[]) =>
    tf.reshape(tf.sum(gradient, tf.broadcast_util.getReductionAxes(operand.shape, shape)), operand.shape);
  return {
    kernelName: 'Pow',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, saved) => {
      const [a, b] = saved as Tensor[];
      const shape = tf.broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
      const log = () => tf.where(tf.greater(a, 0), tf.log(tf.maximum(a, 1e-37)), tf.zerosLike(a));
      return {
        a: () => reduce(tf.mul(dy as Tensor, tf.mul(b, tf.pow(a, tf.sub(b, 1)))), a, shape),
        b: () => reduce(tf.mul(dy as Tensor, tf.mul(tf.pow(a, b), log())), b, shape),
      };
    },
  };
}

/**
 * The op's own gradient, behind an identity that also takes the op's saved inputs and whose gradient refuses. The inputs matter: a saved output leads
 * back to nothing, so without them the second derivative would never pass here.
 */
export function firstOrderOnly(tf: Tf, config: GradConfig): GradConfig {
  const op = config.kernelName;
  const inputs = config.inputsToSave?.length ?? 0;
  const refuse = (): never => {
    throw new WasmetaError('E_UNSUPPORTED', `${op} has no second-order gradient here: tfjs would give a wrong number`, { op });
  };
  if (inputs === 0) return { ...config, gradFunc: refuse }; // nothing to guard it by
  const guard = tf.customGrad((gradient) => ({ value: (gradient as Tensor).clone(), gradFunc: refuse }));
  return {
    ...config,
    gradFunc: (dy, saved, attrs) => {
      const gradients = config.gradFunc(dy, saved, attrs);
      return Object.fromEntries(
        Object.entries(gradients).map(([name, gradient]) => [name, () => guard(gradient(), ...saved.slice(0, inputs))]),
      );
    },
  };
}

function replaceGradient(tf: Tf, config: GradConfig): void {
  if (tf.getGradient(config.kernelName) !== undefined) tf.unregisterGradient(config.kernelName);
  tf.registerGradient(config);
}
