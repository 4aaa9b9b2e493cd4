/** The small policy of each environment against the large one on padded inputs, in f64, and its gradient's way back as the adjoint of the way there. */
import { describe, expect, test } from 'vitest';
import { Padding, sharedPorts } from '../../src/policies/padding.ts';
import { initialParameters, numParameters, type PolicyPorts, resolvePolicy } from '../../src/policies/policy.ts';
import { referencePolicy } from '../reference/policy.ts';
import { sequence } from '../tf/tf.ts';

const port = (observationSize: number, actionWidth: number, head: PolicyPorts['head'] = 'gaussian') => ({
  observationSize,
  actionWidth,
  head,
});
const families = [
  [port(4, 2)],
  [port(4, 2), port(11, 2)],
  [port(9, 3), port(2, 6), port(5, 1)],
  [port(9, 3, 'categorical'), port(2, 5, 'categorical')],
];
const specs = [
  { kind: 'mlp', hidden: [12, 8] },
  { kind: 'mlp', hidden: [12, 8], separate: true },
] as const;

describe.each(specs.flatMap((spec) => families.map((ports) => [spec, ports] as const)))('%j, ports %j', (spec, ports) => {
  const shared = sharedPorts(ports);
  const whole = resolvePolicy(spec, shared);
  const next = sequence(ports.length);
  const theta = initialParameters(whole, 3).map((x) => x + 0.3 * next());

  test.each(ports.map((one, k) => [k, one] as const))('in environment %i it is the large policy', (k, own) => {
    const padding = new Padding(spec, ports, k);
    const small = referencePolicy(padding.shape, padding.parameters(theta));
    const large = referencePolicy(whole, theta);
    for (let t = 0; t < 5; t++) {
      const seen = Array.from({ length: own.observationSize }, next);
      const padded = new Array<number>(shared.observationSize).fill(0);
      seen.forEach((x, i) => {
        padded[i] = x;
      });
      if (ports.length > 1) padded[shared.observationSize - ports.length + k] = 1;
      const [ours, theirs] = [small.forward(seen), large.forward(padded)];
      expect(ours.head).toHaveLength(own.actionWidth);
      ours.head.forEach((x, a) => {
        expect(x).toBeCloseTo(theirs.head[a], 5);
      });
      expect(ours.value).toBeCloseTo(theirs.value, 5);
    }
    expect(small.logStd).toEqual(large.logStd.slice(0, small.logStd.length));
  });

  test.each(ports.map((_, k) => k))('environment %i: ⟨parameters(u), g⟩ = ⟨u, pullBack(g)⟩', (k) => {
    const padding = new Padding(spec, ports, k);
    const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((sum, x, i) => sum + x * b[i], 0);
    const u = Float32Array.from({ length: numParameters(whole) }, next);
    const g = Float32Array.from({ length: numParameters(padding.shape) }, next);
    expect(dot(padding.parameters(u), g)).toBeCloseTo(dot(u, padding.pullBack(g)), 4);
  });
});
