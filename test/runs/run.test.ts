/** A run on disk: what is kept, what a failing disk costs, and what is read again. */
import fs, { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { WasmetaError } from '../../src/core/errors.ts';
import { type Disk, replaceFile } from '../../src/runs/files.ts';
import { folderFiles } from '../../src/runs/folder-files.ts';
import { type Iteration, record } from '../../src/runs/record.ts';
import { Run, type RunInfo } from '../../src/runs/run.ts';
import { failure, MemoryDisk } from '../simulation/memory-disk.ts';

const folder = mkdtempSync(join(tmpdir(), 'wasmeta-runs-'));
afterAll(() => rmSync(folder, { recursive: true }));
let count = 0;
const newPath = () => join(folder, String(count++));

const config = { iterations: 6, env: { id: 'PointMass-v0' } };
const info: RunInfo = { algo: 'rl2', config, version: '0', commit: null, modules: {}, started: '2026-01-02T03:04:05.000Z' };
const state = (iteration: number) => ({ iteration, parameters: Float32Array.of(iteration, 2), adam: { m: Float64Array.of(3) } });

/** Six iterations whose last episode returns 1, 5, 2, 2, 9, 1. */
async function* iterations(from = 0): AsyncGenerator<Iteration> {
  for (let i = from + 1; i <= 6; i++)
    yield { iteration: i, steps: 10 * i, metrics: { 'rollout/ep_rew_last': [1, 5, 2, 2, 9, 1][i - 1], odd: i / 3 }, state: state(i) };
}

async function recorded(run: Run, more: { warn?: (error: WasmetaError) => void; stopped?: () => boolean } = {}) {
  const log = await run.begin(info);
  const options = { algo: 'rl2', config, checkpointEvery: 1, stepsBefore: 0, warn: () => {}, ...more };
  const lines = [];
  for await (const line of record(iterations(), run, log, options)) lines.push(line);
  return lines;
}

const filesOf = (path: string) => readdirSync(path, { recursive: true, encoding: 'utf8' }).sort();
const events = `events.out.tfevents.${Date.parse(info.started) / 1000}.wasmeta`;

describe('a run', () => {
  test('keeps its config, three logs, the newest two checkpoints and the best', async () => {
    const path = newPath();
    const run = new Run(folderFiles(path));
    await recorded(run);
    const checkpoints = ['best', '00000005', '00000006'].map((name) => `checkpoints/${name}.safetensors`);
    expect(filesOf(path)).toEqual(['checkpoints', ...checkpoints, 'config.json', events, 'metrics.csv', 'metrics.jsonl'].sort());
    expect(await run.info()).toEqual(info);
    expect((await run.load()).state).toEqual(state(6));
    expect(await run.load('best')).toMatchObject({ state: state(5), score: 9, algo: 'rl2', config });
  });

  test('logs the same lines as JSON and CSV, numbers exactly', async () => {
    const path = newPath();
    const run = new Run(folderFiles(path));
    const lines = await recorded(run);
    expect(await run.metrics()).toEqual(lines);
    const [head, ...rows] = readFileSync(join(path, 'metrics.csv'), 'utf8').trim().split('\n');
    expect(head).toBe('iteration,rollout/ep_rew_last,time/fps,time/time_elapsed,odd');
    expect(rows.map((row) => row.split(',').map(Number))).toEqual(
      lines.map((line) => head.split(',').map((name) => (line as Record<string, number>)[name])),
    );
  });

  test('drops the metrics after the checkpoint that it goes on from, in all three logs, and ends as if it had never stopped', async () => {
    const [whole, cut] = [newPath(), newPath()];
    await recorded(new Run(folderFiles(whole)));
    let asked = 0;
    const run = new Run(folderFiles(cut));
    await recorded(run, { stopped: () => ++asked === 4 });
    await run.files.append('metrics.jsonl', '{"iteration":5,"odd":17}\n{"iterat');
    const log = await run.resume(await run.load());
    expect(log.lines.map(({ iteration }) => iteration)).toEqual([1, 2, 3, 4]);
    const options = { algo: 'rl2', config, checkpointEvery: 1, stepsBefore: 40, warn: () => {} };
    for await (const _ of record(iterations(4), run, log, options));
    const further = `events.out.tfevents.${Date.parse(info.started) / 1000 + 1}.wasmeta`;
    expect(filesOf(cut)).toEqual([...filesOf(whole), further].sort());
    for (const name of ['best', '00000005', '00000006'])
      expect(readFileSync(join(cut, `checkpoints/${name}.safetensors`))).toEqual(
        readFileSync(join(whole, `checkpoints/${name}.safetensors`)),
      );
    const timeless = (path: string) => readFileSync(join(path, 'metrics.jsonl'), 'utf8').replaceAll(/"time\/[^,}]*/g, '');
    expect(timeless(cut)).toBe(timeless(whole));
    // Readers of event files keep reading the first one, and see the second: it says again what still holds.
    expect(readFileSync(join(cut, further)).length).toBe(readFileSync(join(whole, events)).length);
  });

  test('loads the newest checkpoint that can be read, and says why a newer one could not', async () => {
    const path = newPath();
    const run = new Run(folderFiles(path));
    await recorded(run);
    writeFileSync(join(path, 'checkpoints/00000006.safetensors'), 'nothing');
    writeFileSync(join(path, 'checkpoints/00000007.safetensors.tmp'), 'a write that was cut short');
    const skipped: string[] = [];
    expect((await run.load('last', ({ message }) => skipped.push(message))).state).toEqual(state(5));
    expect(skipped).toEqual([expect.stringContaining('00000006.safetensors is damaged')]);
    writeFileSync(join(path, 'checkpoints/00000005.safetensors'), '');
    await expect(run.load()).rejects.toMatchObject({ code: 'E_CHECKPOINT_CORRUPT', message: expect.stringContaining('00000006') });
  });

  test('begins afresh without leftovers, and leaves the files of others alone', async () => {
    const path = newPath();
    await recorded(new Run(folderFiles(path)));
    const others = ['notes.txt', 'report.html', 'checkpoints/mine.pt', 'checkpoints/llama.safetensors'];
    for (const name of [...others, 'checkpoints/1.safetensors.tmp']) writeFileSync(join(path, name), 'x');
    writeFileSync(join(path, 'checkpoints/00000009.safetensors.tmp'), 'a write that was cut short');
    await new Run(folderFiles(path)).begin(info);
    const kept = [...others, 'checkpoints', 'checkpoints/1.safetensors.tmp'];
    expect(filesOf(path)).toEqual([...kept, 'config.json', events, 'metrics.csv', 'metrics.jsonl'].sort());
    const run = new Run(folderFiles(path));
    await expect(run.writeReport('<p>')).rejects.toMatchObject({ code: 'E_IO', message: expect.stringContaining('report.html') });
    expect(readFileSync(join(path, 'report.html'), 'utf8')).toBe('x');
  });

  test.each(['config.json', 'metrics.csv', 'metrics.jsonl', 'checkpoints/00000099.safetensors', 'checkpoints/best.safetensors'])(
    "does not begin where somebody else's %s lies, and changes nothing",
    async (name) => {
      const path = newPath();
      mkdirSync(join(path, 'checkpoints'), { recursive: true });
      for (const file of [name, 'report.html']) writeFileSync(join(path, file), 'a,b');
      await expect(new Run(folderFiles(path)).begin(info)).rejects.toMatchObject({ code: 'E_CONFIG', details: { file: name } });
      expect(filesOf(path)).toEqual(['checkpoints', name, 'report.html'].sort());
    },
  );

  test('knows its own checkpoints without their config', async () => {
    const path = newPath();
    await recorded(new Run(folderFiles(path)));
    rmSync(join(path, 'config.json'));
    await new Run(folderFiles(path)).begin(info);
    expect(filesOf(path).filter((name) => name.startsWith('checkpoints/'))).toEqual([]);
  });

  test('whose folder is removed while it is written has all but its older checkpoints again', async () => {
    const path = newPath();
    let asked = 0;
    const removed = () => {
      if (++asked === 3) rmSync(path, { recursive: true });
      return false;
    };
    const lines = await recorded(new Run(folderFiles(path)), { stopped: removed });
    const run = new Run(folderFiles(path));
    expect([await run.info(), await run.metrics()]).toEqual([info, lines]);
    expect((await run.load()).state).toEqual(state(6));
  });

  test('loads an older checkpoint where the newest one cannot be read from the disk', async () => {
    const path = newPath();
    await recorded(new Run(folderFiles(path)));
    rmSync(join(path, 'checkpoints/00000006.safetensors'));
    mkdirSync(join(path, 'checkpoints/00000006.safetensors'));
    const skipped: string[] = [];
    expect((await new Run(folderFiles(path)).load('last', ({ code }) => skipped.push(code))).state).toEqual(state(5));
    expect(skipped).toEqual(['E_IO']);
  });

  test('lists its folder and its checkpoints, whatever leads back to it', async () => {
    const path = newPath();
    await recorded(new Run(folderFiles(path)));
    for (const name of ['a', 'b', 'checkpoints/c']) symlinkSync(path, join(path, name));
    expect((await new Run(folderFiles(path)).files.list()).length).toBe(4 + 1 + 3 + 3);
  });

  test('refuses states that could not be read back, and writes nothing', async () => {
    const path = newPath();
    const run = new Run(folderFiles(path));
    await run.begin(info);
    const ok = { iteration: 1 };
    const refused: object[] = [
      { ...ok, 'a-b': 1 },
      { ...ok, _a: 1 },
      { ...ok, 'a/b': 1 },
      { ...ok, ä: 1 },
      { ...ok, a: [[1]] },
      { ...ok, a: [] },
      { ...ok, a: {} },
      { ...ok, a: null },
      { ...ok, a: 'text' },
      { ...ok, a: Int32Array.of(1) },
      { ...ok, a: new Map([[1, 2]]) },
      { ...ok, score: 1 },
      { iteration: -1 },
      { iteration: 1.5 },
      { iteration: 1e15 },
      { iteration: Number.NaN },
      {},
      { ...ok, [`a${'b'.repeat(200)}`]: 1 },
      { ...ok, ...Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`a${i}`, 1])) },
    ];
    for (const one of refused)
      await expect(run.save('rl2', config, one as { iteration: number }, 1), JSON.stringify(one).slice(0, 60)).rejects.toMatchObject({
        code: 'E_ARGUMENT',
      });
    expect(await run.hasCheckpoint()).toBe(false);
  });

  test('reads every state that it accepts, with names and sizes at their limits', async () => {
    const run = new Run(folderFiles(newPath()));
    const parts = Object.fromEntries(Array.from({ length: 9_000 }, (_, i) => [`a${i}`, i / 3]));
    const odd = { iteration: 999_999_999_999_999, parts, A_1: { 'b.c': Float64Array.of(Number.NaN), empty: new Float32Array(0) } };
    await run.begin(info);
    await run.save('rl2', config, odd, Number.NaN);
    expect((await run.load()).state).toEqual(odd);
  });

  test('keeps a config of a list of 50 000 tasks, and refuses one too large to be read again before anything is written', async () => {
    const path = newPath();
    const listOf = (n: number) => ({ ...info, config: { ...config, taskList: Array.from({ length: n }, (_, i) => [Math.sin(i), i / 3]) } });
    const run = new Run(folderFiles(path));
    await run.begin(listOf(50_000));
    await run.save('rl2', listOf(50_000).config, state(1), 0);
    expect(await run.info()).toEqual(listOf(50_000));
    expect((await run.load()).config).toEqual(listOf(50_000).config);
    const other = newPath();
    await expect(new Run(folderFiles(other)).begin(listOf(500_000))).rejects.toMatchObject({ code: 'E_CONFIG' });
    expect(existsSync(other)).toBe(false);
  });

  test.each([
    ['no config', null, 'E_IO'],
    ['nothing', '', 'E_CONFIG'],
    ['a list', '[]', 'E_CONFIG'],
    ['null', 'null', 'E_CONFIG'],
    ['no date', '{"algo":"rl2","config":{},"started":"soon"}', 'E_CONFIG'],
    ['no algorithm', '{"config":{},"started":"2026-01-01"}', 'E_CONFIG'],
    ['a config that is null', '{"algo":"rl2","config":null,"started":"2026-01-01"}', 'E_CONFIG'],
    ['brackets', '['.repeat(1e5), 'E_CONFIG'],
    ['nine megabytes', `{"algo":"rl2","config":{},"started":"2026-01-01","x":"${'x'.repeat(9e6)}"}`, 'E_CONFIG'],
  ])('refuses a config.json with %s', async (_, text, code) => {
    const path = newPath();
    mkdirSync(path);
    if (text !== null) writeFileSync(join(path, 'config.json'), text);
    await expect(new Run(folderFiles(path)).info()).rejects.toMatchObject({ code });
  });
});

/** A disk whose n-th call of one kind fails, or all from the n-th on; a failing write first writes half. */
function failing(call: keyof Disk, n: number, forever: boolean): { disk: Disk; calls: () => number } {
  let calls = 0;
  const disk = {
    ...fs,
    [call]: (...args: unknown[]) => {
      calls++;
      if (calls === n || (forever && calls > n)) {
        if (call === 'writeSync') fs.writeSync(args[0] as number, args[1] as Uint8Array, 0, (args[1] as Uint8Array).length >> 1);
        throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      }
      return (fs[call] as (...all: unknown[]) => unknown)(...args);
    },
  } as Disk;
  return { disk, calls: () => calls };
}

describe('a disk that fails', () => {
  test.each(['writeSync', 'fsyncSync', 'renameSync', 'openSync', 'closeSync', 'mkdirSync'] as const)(
    'at any %s while a file is replaced leaves the old one or the new one, whole, and nothing beside it',
    (call) => {
      const path = join(newPath(), 'file');
      replaceFile(path, 'old');
      const counter = failing(call, Number.POSITIVE_INFINITY, false);
      replaceFile(path, 'old', counter.disk);
      for (let n = 1; n <= counter.calls(); n++) {
        expect(() => replaceFile(path, 'new', failing(call, n, false).disk)).toThrow(expect.objectContaining({ code: 'E_IO' }));
        const content = readFileSync(path, 'utf8');
        expect(['old', 'new']).toContain(content);
        if (call === 'writeSync' || call === 'renameSync') expect(content).toBe('old');
        expect(readdirSync(join(path, '..'))).toEqual(['file']);
        replaceFile(path, 'old');
      }
    },
  );

  const kinds = ['writeSync', 'fsyncSync', 'renameSync', 'openSync', 'closeSync', 'mkdirSync', 'rmSync'] as const;

  /** Of a disk in memory, for there are hundreds of calls to fail at. */
  function failingOnce(call: keyof Disk, n: number) {
    const disk = new MemoryDisk();
    let calls = 0;
    disk.before = (made) => {
      if (made === call && ++calls === n) throw failure('ENOSPC');
      return undefined;
    };
    return { disk, run: new Run(folderFiles('/run', disk.fs)), calls: () => calls };
  }

  test.each(kinds)(
    'at any one %s costs a warning: training goes on, no checkpoint is lost, the logs are whole in the end',
    async (call) => {
      const counter = failingOnce(call, Number.POSITIVE_INFINITY);
      const lines = await recorded(counter.run);
      expect(counter.calls()).toBeGreaterThan(3);
      let warned = 0;
      for (let n = 1; n <= counter.calls(); n++) {
        const { disk, run } = failingOnce(call, n);
        const warnings: string[] = [];
        const outcome = await recorded(run, { warn: ({ message }) => warnings.push(message) }).catch((error: WasmetaError) => error);
        if (outcome instanceof Error) {
          // Nothing had begun.
          expect(outcome).toMatchObject({ code: 'E_IO' });
          expect([warnings, await run.hasCheckpoint()]).toEqual([[], false]);
          continue;
        }
        warned += warnings.length;
        for (const message of warnings) expect(message).toContain('ENOSPC');
        expect((await run.load()).state).toEqual(state(6));
        expect((await run.metrics()).map(({ iteration }) => iteration)).toEqual(lines.map(({ iteration }) => iteration));
        expect(
          new TextDecoder()
            .decode(disk.bytesOf('/run/metrics.csv') ?? undefined)
            .trim()
            .split('\n'),
        ).toHaveLength(7);
        const names = ['/run', '/run/checkpoints'].flatMap((path) => disk.namesIn(path));
        expect(names.filter((name) => name.endsWith('.tmp'))).toEqual([]);
      }
      expect(warned).toBeGreaterThan(0);
    },
  );

  test('for good leaves the last whole checkpoint and says so at the end', async () => {
    const path = newPath();
    const counter = failing('writeSync', Number.POSITIVE_INFINITY, false);
    await recorded(new Run(folderFiles(newPath(), counter.disk)));
    const { disk } = failing('writeSync', counter.calls() >> 1, true);
    const run = new Run(folderFiles(path, disk));
    const warnings: string[] = [];
    await expect(recorded(run, { warn: ({ message }) => warnings.push(message) })).rejects.toMatchObject({ code: 'E_IO' });
    expect(warnings.length).toBeGreaterThan(2);
    const { iteration } = (await run.load()).state as { iteration: number };
    expect(iteration).toBeGreaterThanOrEqual(1);
    expect(iteration).toBeLessThan(6);
    expect(existsSync(join(path, 'checkpoints/best.safetensors'))).toBe(true);
  });
});
