/** Power cut after power cut: whatever moment a writing run is killed at, its newest complete checkpoint loads and it ends as if nothing had happened. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { hashArrays } from '../../src/core/hash.ts';
import { folderFiles } from '../../src/runs/folder-files.ts';
import { Run } from '../../src/runs/run.ts';
import { long } from '../long.ts';
import { sequence } from '../tf/tf.ts';

const folder = mkdtempSync(join(tmpdir(), 'wasmeta-kills-'));
afterAll(() => rmSync(folder, { recursive: true }));

const kills = long ? 1000 : 25;
const writer = new URL('./writer.mjs', import.meta.url).pathname;

/** Starts the writer; kills it so many ms after its first sign of life, or lets it end. */
function write(name: string, last: number, killAfter: number | null): Promise<{ code: number | null; done: boolean }> {
  const child = spawn(process.execPath, [writer, join(folder, name), String(last)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let done = false;
  child.stdout.on('data', (text: Buffer) => {
    done ||= text.includes('done');
    if (killAfter !== null && text.includes('writing')) setTimeout(() => child.kill('SIGKILL'), killAfter);
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, done })));
}

const stateOf = async (name: string) =>
  (await new Run(folderFiles(join(folder, name))).load()).state as { iteration: number; parameters: Float32Array };

test(`${kills} kills at random moments: no checkpoint is lost, and the end is the same`, { timeout: 1_800_000 }, async () => {
  const next = sequence(2026);
  let killed = 0;
  let rounds = 0;
  let reached = 0;
  let last = 1_000_000; // never reached while it is being killed
  let windowMs = 40;
  for (let i = 0; i < kills || reached <= kills / 10; i++) {
    rounds++;
    const before = reached;
    const { code } = await write('killed', last, (windowMs / 2) * (next() + 1));
    if (code === null) killed++;
    const { files } = new Run(folderFiles(join(folder, 'killed')));
    if ((await files.list()).some((name) => name.endsWith('.safetensors'))) {
      const { iteration } = await stateOf('killed'); // throws if it can't be read
      expect(iteration).toBeGreaterThanOrEqual(reached);
      reached = iteration;
    } else expect(reached).toBe(0);
    // On a busy machine few writes fit between two kills: it gets more time until some do.
    windowMs = reached > before ? Math.max(40, windowMs / 2) : windowMs * 1.5;
  }
  expect(killed).toBe(rounds);

  last = reached + 10;
  // The config's iterations differ, the run's do not.
  expect(await write('killed', last, null)).toEqual({ code: 0, done: true });
  expect(await write('whole', last, null)).toEqual({ code: 0, done: true });
  const [one, other] = [await stateOf('killed'), await stateOf('whole')];
  expect(one.iteration).toBe(last);
  expect(hashArrays([one.parameters])).toBe(hashArrays([other.parameters]));
  const iterations = async (name: string) => (await new Run(folderFiles(join(folder, name))).metrics()).map(({ iteration }) => iteration);
  expect(await iterations('killed')).toEqual(await iterations('whole'));
});
