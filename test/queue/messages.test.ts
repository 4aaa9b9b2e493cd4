/** What machines and drivers tell each other: builds that differ are named, and records that are none are not taken for one. */
import { describe, expect, test } from 'vitest';
import { type Build, misfit, ownBuild } from '../../src/queue/build.ts';
import { answerFrom, driverFrom, jobFrom, machineFrom } from '../../src/queue/messages.ts';
import { checkQueueName, commonDefaults } from '../../src/queue/options.ts';
import { toBytes } from '../../src/queue/packing.ts';
import { checkAddress, shownAddress } from '../../src/queue/redis.ts';

const build: Build = { version: '1.0.0', files: { engine: 'aa', worker: 'bb' }, envs: { 'own.mjs': 'cc' } };

describe('a build', () => {
  test('names its version, its worker and the WebAssembly modules', () => {
    const { version, files } = ownBuild();
    expect(version).toMatch(/^\d+\.\d+\.\d+/);
    expect(Object.keys(files).sort()).toEqual(['engine', 'kernels', 'tfjs', 'worker']);
    for (const hash of Object.values(files)) expect(hash).toMatch(/^[0-9a-f]{64}$/);
  });

  test.each([
    [{}, null],
    [{ envs: { 'own.mjs': 'cc', 'other.mjs': 'dd' } }, null],
    [{ version: '1.0.1' }, 'it has wasmeta 1.0.1, the driver 1.0.0'],
    [{ files: { engine: 'xx', worker: 'bb' } }, 'its engine has SHA-256 xx…, the driver’s aa…'],
    [{ files: { engine: 'aa' } }, 'its worker has SHA-256 none…, the driver’s bb…'],
    [{ envs: {} }, 'it was started without --env own.mjs'],
    [{ envs: { 'own.mjs': 'xx' } }, 'its environment own.mjs has SHA-256 xx…, the driver’s cc…'],
  ])('%j beside the driver’s: %s', (changes, reason) => {
    expect(misfit({ ...build, ...changes }, build)?.replaceAll("'", '’') ?? null).toBe(reason);
  });
});

describe('records', () => {
  const machine = { id: 'a', workers: 2, build, active: ['x'], leaving: false };

  test('come back from JSON', () => {
    expect(machineFrom(JSON.stringify(machine))).toEqual(machine);
    expect(driverFrom(JSON.stringify({ run: 'r', build }))).toEqual({ run: 'r', build });
  });

  test.each([null, '', '{', '[]', 'null', '"a"', { ...machine, id: 1 }, { ...machine, workers: 0 }, { ...machine, workers: 1e9 }])(
    '%j is no machine',
    (value) => {
      expect(machineFrom(typeof value === 'object' ? JSON.stringify(value) : value)).toBe(null);
    },
  );

  test('jobs and answers of others end with E_QUEUE', () => {
    const hash = 'a'.repeat(64);
    expect(jobFrom({ run: 'r', text: '{}', parts: [{ hash, length: 3 }, 'AAAA'] }).parts).toHaveLength(2);
    for (const part of [1, null, { hash: '../x', length: 1 }, { hash, length: -1 }, { hash }])
      expect(() => jobFrom({ run: 'r', text: '{}', parts: [part] })).toThrow(expect.objectContaining({ code: 'E_QUEUE' }));
    for (const value of [null, 1, {}, { run: 'r' }]) expect(() => jobFrom(value)).toThrow(expect.objectContaining({ code: 'E_QUEUE' }));
    for (const value of [null, {}, { id: 'a', machine: 'b', tookMs: 1, kind: 'gift' }])
      expect(() => answerFrom(toBytes(value))).toThrow(expect.objectContaining({ code: 'E_QUEUE' }));
  });
});

describe('options', () => {
  test('addresses are checked, and shown without their password', () => {
    expect(checkAddress('rediss://me:secret@host:1/0')).toBe('rediss://me:secret@host:1/0');
    expect(shownAddress('rediss://me:secret@host:1/0')).toBe('rediss://host:1/0');
    expect(shownAddress({ host: 'there', password: 'secret' })).toBe('redis://there:6379');
    for (const bad of ['127.0.0.1', 'http://a', '', null, 3, []])
      expect(() => checkAddress(bad)).toThrow(/"connection" expected an address/);
  });

  test('names and times that make no sense are refused', () => {
    for (const bad of ['', 'a:b', 'a b', 'x'.repeat(65)]) expect(() => checkQueueName('queue', bad)).toThrow(/"queue" expected/);
    for (const bad of [{ leaseMs: 0 }, { ttlMs: 1000 }, { payloadMb: 1000 }, { deadlineMs: Number.NaN }])
      expect(() => commonDefaults({ connection: 'redis://a', ...bad })).toThrow(expect.objectContaining({ code: 'E_ARGUMENT' }));
  });
});
