import { describe, expect, it } from 'vitest';
import { FIRST_BITS, gradients, hex, SECOND_BITS } from '../package/tf-case.ts';

// Addresses, so that the page gets the built file and not a transformed one.
const chunkAddress = new URL('../../build/tf.js', import.meta.url).href;
const wasmAddress = new URL('../../build/wasm/tfjs.wasm', import.meta.url).href;

describe('the tfjs chunk in Chromium', () => {
  it('computes the same bits in a page as Node does', async () => {
    const tf = (await import(/* @vite-ignore */ chunkAddress)) as typeof import('#tf');
    tf.setWasmBinary(await (await fetch(wasmAddress)).arrayBuffer());
    await tf.startBackend();
    const { first, second } = gradients(tf);
    expect(hex(first)).toBe(FIRST_BITS);
    expect(hex(second)).toBe(SECOND_BITS);
    expect(tf.backendMemory()).toBeInstanceOf(WebAssembly.Memory);
  });

  it('computes in a worker', async () => {
    const script = `
      const tf = await import(${JSON.stringify(chunkAddress)});
      tf.setWasmBinary(await (await fetch(${JSON.stringify(wasmAddress)})).arrayBuffer());
      await tf.startBackend();
      postMessage([...tf.grad((x) => tf.sum(tf.square(tf.relu(x))))(tf.tensor1d([1, -2, 3])).dataSync()]);
    `;
    const worker = new Worker(URL.createObjectURL(new Blob([script], { type: 'text/javascript' })), { type: 'module' });
    const answer = await new Promise((done, fail) => {
      worker.onmessage = ({ data }) => done(data);
      worker.onerror = (event) => fail(new Error(event.message));
    });
    worker.terminate();
    expect(answer).toEqual([2, 0, 6]);
  });
});
