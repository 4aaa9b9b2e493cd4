/** Peers in C: compiled by gcc into a folder of their own, one process a sample, which prints {count, cpu, wall} of its work alone. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Missing } from './measure.mjs';

const folder = mkdtempSync(join(tmpdir(), 'wasmeta-peers-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** A file in that folder, for a program to read. */
export const fileFor = (name) => join(folder, name);

const firstLine = (text) => text.split('\n')[0];

/**
 * Compiles a file beside this one. `needs` says what else than gcc it takes.
 * @returns {{ compiler: string, run: (...args: (string | number)[]) => import('./measure.mjs').Sample & { version?: string } }}
 */
export function compile(source, flags, needs = '') {
  let compiler;
  try {
    compiler = firstLine(execFileSync('gcc', ['--version'], { encoding: 'utf8' }));
  } catch {
    throw new Missing('no gcc: apt-get install gcc libc6-dev');
  }
  const to = fileFor(`${source}-${flags.join('')}`.replace(/[^\w-]/g, ''));
  const from = fileURLToPath(new URL(source, import.meta.url));
  const { status, stderr } = spawnSync('gcc', [from, ...flags, '-o', to], { encoding: 'utf8' });
  if (status !== 0) throw new Missing(`gcc could not compile ${source}${needs && `, which needs ${needs}`}: ${firstLine(stderr.trim())}`);
  return { compiler, run: (...args) => JSON.parse(execFileSync(to, args.map(String), { encoding: 'utf8' })) };
}
