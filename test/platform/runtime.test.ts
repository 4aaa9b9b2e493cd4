import { availableParallelism } from 'node:os';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { absolute } from '../../src/platform/beside.ts';
import { builtin, cpuCount, detectRuntime, now, processorQuota } from '../../src/platform/runtime.ts';
import { workerUrl } from '../../src/platform/spawn.ts';

afterEach(() => vi.unstubAllGlobals());

describe('the runtime', () => {
  it('is Node here', () => {
    expect(detectRuntime()).toBe('node');
    expect(cpuCount()).toBeLessThanOrEqual(availableParallelism());
  });

  it("is a browser where `process` is only a bundler's look-alike", () => {
    // detectRuntime reads a `process` property, so a look-alike takes its place.
    vi.stubGlobal('process', { versions: { node: '20.0.0' }, env: {}, browser: true });
    expect(detectRuntime()).toBe('browser');
    vi.stubGlobal('process', undefined);
    expect(detectRuntime()).toBe('browser');
  });

  it('is a browser in windows and web workers of Electron, whose `process` is Node’s own', () => {
    const electron = { versions: { node: '22.0.0', electron: '39.0.0' }, [Symbol.toStringTag]: 'process' };
    vi.stubGlobal('process', { ...electron, type: 'browser' }); // its main process
    expect(detectRuntime()).toBe('node');
    vi.stubGlobal('process', { ...electron, type: 'renderer' });
    expect(detectRuntime()).toBe('browser');
    vi.stubGlobal('process', { ...electron, type: 'worker' });
    vi.stubGlobal('WorkerGlobalScope', { [Symbol.hasInstance]: () => true }); // not a function: no scope of a worker
    expect(detectRuntime()).toBe('node');
    vi.stubGlobal(
      'WorkerGlobalScope',
      Object.defineProperty(() => {}, Symbol.hasInstance, { value: (it: unknown) => it === globalThis }),
    );
    expect(detectRuntime()).toBe('browser');
  });

  it('has the processors that its container may use, by either version of control groups', () => {
    const files = (given: Record<string, string>) => (path: string) => {
      const text = given[path.replace('/sys/fs/cgroup/', '')];
      if (text === undefined) throw new Error(`ENOENT ${path}`);
      return text;
    };
    expect(processorQuota(files({}))).toBe(Infinity);
    expect(processorQuota(files({ 'cpu.max': 'max 100000\n' }))).toBe(Infinity);
    expect(processorQuota(files({ 'cpu.max': '150000 100000\n' }))).toBe(1.5);
    expect(processorQuota(files({ 'cpu/cpu.cfs_quota_us': '-1\n', 'cpu/cpu.cfs_period_us': '100000\n' }))).toBe(Infinity);
    expect(processorQuota(files({ 'cpu/cpu.cfs_quota_us': '50000\n', 'cpu/cpu.cfs_period_us': '100000\n' }))).toBe(0.5);
  });

  it('is Bun or Deno though they show a `process` of Node', () => {
    vi.stubGlobal('Bun', {});
    expect(detectRuntime()).toBe('bun');
    vi.stubGlobal('Deno', { version: { deno: '2.9.0' } });
    expect(detectRuntime()).toBe('deno');
  });

  it('too old to give its modules is refused with a typed error', () => {
    expect(builtin('node:os').availableParallelism).toBe(availableParallelism);
    vi.stubGlobal('process', { version: 'v18.0.0', versions: { node: '18.0.0' }, [Symbol.toStringTag]: 'process' });
    expect(detectRuntime()).toBe('node');
    expect(() => builtin('node:os')).toThrow(expect.objectContaining({ code: 'E_UNSUPPORTED' }));
  });

  it('has a clock that never steps back', () => {
    const times = Array.from({ length: 100 }, now);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it('has two workers beside the script: with a learner and without', () => {
    expect(workerUrl(true).pathname.endsWith('/worker.js')).toBe(true);
    expect(workerUrl(false).pathname.endsWith('/rollout-worker.js')).toBe(true);
  });

  it('refuses a bundle that does not know where its files are', () => {
    const refusal = expect.objectContaining({ code: 'E_UNSUPPORTED', message: expect.stringMatching(/serverExternalPackages.*wasm: \{/) });
    expect(() => absolute('engine', () => new URL('./wasm/wasmeta.wasm', undefined))).toThrow(refusal);
    // What webpack puts in for a server.
    expect(() => absolute('engine', () => ({ href: '/_next/static/media/wasmeta.wasm' }) as URL)).toThrow(refusal);
    expect(absolute('engine', () => new URL('https://a.example/x.wasm')).href).toBe('https://a.example/x.wasm');
  });
});
