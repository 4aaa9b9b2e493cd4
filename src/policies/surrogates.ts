/**
 * The ways to write a policy-gradient step as a loss, by name (src/losses/policy-losses.ts computes them). All have the same gradient where π is the
 * policy that acted; their second derivatives differ.
 */
export const surrogates = ['log-likelihood', 'likelihood-ratio', 'dice'] as const;
export type Surrogate = (typeof surrogates)[number];
