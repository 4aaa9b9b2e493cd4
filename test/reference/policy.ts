/** The policy networks in plain f64 TypeScript: twin of assembly/nn/policy.ts, written from the equations (memory cells: cells.ts). */
import { hasMemory } from '../../src/policies/cells.ts';
import { type PolicyShape, parameterSlots } from '../../src/policies/policy.ts';
import { stackTwin } from './cells.ts';

export interface Outputs {
  /** Means or logits [A]. */
  readonly head: number[];
  readonly value: number;
}

export interface ReferencePolicy {
  readonly logStd: number[];
  /** One row; a recurrent state moves on. */
  forward(input: ArrayLike<number>): Outputs;
  reset(): void;
}

export function referencePolicy(shape: PolicyShape, flat: Float32Array): ReferencePolicy {
  const slots = new Map(parameterSlots(shape).map((slot) => [slot.name, slot]));
  const tensor = (name: string) => {
    const slot = slots.get(name);
    return slot === undefined ? [] : Array.from(flat.subarray(slot.offset, slot.offset + slot.size));
  };
  /** x·W + b, W [in, out]. */
  const dense = (x: ArrayLike<number>, w: number[], b: number[]) =>
    b.map((bias, j) => {
      let sum = bias;
      for (let k = 0; k < x.length; k++) sum += x[k] * w[k * b.length + j];
      return sum;
    });
  const activate = shape.activation === 'tanh' ? Math.tanh : (x: number) => Math.max(0, x);
  const layersOf = (of: string) => shape.layers.slice(shape.depth).map((_, i) => [tensor(`${of}layer${i}/w`), tensor(`${of}layer${i}/b`)]);
  const layers = layersOf('');
  const valueLayers = shape.separate ? layersOf('value/') : layers;
  const head = [tensor('head/w'), tensor('head/b')];
  const value = [tensor('value/w'), tensor('value/b')];
  const memory = hasMemory(shape) ? stackTwin(shape.kind, shape.depth, shape.layers[0], tensor) : null;

  return {
    logStd: tensor('head/logStd'),
    forward(input) {
      let x: ArrayLike<number> = input;
      if (memory !== null) x = memory.step(input);
      if (memory !== null && layers.length > 0) x = [...Array.from(x), ...Array.from(input)];
      const through = (own: number[][][]) => own.reduce((y: ArrayLike<number>, [w, b]) => dense(y, w, b).map(activate), x);
      return {
        head: dense(through(layers), head[0], head[1]),
        value: shape.value ? dense(through(valueLayers), value[0], value[1])[0] : 0,
      };
    },
    reset() {
      memory?.reset();
    },
  };
}
