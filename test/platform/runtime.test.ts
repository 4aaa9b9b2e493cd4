import { availableParallelism } from 'node:os';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { builtin, cpuCount, detectRuntime, now } from '../../src/platform/runtime.ts';
import { workerUrl } from '../../src/platform/spawn.ts';

afterEach(() => vi.unstubAllGlobals());

describe('the runtime', () => {
  it('is Node here', () => {
    expect(detectRuntime()).toBe('node');
    expect(cpuCount()).toBe(availableParallelism());
  });

  it("is a browser where `process` is only a bundler's look-alike", () => {
    // detectRuntime reads a `process` property, so a look-alike takes its place.
    vi.stubGlobal('process', { versions: { node: '20.0.0' }, env: {}, browser: true });
    expect(detectRuntime()).toBe('browser');
    vi.stubGlobal('process', undefined);
    expect(detectRuntime()).toBe('browser');
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
});
