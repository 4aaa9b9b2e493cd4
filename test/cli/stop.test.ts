/** Commands of several trainings are stopped by a signal and taken up by the same command: the results are those of a command that was left alone. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { cli, type Ended, tiny, wasmeta } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'wasmeta-stop-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a command and sends it a signal once stderr has said `when`. */
const stoppedWhen = (when: string, signal: NodeJS.Signals, args: readonly string[]) =>
  new Promise<Ended>((done) => {
    const child = spawn(process.execPath, [cli, ...args]);
    let [stdout, stderr, sent] = ['', '', false];
    child.stdout.on('data', (text) => {
      stdout += text;
    });
    child.stderr.on('data', (text) => {
      stderr += text;
      if (!sent && stderr.includes(when)) sent = child.kill(signal);
    });
    child.on('close', (status) => done({ status, stdout, stderr }));
  });

/** What does not depend on clocks and folders. */
const lasting = (text: string, out: string) =>
  JSON.parse(text.replaceAll(out, 'OUT'), (key, value) => (/^(seconds|date|commit)$/.test(key) ? undefined : value));

describe.each([
  // [command, arguments, what a training is called, the line at which it is stopped]
  ['compare', ['--preset', 'pearl-semicircle', '--only', 'blind,rl2', '--steps', '60000', '--tasks', '20', '--workers', '1'], 'learner', 2],
  ['reproduce', ['maml-2d-navigation', '--quick', '--seeds', '1', '--workers', '1'], 'training', 1],
  ['sweep', [...tiny, '--set', 'gamma=0.9,0.99', '--seeds', '1', '--iterations', '25', '--tasks', '10', '--workers', '1'], 'run', 2],
] as const)('%s', (command, args, noun, halt) => {
  const asked = (out: string) => [command, ...args, '--out', out, '--json'];
  const [whole, halved] = ['whole', 'halved'].map((name) => join(folder, `${command}-${name}`));

  test('says which training of how many is on, stops at a signal with exit code 130, and the same command goes on to the same bytes', async () => {
    const alone = wasmeta(...asked(whole));
    expect(alone.status).toBe(0);
    expect(alone.stderr).toMatch(
      new RegExp(`^${noun} 1 of 2, (under a minute|about \\d+ min) left: .* (\\d+:\\d\\d left|in \\d+:\\d\\d)$`, 'm'),
    );

    const stopped = await stoppedWhen(`${noun} ${halt} of 2`, 'SIGINT', asked(halved));
    expect([stopped.status, stopped.stdout]).toEqual([130, '']);
    expect(stopped.stderr).toContain('the same command goes on from here');

    const taken = wasmeta(...asked(halved));
    expect(taken.status).toBe(0);
    expect(taken.stderr).not.toContain(`${noun} 1 of 2`); // what is done stays done
    if (halt === 2) expect(taken.stderr).toContain(`${noun} 2 of 2: `);
    expect(lasting(taken.stdout, halved)).toEqual(lasting(alone.stdout, whole));
    // Once more, nothing is left to train.
    const again = wasmeta(...asked(halved));
    expect(again.stderr).not.toMatch(/\d of 2/);
    expect(lasting(again.stdout, halved)).toEqual(lasting(alone.stdout, whole));
  });
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('a training that gets %s leaves a checkpoint, says how to go on, and ends with %i', async (signal, code) => {
  const out = join(folder, signal);
  const { status, stdout, stderr } = await stoppedWhen(' left', signal, [
    'train',
    ...tiny,
    '--iterations',
    '100000',
    '--workers',
    '1',
    '--out',
    out,
  ]);
  expect(status).toBe(code);
  expect(stderr).toContain(`${signal}: stopping after this iteration`);
  expect(stdout).toContain(`next: npx wasmeta train --out ${out} --resume`);
});
