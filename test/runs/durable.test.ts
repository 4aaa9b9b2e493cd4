/** What a power cut leaves: everything that was said to be written, in the order in which it was said. */
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkState } from '../../src/core/state.ts';
import { replaceFile } from '../../src/runs/files.ts';
import { folderFiles } from '../../src/runs/folder-files.ts';
import { parseBounded } from '../../src/runs/json.ts';
import { Run, type RunInfo } from '../../src/runs/run.ts';
import type { RunFiles } from '../../src/runs/run-files.ts';
import { failure, MemoryDisk } from '../simulation/memory-disk.ts';

const config = { iterations: 6 };
const info: RunInfo = { algo: 'rl2', config, version: '0', commit: null, modules: {}, started: '2026-01-02T03:04:05.000Z' };
const state = (iteration: number) => ({ iteration, parameters: Float32Array.of(iteration, 2) });
const bytes = (text: string) => new TextEncoder().encode(text);

/** Every outcome of a power cut that keeps as little as it may, as much as it may, or something between. */
const cuts = [() => 0.39, () => 0.99, () => 0.5, () => 0.7];

describe('after a power cut', () => {
  test.each(cuts)('a replaced file is there, whole, in folders that were made for it (%#)', (random) => {
    const disk = new MemoryDisk();
    replaceFile('/a/b/c/file', 'new', disk.fs);
    disk.powerCut(random);
    expect(disk.bytesOf('/a/b/c/file')).toEqual(bytes('new'));
  });

  test.each(cuts)('a file replaced again is the old one or the new one at any call, and the new one once it was said so (%#)', (random) => {
    for (let n = 1; ; n++) {
      const disk = new MemoryDisk();
      replaceFile('/a/file', 'old', disk.fs);
      let calls = 0;
      disk.before = () => {
        if (++calls >= n) throw failure('EKILLED');
        return undefined;
      };
      let said = false;
      try {
        replaceFile('/a/file', 'newer', disk.fs);
        said = true;
      } catch {}
      disk.before = () => undefined;
      disk.powerCut(random);
      const left = new TextDecoder().decode(disk.bytesOf('/a/file') ?? bytes('nothing'));
      expect(said ? ['newer'] : ['old', 'newer']).toContain(left);
      if (said) return;
    }
  });

  test('a file is synced before its name is, and its folder after', () => {
    const disk = new MemoryDisk();
    replaceFile('/a/file', 'old', disk.fs);
    const calls: string[] = [];
    disk.before = (call, path) => {
      if (['writeSync', 'fsyncSync', 'renameSync'].includes(call)) calls.push(`${call} ${path}`);
      return undefined;
    };
    replaceFile('/a/file', 'new', disk.fs);
    expect(calls).toEqual(['writeSync /a/file.tmp', 'fsyncSync /a/file.tmp', 'renameSync /a/file', `fsyncSync ${dirname('/a/file')}`]);
  });
});

/** A run's files, with every change in order. */
function watchedRun() {
  const files = folderFiles('/runs/one', new MemoryDisk().fs);
  const changes: string[] = [];
  const watched: RunFiles = {
    ...files,
    replace: (name, content) => {
      changes.push(`replace ${name}`);
      return files.replace(name, content);
    },
    remove: (name) => {
      changes.push(`remove ${name}`);
      return files.remove(name);
    },
  };
  return { files: watched, changes };
}

describe('a save', () => {
  test('removes older checkpoints last, the oldest of three, after the new one and the best are written', async () => {
    const { files, changes } = watchedRun();
    const run = new Run(files);
    await run.begin(info);
    await run.save('rl2', config, state(1), 1);
    await run.save('rl2', config, state(2), 0);
    changes.length = 0;
    await run.save('rl2', config, state(3), 5);
    expect(changes).toEqual([
      'replace checkpoints/00000003.safetensors',
      'replace checkpoints/best.safetensors',
      'remove checkpoints/00000001.safetensors',
    ]);
  });

  test('keeps the earlier of two best scores that are equal, and of one that is not a number', async () => {
    const run = new Run(watchedRun().files);
    await run.begin(info);
    for (const [iteration, score] of [
      [1, 2],
      [2, 2],
      [3, Number.NaN],
      [4, 1],
    ])
      await run.save('rl2', config, state(iteration), score);
    expect((await run.load('best')).state).toEqual(state(1));
  });

  test('after a resume knows the best score from before: a lower or equal one does not replace it, a higher one does', async () => {
    const { files } = watchedRun();
    const first = new Run(files);
    await first.begin(info);
    await first.save('rl2', config, state(1), 5);
    await first.save('rl2', config, state(2), 1);
    const run = new Run(files);
    await run.resume(await run.load());
    await run.save('rl2', config, state(3), 4);
    await run.save('rl2', config, state(4), 5);
    expect((await run.load('best')).state).toEqual(state(1));
    await run.save('rl2', config, state(5), 5.1);
    expect((await run.load('best')).state).toEqual(state(5));
  });

  test('of a run begun anew does not know the best score of the run before it', async () => {
    const run = new Run(watchedRun().files);
    await run.begin(info);
    await run.save('rl2', config, state(1), 5);
    await run.begin(info);
    await run.save('rl2', config, state(2), 1);
    expect((await run.load('best')).state).toEqual(state(2));
  });
});

test('a disk that cannot be listed or read is not taken for an empty one', async () => {
  const disk = new MemoryDisk();
  const run = new Run(folderFiles('/runs/one', disk.fs));
  await run.begin(info);
  await run.save('rl2', config, state(1), 5);
  for (const call of ['readdirSync', 'readFileSync', 'openSync'] as const) {
    disk.before = (now) => {
      if (now === call) throw failure('EIO');
      return undefined;
    };
    const asked = call === 'readdirSync' ? run.hasCheckpoint() : call === 'readFileSync' ? run.info() : run.load();
    await expect(asked, call).rejects.toMatchObject({ code: 'E_IO', message: expect.stringContaining('EIO') });
  }
});

test('a log that a kill cut short is the own file of a run whose config is there', async () => {
  const { files } = watchedRun();
  await new Run(files).begin(info);
  await files.append('metrics.jsonl', '{"iterat');
  await files.replace('metrics.csv', '\0\0');
  const log = await new Run(files).begin(info);
  expect(log.lines).toEqual([]);
});

test.each([
  ['{"a":{"b":[1]}}', 3],
  ['[[],[],{"a":"]]]]{{{"}]', 2],
  ['{"a\\"[[[[":"\\\\"}', 1],
  ['7', 0],
])('JSON %s is %i deep: read at that limit, and refused one below it', (text, depth) => {
  expect(parseBounded(bytes(text), depth)).toEqual(JSON.parse(text));
  expect(parseBounded(bytes(text), depth - 1)).toBeNull();
});

test('a state from a file has arrays of the right type and length, at any depth', () => {
  const like = { iteration: 1, adam: { m: new Float64Array(3) }, parameters: new Float32Array(2) };
  const good = () => ({ iteration: 4, adam: { m: new Float64Array(3) }, parameters: new Float32Array(2) });
  checkState('state', good(), like);
  const bad: object[] = [
    ...[0, 1, 3].map((length) => ({ ...good(), parameters: new Float32Array(length) })),
    ...[0, 2, 4].map((length) => ({ ...good(), adam: { m: new Float64Array(length) } })),
    { ...good(), parameters: new Float64Array(2) },
    { ...good(), adam: { m: new Float32Array(3) } },
    { ...good(), adam: new Float64Array(3) },
    { ...good(), adam: {} },
    { ...good(), adam: { m: new Float64Array(3), v: 1 } },
    { ...good(), more: 1 },
    ...[-1, 0.5, Number.NaN, 2 ** 53, '1', null].map((iteration) => ({ ...good(), iteration })),
  ];
  for (const one of bad) expect(() => checkState('state', one, like)).toThrow(expect.objectContaining({ code: 'E_CHECKPOINT_CORRUPT' }));
});
