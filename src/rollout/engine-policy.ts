/** A policy in the engine: its handle. */
import type { Engine } from '../envs/engine.ts';
import { type PolicyShape, policyKinds } from '../policies/policy.ts';

/** For `rows` environments at once. Its parameters are not set yet. */
export function createPolicy(engine: Engine, shape: PolicyShape, rows: number): number {
  const layers = engine.givenIntegers(shape.layers.length > 0 ? shape.layers : [0]);
  return engine.call((wasm) =>
    wasm.policyCreate(
      policyKinds.indexOf(shape.kind),
      rows,
      shape.inputSize,
      shape.headSize,
      shape.head === 'categorical' ? 1 : 0,
      shape.value ? 1 : 0,
      shape.separate ? 1 : 0,
      shape.activation === 'tanh' ? 0 : 1,
      layers,
      shape.layers.length,
      shape.depth,
    ),
  );
}
