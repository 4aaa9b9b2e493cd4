/**
 * @jax-js/jax on its WebAssembly backend, which has one thread in Node (it looks for a browser's Worker). Losses and gradients are compiled by its `jit`;
 * it has no loop that is compiled, so a sequence is unrolled. A function owns its arrays: one that is used again is
 * counted by `.ref`, one that is left over is disposed of.
 */
import { peerWorkload } from 'wasmeta/bench';
import { sampled } from './measure.mjs';
import { filled, gruSlots, policySlots } from './numbers.mjs';
import { load } from './packages.mjs';

const arrayOf = (np, { shape, scale }) => np.array(filled(shape, scale)).reshape(shape);
const held = (arrays) => arrays.map((array) => array.ref);

/** −mean(A · log π(a|s)) of a Gaussian MLP policy. */
const surrogate = ({ numpy: np, nn }, { sizes, activation }) => {
  const squash = activation === 'tanh' ? np.tanh : nn.relu;
  return (parameters, states, actions, advantages) => {
    let x = states;
    for (let i = 0; i + 1 < sizes.length; i++) {
      x = np.matmul(x, parameters[2 * i]).add(parameters[2 * i + 1]);
      if (i + 2 < sizes.length) x = squash(x);
    }
    const logStd = parameters[parameters.length - 1];
    const z = actions.sub(x).div(np.exp(logStd.ref));
    return np.mean(np.sum(np.square(z).mul(-0.5).sub(logStd), 1).mul(advantages)).neg();
  };
};

const samplesOf = (np, { sizes, samples }) =>
  [[samples, sizes[0]], [samples, sizes[sizes.length - 1]], [samples]].map((shape) => arrayOf(np, { shape, scale: 1 }));

/** Each answers with a function of no arguments that makes the arrays to be read. */
const makers = {
  product({ numpy: np, jit }, { M, N, K, transposeA, transposeB }) {
    const a = arrayOf(np, { shape: transposeA ? [K, M] : [M, K], scale: 1 });
    const b = arrayOf(np, { shape: transposeB ? [N, K] : [K, N], scale: 1 });
    const product = jit((x, y) => np.matmul(transposeA ? x.transpose() : x, transposeB ? y.transpose() : y));
    return () => [product(a.ref, b.ref)];
  },

  'policy-gradient'(jax, shape) {
    const theta = policySlots(shape.sizes).map((slot) => arrayOf(jax.numpy, slot));
    const data = samplesOf(jax.numpy, shape);
    const gradient = jax.jit(jax.grad(surrogate(jax, shape)));
    return () => gradient(held(theta), ...held(data));
  },

  'meta-gradient'(jax, shape) {
    const theta = policySlots(shape.sizes).map((slot) => arrayOf(jax.numpy, slot));
    const data = samplesOf(jax.numpy, shape);
    const loss = surrogate(jax, shape);
    const outer = (parameters, ...given) => {
      const inner = jax.grad(loss)(held(parameters), ...held(given));
      return loss(
        parameters.map((tensor, i) => tensor.sub(inner[i].mul(0.1))),
        ...given,
      );
    };
    const gradient = jax.jit(jax.grad(outer));
    return () => gradient(held(theta), ...held(data));
  },

  gru({ numpy: np, nn, grad, jit }, shape) {
    const { T, N, I, H } = shape;
    const weights = gruSlots(shape).map((slot) => arrayOf(np, slot));
    const [x, pull] = [I, H].map((size) => arrayOf(np, { shape: [T, N, size], scale: 1 }));
    const part = (array, i) => array.slice([], [i * H, (i + 1) * H]);
    const loss = ([wx, wh, b, c], inputs, pulls) => {
      const gx = np
        .matmul(inputs.reshape([T * N, I]), wx)
        .add(b)
        .reshape([T, N, 3 * H]);
      let h = np.zeros([N, H]);
      let total = np.array(0);
      for (let t = 0; t < T; t++) {
        const now = gx.ref.slice(t);
        const gates = np.matmul(h.ref, wh.ref);
        const r = nn.sigmoid(part(now.ref, 0).add(part(gates.ref, 0)));
        const z = nn.sigmoid(part(now.ref, 1).add(part(gates.ref, 1)));
        const n = np.tanh(part(now, 2).add(r.mul(part(gates, 2).add(c.ref))));
        h = n.ref.add(z.mul(h.sub(n)));
        total = total.add(np.sum(h.ref.mul(pulls.ref.slice(t))));
      }
      for (const left of [wh, c, gx, h, pulls]) left.dispose();
      return total;
    };
    const gradient = jit(grad(loss));
    return () => gradient(held(weights), x.ref, pull.ref);
  },
};

export const learner = (name) => async () => {
  const { module: jax, version } = await load('@jax-js/jax');
  await jax.init('wasm'); // without a name it asks for WebGPU, which Node 20 has no word for
  jax.defaultDevice('wasm');
  const { kind, shape } = peerWorkload(name);
  const make = makers[kind](jax, shape);
  const run = () => make().map((array) => array.dataSync());
  return { version, numbers: run(), sample: () => sampled(() => run() && 1) };
};
