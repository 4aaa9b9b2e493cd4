/** Numbers that every contender starts from: the same sequences as `filled` in src/bench/workloads.ts and `filled` in pytorch.py. */

/** A stream of numbers in [−1, 1). */
export function streamOf(word) {
  let state = word >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

/** A tensor's numbers, row by row. */
export function filled(shape, scale) {
  const size = shape.reduce((a, b) => a * b, 1);
  const next = streamOf(size);
  return Float32Array.from({ length: size }, () => scale * next());
}

/** Parameters of a policy, as shapes with the scale of their numbers: a matrix and a bias for each layer, and log σ. */
export const policySlots = (sizes) => [
  ...sizes.slice(1).flatMap((size, i) => [
    { shape: [sizes[i], size], scale: 1 / Math.sqrt(sizes[i]) },
    { shape: [size], scale: 0.1 },
  ]),
  { shape: [sizes[sizes.length - 1]], scale: 0.1 },
];

/** Weights of a GRU: of the input, of the state, the bias of all gates, and the bias inside the reset gate's product. */
export const gruSlots = ({ I, H }) => [[I, 3 * H], [H, 3 * H], [3 * H], [H]].map((shape) => ({ shape, scale: 1 / Math.sqrt(H) }));
