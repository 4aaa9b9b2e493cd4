/** PPO's settings for policies without memory: blind, contextual, and experts. Experiments change what their environment needs. */
export const withoutMemory = {
  policy: { kind: 'mlp', hidden: [64, 64] },
  tasks: 256,
  epochs: 4,
  minibatches: 16,
  learningRate: 0.002,
  anneal: true,
  clip: 0.2,
  entropyCoefficient: 0,
} as const;
