import { describe, expect, test } from 'vitest';
import { WasmetaError } from '../../src/core/errors.ts';
import type { CellKind } from '../../src/policies/cells.ts';
import {
  initialParameters,
  numParameters,
  type ParameterSlot,
  type PolicyPorts,
  type PolicySpec,
  parameterSlots,
  resolvePolicy,
} from '../../src/policies/policy.ts';

const ports: PolicyPorts = { observationSize: 2, actionWidth: 2, head: 'gaussian' };

describe('the flat vector of parameters', () => {
  test('of a GRU: Wx, Wh, b, c, head, log σ, value, one after the other', () => {
    const shape = resolvePolicy({ kind: 'gru', hidden: 8 }, ports); // I = 2 + 2 + 1 + 1
    expect(parameterSlots(shape).map(({ name, shape: dims, offset }) => [name, dims, offset])).toEqual([
      ['gru/wx', [6, 24], 0],
      ['gru/wh', [8, 24], 144],
      ['gru/b', [24], 336],
      ['gru/c', [8], 360],
      ['head/w', [8, 2], 368],
      ['head/b', [2], 384],
      ['head/logStd', [2], 386],
      ['value/w', [8, 1], 388],
      ['value/b', [1], 396],
    ]);
    expect(numParameters(shape)).toBe(397);
  });

  test('of two minGRU cells: the second one reads the first and the inputs, the heads the second', () => {
    const shape = resolvePolicy({ kind: 'mingru', hidden: 8, depth: 2 }, ports);
    expect(parameterSlots(shape).map(({ name, shape, offset }) => [name, shape, offset])).toEqual([
      ['mingru/wx', [6, 16], 0],
      ['mingru/b', [16], 96],
      ['mingru2/wx', [14, 16], 112],
      ['mingru2/b', [16], 336],
      ['head/w', [8, 2], 352],
      ['head/b', [2], 368],
      ['head/logStd', [2], 370],
      ['value/w', [8, 1], 372],
      ['value/b', [1], 380],
    ]);
  });

  test('of an LSTM with a readout: the first readout layer reads state and inputs, the heads the last one', () => {
    const shape = resolvePolicy({ kind: 'lstm', hidden: 8, readout: [12, 4] }, ports);
    expect(
      parameterSlots(shape)
        .slice(3)
        .map(({ name, shape: dims }) => [name, dims]),
    ).toEqual([
      ['layer0/w', [8 + 6, 12]],
      ['layer0/b', [12]],
      ['layer1/w', [12, 4]],
      ['layer1/b', [4]],
      ['head/w', [4, 2]],
      ['head/b', [2]],
      ['head/logStd', [2]],
      ['value/w', [4, 1]],
      ['value/b', [1]],
    ]);
  });

  test('of an MLP with choices and no value has neither log σ nor value', () => {
    const shape = resolvePolicy({ kind: 'mlp', hidden: [8, 4], value: false }, { observationSize: 3, actionWidth: 5, head: 'categorical' });
    expect(parameterSlots(shape).map(({ name }) => name)).toEqual(['layer0/w', 'layer0/b', 'layer1/w', 'layer1/b', 'head/w', 'head/b']);
    expect(numParameters(shape)).toBe(3 * 8 + 8 + 8 * 4 + 4 + 4 * 5 + 5);
  });

  test('of a separate value: what a policy without a value has, then layers of its own', () => {
    for (const spec of [
      { kind: 'mlp', hidden: [8, 4] },
      { kind: 'gru', hidden: 8, readout: [12, 4] },
    ] as const) {
      const [alone, separate] = [{ value: false }, { separate: true }].map((more) =>
        parameterSlots(resolvePolicy({ ...spec, ...more }, ports)),
      );
      expect(separate.slice(0, alone.length)).toEqual(alone);
      const layers = alone.filter(({ name }) => name.startsWith('layer'));
      expect(separate.slice(alone.length).map(({ name, shape }) => [name, shape])).toEqual([
        ...layers.map(({ name, shape }) => [`value/${name}`, shape]),
        ['value/w', [4, 1]],
        ['value/b', [1]],
      ]);
    }
  });

  test('of a separate value is refused where there is no value, or no layer that could be separate', () => {
    for (const spec of [
      { kind: 'mlp', hidden: [8], value: false, separate: true },
      { kind: 'gru', hidden: 8, separate: true },
    ] as const)
      expect(() => resolvePolicy(spec, ports)).toThrow(
        /"policy.separate" expected false, or a policy with a value head and with hidden layers/,
      );
  });

  test('of a policy that learns nothing is empty', () => {
    expect(numParameters(resolvePolicy({ kind: 'random' }, ports))).toBe(0);
    expect(numParameters(resolvePolicy({ kind: 'oracle' }, ports))).toBe(0);
  });
});

describe('initial parameters', () => {
  const shape = resolvePolicy({ kind: 'gru', hidden: 64 }, ports);

  test('are a pure function of the seed', () => {
    expect(initialParameters(shape, 5)).toEqual(initialParameters(shape, 5));
    expect(initialParameters(shape, 5)).not.toEqual(initialParameters(shape, 6));
  });

  test('have biases 0, the log σ asked for, and weights of unit gain (variance within 5 %: false alarm below 1e-6, n = 12288)', () => {
    const flat = initialParameters(shape, 1, { logStd: -0.5 });
    for (const { name, offset, size, shape: dims } of parameterSlots(shape)) {
      const part = flat.subarray(offset, offset + size);
      const variance = part.reduce((sum, w) => sum + w * w, 0) / size;
      if (name === 'head/logStd') expect([...part]).toEqual([-0.5, -0.5]);
      else if (dims.length === 1) expect(part.every((w) => w === 0)).toBe(true);
      else if (name === 'gru/wh') expect(Math.abs(variance * dims[0] - 1)).toBeLessThan(0.05);
      else if (name === 'head/w') expect(Math.max(...part.map(Math.abs))).toBeLessThanOrEqual(Math.fround(0.01 * Math.sqrt(3 / 64)));
      else expect(variance).toBeGreaterThan(0);
    }
  });

  test('with a gate bias the units remember for 2 … 1 + e^b steps: GRU and minGRU update gates, LSTM forget gates with input gates that make up for it', () => {
    const gates = (kind: CellKind, depth = 1) => {
      const own = resolvePolicy({ kind, hidden: 4, depth }, ports);
      const { offset, size } = parameterSlots(own).find(({ name }) => name === `${kind}${depth === 1 ? '' : depth}/b`) as ParameterSlot;
      return [...initialParameters(own, 1, { gateBias: 3 }).subarray(offset, offset + size)];
    };
    expect(gates('gru')).toEqual([0, 0, 0, 0, 0, 1, 2, 3, 0, 0, 0, 0]); // r | z | n
    expect(gates('lstm')).toEqual([-0, -1, -2, -3, 0, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0]); // i | f | g | o
    expect(gates('mingru')).toEqual([0, 1, 2, 3, 0, 0, 0, 0]); // z | n
    expect(gates('mingru', 3)).toEqual([0, 1, 2, 3, 0, 0, 0, 0]);
  });

  test('glorot: uniform in ±√(6/(in + out)), head and all (largest of n within 2 % of the bound: false alarm 0.98ⁿ, below 1e-3 for n ≥ 384)', () => {
    const flat = initialParameters(shape, 1, { weights: 'glorot' });
    for (const { offset, size, shape: dims } of parameterSlots(shape)) {
      const largest = Math.max(...flat.subarray(offset, offset + size).map(Math.abs));
      const bound = dims.length === 1 ? 0 : Math.sqrt(6 / (dims[0] + dims[1]));
      expect(largest).toBeLessThanOrEqual(Math.fround(bound));
      if (size >= 384) expect(largest).toBeGreaterThanOrEqual(0.98 * bound);
    }
  });

  test('share no numbers between matrices', () => {
    const flat = initialParameters(shape, 1);
    const [wx, wh] = parameterSlots(shape);
    expect(flat[wx.offset] / Math.sqrt(3 / 6)).not.toBeCloseTo(flat[wh.offset] / Math.sqrt(3 / 64), 5);
  });
});

test.each<[string, unknown]>([
  ['an unknown kind', { kind: 'transformer', hidden: 8 }],
  ['a misspelt field', { kind: 'gru', hidden: 8, activaton: 'tanh' }],
  ['an activation that is not known', { kind: 'gru', hidden: 8, readout: [8], activation: 'swish' }],
  ['no cells', { kind: 'mingru', hidden: 8, depth: 0 }],
  ['a depth of an MLP', { kind: 'mlp', hidden: [8], depth: 2 }],
  ['a size that is no multiple of 4', { kind: 'gru', hidden: 6 }],
  ['a size of 0', { kind: 'mlp', hidden: [0] }],
  ['no layers', { kind: 'mlp', hidden: [] }],
  ['seventeen layers', { kind: 'mlp', hidden: new Array(17).fill(4) }],
  ['a number for layers', { kind: 'mlp', hidden: 8 }],
  ['a readout of an MLP', { kind: 'mlp', hidden: [8], readout: [8] }],
  ['seventeen layers of readout', { kind: 'gru', hidden: 8, readout: new Array(17).fill(4) }],
  ['an array for a GRU', { kind: 'gru', hidden: [8] }],
  ['unknown inputs', { kind: 'gru', hidden: 8, inputs: 'all' }],
  ['value: 1', { kind: 'gru', hidden: 8, value: 1 }],
  ['null', null],
  ['hidden of random', { kind: 'random', hidden: 8 }],
])('a policy spec with %s is refused with a typed error', (_, spec) => {
  expect(() => resolvePolicy(spec as PolicySpec, ports)).toThrow(WasmetaError);
});
