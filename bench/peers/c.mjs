/** Steps of families in C (point-mass.c, cart-pole.c), compiled by gcc with the flags that are asked for. */
import { compile } from './compiled.mjs';

export const stepOf = (file, flags, numEnvs) => async () => {
  const { compiler, run } = compile(file, [...flags, '-lm']);
  return { version: compiler, sample: () => run(numEnvs, Math.ceil(2e7 / numEnvs)) };
};
