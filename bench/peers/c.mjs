/** The point mass's step in C (point-mass.c), compiled by gcc with the flags that are asked for. */
import { compile } from './compiled.mjs';

export const pointMass = (flags, numEnvs) => async () => {
  const { compiler, run } = compile('point-mass.c', [...flags, '-lm']);
  return { version: compiler, sample: () => run(numEnvs, Math.ceil(2e7 / numEnvs)) };
};
