/** A pool in a process of its own: stopped and continued, and forgotten. */
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleFakeWorker, type FakeWorkerScript } from './fake-pool.ts';

let script: FakeWorkerScript;
beforeAll(async () => {
  script = await bundleFakeWorker();
});
afterAll(() => script.remove());

const index = pathToFileURL(fileURLToPath(new URL('../../build/index.js', import.meta.url))).href;

/** Runs a program in which `pool` is a pool of one fake worker. */
function start(name: string, body: string, options = ''): { child: ChildProcess; output: () => string; ended: Promise<number | null> } {
  const file = join(fileURLToPath(new URL('.', script.url)), `${name}.mjs`);
  writeFileSync(
    file,
    `import { createPool } from ${JSON.stringify(index)};\nconst pool = createPool({ workers: 1, workerUrl: new URL('./fake-worker.mjs', import.meta.url), ${options} });\n${body}`,
  );
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout?.on('data', (chunk) => (text += chunk));
  return { child, output: () => text, ended: new Promise((done) => child.on('exit', (code) => done(code))) };
}

test('a process that was stopped for longer than the deadline goes on, and its workers are not given up', async () => {
  const { child, output, ended } = start(
    'stopped',
    `await pool.ready();
    const running = pool.run([{ kind: 'busy', shard: 0, value: 6000 }]);
    console.log('started');
    console.log(JSON.stringify([await running, pool.counts()]));
    await pool.close();`,
    'deadlineMs: 2000',
  );
  while (!output().includes('started')) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill('SIGSTOP');
  await new Promise((resolve) => setTimeout(resolve, 4500));
  child.kill('SIGCONT');
  expect(await ended).toBe(0);
  expect(JSON.parse(output().split('\n')[1])).toEqual([['done'], { spawned: 1, retried: 0 }]);
});

test('a pool that nobody closed does not keep the process alive, but a job that runs does', async () => {
  const { output, ended } = start(
    'forgotten',
    `await pool.ready();
    pool.run([{ kind: 'busy', shard: 0, value: 300 }]).then(([done]) => console.log(done));
    process.on('exit', () => console.log('exit'));`,
  );
  expect(await ended).toBe(0);
  expect(output()).toBe('done\nexit\n');
});
