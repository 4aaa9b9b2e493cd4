import { expect, it } from 'vitest';
import { packBuffers } from '../../src/workers/buffers.ts';

it('arrays that own their buffer are taken as they are', () => {
  const data = { gradient: new Float32Array([1, 2]), nested: [{ seeds: new Uint32Array(3) }], name: 'x', none: null };
  const { packed, buffers } = packBuffers(data);
  expect(packed).toEqual(data);
  expect(packed.gradient).toBe(data.gradient);
  expect(buffers).toEqual([data.gradient.buffer, data.nested[0].seeds.buffer]);
});

it('views are copied out of the memory behind them', () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  new Float64Array(memory.buffer)[2] = 0.1;
  const { packed, buffers } = packBuffers([new Float64Array(memory.buffer, 16, 1), new DataView(memory.buffer, 16, 8)] as const);
  expect(packed[0]).toEqual(new Float64Array([0.1]));
  expect(packed[1].getFloat64(0, true)).toBe(0.1);
  expect(buffers.map(({ byteLength }) => byteLength)).toEqual([8, 8]);
});

it('a buffer that is there twice is listed once, shared memory never', () => {
  const shared = new Int32Array(new SharedArrayBuffer(8)).subarray(1);
  const twice = new Float32Array(4);
  const { packed, buffers } = packBuffers({ shared, a: twice, b: twice, c: twice.buffer });
  expect(packed.shared).toBe(shared);
  expect(buffers).toEqual([twice.buffer]);
});

it('objects that are not plain data are left alone', () => {
  const map = new Map([[1, 2]]);
  expect(packBuffers({ map }).packed.map).toBe(map);
});
