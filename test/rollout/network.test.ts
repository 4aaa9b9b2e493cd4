/** The networks in WebAssembly against plain f64 TypeScript. */
import { describe, expect, test } from 'vitest';
import { Engine } from '../../src/envs/engine.ts';
import { type PolicyPorts, type PolicySpec, policyKinds, resolvePolicy } from '../../src/policies/policy.ts';
import { modules } from '../assembly/modules.ts';
import { referencePolicy } from '../reference/policy.ts';
import { wildParameters } from './play.ts';

const gaussian: PolicyPorts = { observationSize: 3, actionWidth: 2, head: 'gaussian' };
const categorical: PolicyPorts = { observationSize: 5, actionWidth: 7, head: 'categorical' };
const specs: PolicySpec[] = [
  { kind: 'mlp', hidden: [12], activation: 'tanh' },
  { kind: 'mlp', hidden: [64, 64], activation: 'tanh', inputs: 'trial' },
  { kind: 'mlp', hidden: [20, 8, 4], activation: 'relu', value: false },
  { kind: 'gru', hidden: 4 },
  { kind: 'gru', hidden: 36, value: false },
  { kind: 'gru', hidden: 64, inputs: 'observation' },
  { kind: 'lstm', hidden: 4 },
  { kind: 'lstm', hidden: 36, value: false },
  { kind: 'mingru', hidden: 4 },
  { kind: 'mingru', hidden: 64, inputs: 'observation' },
  { kind: 'gru', hidden: 36, readout: [24] },
  { kind: 'gru', hidden: 12, depth: 2 },
  { kind: 'lstm', hidden: 8, depth: 2, readout: [12] },
  { kind: 'mingru', hidden: 20, depth: 4, readout: [16], value: false },
  { kind: 'lstm', hidden: 8, readout: [40, 12, 4], value: false },
  { kind: 'mlp', hidden: [20, 8, 64], separate: true },
  { kind: 'mlp', hidden: [8, 12, 4, 16, 20, 8], activation: 'relu', inputs: 'trial', separate: true },
  { kind: 'gru', hidden: 12, depth: 2, readout: [24, 8], activation: 'tanh', separate: true },
];
const cases = Object.keys(modules).flatMap((name) =>
  [gaussian, categorical].flatMap((ports) =>
    specs.map((spec) => [name as keyof typeof modules, ports.head, JSON.stringify(spec), ports, spec] as const),
  ),
);

describe.each(cases)('in %s, with a %s head, the network %s', (name, _head, _spec, ports, spec) => {
  test.each([1, 4, 7])('is the f64 network within 1e-5 on %i rows over 12 steps, and again after a reset', (rows) => {
    const shape = resolvePolicy(spec, ports);
    const { layers, inputSize: I, headSize: A } = shape;
    const engine = new Engine(modules[name]);
    const flat = wildParameters(shape, Math.sqrt(3 / layers[0]));
    const twins = Array.from({ length: rows }, () => referencePolicy(shape, flat));
    const sizes = engine.givenIntegers(layers);
    const inputs = engine.givenFloats(new Array<number>(rows * I).fill(0));
    const kind = policyKinds.indexOf(shape.kind);
    const handle = engine.call((wasm) =>
      wasm.policyCreate(
        kind,
        rows,
        I,
        A,
        Number(shape.head === 'categorical'),
        Number(shape.value),
        Number(shape.separate),
        Number(shape.activation === 'relu'),
        sizes,
        layers.length,
        shape.depth,
      ),
    );
    expect(engine.call((wasm) => wasm.policyNumParameters(handle))).toBe(flat.length);
    engine
      .floats(
        engine.call((wasm) => wasm.policyParameters(handle)),
        flat.length,
      )
      .set(flat);
    engine.call((wasm) => wasm.policyPrepare(handle));
    let [worst, largest] = [0, 0];
    for (let t = 0; t < 18; t++) {
      if (t === 12) {
        engine.call((wasm) => wasm.policyReset(handle));
        for (const twin of twins) twin.reset();
      }
      const x = Float32Array.from({ length: rows * I }, (_, i) => 2 * Math.sin(1.7 * i + t * t));
      engine.floats(inputs, x.length).set(x);
      engine.call((wasm) => wasm.policyForward(handle, inputs, rows));
      const out = engine.floats(
        engine.call((wasm) => wasm.policyOutputs(handle)),
        rows * (A + 1),
      );
      twins.forEach((twin, n) => {
        const { head, value } = twin.forward(x.subarray(n * I, (n + 1) * I));
        [...head, value].forEach((y, a) => {
          worst = Math.max(worst, Math.abs(y - out[n * (A + 1) + a]));
          largest = Math.max(largest, Math.abs(y));
        });
      });
    }
    expect(largest).toBeGreaterThan(0.1);
    expect(worst).toBeLessThan(1e-5);
  });
});
