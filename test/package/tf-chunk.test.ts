import { readFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectedGradients, FIRST_BITS, gradients, hex, SECOND_BITS } from './tf-case.ts';

const chunkUrl = new URL('../../build/tf.js', import.meta.url);
const wasmUrl = new URL('../../build/wasm/tfjs.wasm', import.meta.url);

let tf: typeof import('#tf');
let globalsBefore: string[];
let listenersBefore: number[];

const listeners = () => ['uncaughtException', 'unhandledRejection'].map((event) => process.listenerCount(event));

beforeAll(async () => {
  globalsBefore = Object.getOwnPropertyNames(globalThis);
  listenersBefore = listeners();
  tf = await import(chunkUrl.href);
  tf.setWasmBinary(await readFile(wasmUrl));
  await tf.startBackend();
});

/** (module (import "env" "memory" (memory 1)) (func (export "double") (param i32) (f32.store (local.get 0) (f32.mul (f32.load …) (f32.const 2))))) */
const DOUBLE = new Uint8Array([
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x05, 0x01, 0x60, 0x01, 0x7f, 0x00], // type: (i32) → ()
  ...[0x02, 0x0f, 0x01, 0x03, 0x65, 0x6e, 0x76, 0x06, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 0x02, 0x00, 0x01], // import env.memory
  ...[0x03, 0x02, 0x01, 0x00], // one function
  ...[0x07, 0x0a, 0x01, 0x06, 0x64, 0x6f, 0x75, 0x62, 0x6c, 0x65, 0x00, 0x00], // export "double"
  ...[0x0a, 0x14, 0x01, 0x12, 0x00, 0x20, 0x00, 0x20, 0x00, 0x2a, 0x02, 0x00, 0x43, 0x00, 0x00, 0x00, 0x40, 0x94, 0x38, 0x02, 0x00, 0x0b],
]);

describe('the tfjs chunk in Node', () => {
  it('gives gradients of first and second order that match the closed form', () => {
    const { first, second } = gradients(tf);
    const expected = expectedGradients();
    for (const [index, value] of expected.first.entries()) expect(first[index]).toBeCloseTo(value, 4);
    for (const [index, value] of expected.second.entries()) expect(second[index]).toBeCloseTo(value, 3);
  });

  it('gives them bit for bit', () => {
    const { first, second } = gradients(tf);
    expect(hex(first)).toBe(FIRST_BITS);
    expect(hex(second)).toBe(SECOND_BITS);
  });

  it('adds no listeners to process and no globals', () => {
    expect(listeners()).toEqual(listenersBefore);
    expect(Object.getOwnPropertyNames(globalThis).filter((name) => !globalsBefore.includes(name))).toEqual([]);
  });

  it('runs a kernel of ours on its backend, with a gradient of ours', () => {
    tf.registerKernel({
      kernelName: 'TestDouble',
      backendName: 'wasm',
      kernelFunc: ({ inputs }) => {
        const x = inputs.x!;
        const out = tf.makeOutput(x.shape, 'float32');
        const heap = tf.backendMemory().buffer;
        const size = x.shape.reduce((product, extent) => product * extent, 1);
        const from = new Float32Array(heap, tf.dataOffset(x), size);
        new Float32Array(heap, tf.dataOffset(out), size).set(from.map((value) => 2 * value));
        return out;
      },
    });
    tf.registerGradient({ kernelName: 'TestDouble', gradFunc: (dy) => ({ x: () => tf.mul(dy as import('#tf').Tensor, 2) }) });
    const before = tf.memory().numTensors;
    const twice = (x: import('#tf').Tensor) => tf.engine().runKernel('TestDouble', { x }) as import('#tf').Tensor;
    const values = tf.tidy(() => twice(tf.tensor1d([1, -2.5, 3])).dataSync());
    const slope = tf.tidy(() =>
      tf
        .grad((x) => tf.sum(tf.square(twice(x))))(tf.tensor1d([1, -2.5, 3]))
        .dataSync(),
    );
    expect([...values]).toEqual([2, -5, 6]);
    expect([...slope]).toEqual([8, -20, 24]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("lets another module work in its memory, on a tensor's own bytes", async () => {
    const { instance } = await WebAssembly.instantiate(DOUBLE, { env: { memory: tf.backendMemory() } });
    const double = instance.exports.double as (pointer: number) => void;
    const tensor = tf.tensor1d([1.5, 7]);
    double(tf.dataOffset(tensor));
    double(tf.dataOffset(tensor) + 4);
    expect([...tensor.dataSync()]).toEqual([3, 14]);
    const pointer = tf.backendMalloc(64);
    expect(pointer % 4).toBe(0);
    tf.backendFree(pointer);
  });

  it('keeps its memory object when the memory grows', () => {
    const memory = tf.backendMemory();
    const before = memory.buffer.byteLength;
    const large = tf.zeros([before / 4 + 1024]);
    expect(memory.buffer.byteLength).toBeGreaterThan(before);
    expect(tf.backendMemory()).toBe(memory);
    large.dispose();
  });

  it('says what is wrong with damaged bytes instead of waiting for ever', async () => {
    const second = (await import(`${chunkUrl.href}?damaged`)) as typeof tf;
    await expect(second.startBackend()).rejects.toMatchObject({ code: 'E_WASM_MISSING' });
    second.setWasmBinary(new Uint8Array([0, 97, 115, 109, 9, 9, 9, 9]));
    await expect(second.startBackend()).rejects.toMatchObject({ code: 'E_WASM_INVALID' });
  });

  it('lives beside a second copy of itself', async () => {
    const other = (await import(`${chunkUrl.href}?second`)) as typeof tf;
    other.setWasmBinary(await readFile(wasmUrl));
    await other.startBackend();
    expect(other.backendMemory()).not.toBe(tf.backendMemory());
    expect(other.getKernel('TestDouble', 'wasm')).toBeUndefined();
    expect(hex(gradients(other).first)).toBe(FIRST_BITS);
  });

  it('computes the same bits in a worker thread', async () => {
    const script = `
      import { parentPort, workerData } from 'node:worker_threads';
      const tf = await import(workerData.chunk);
      tf.setWasmBinary(workerData.bytes);
      await tf.startBackend();
      const gradient = tf.grad((x) => tf.sum(tf.square(tf.relu(x))));
      parentPort.postMessage([...gradient(tf.tensor1d([1, -2, 3])).dataSync()]);
    `;
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(script)}`), {
      workerData: { chunk: chunkUrl.href, bytes: await readFile(wasmUrl) },
    });
    const answer = await new Promise((done, fail) => {
      worker.once('message', done);
      worker.once('error', fail);
    });
    await worker.terminate();
    expect(answer).toEqual([2, 0, 6]);
  });
});
