/**
 * Calls what others may call, with what nobody expects: `node scripts/fuzz.mjs api|files [--calls 1000000] [--seed 1] [--from 0] [--children 1]` (after a build).
 * `api`: every export of the package and the methods of what they make, in any order. `files`: checkpoints, configs and logs with something changed.
 * A fault is an error without a code, a call that is not back after 20 s, or more than 1.5 GB in use. Calls run in child processes, each of which is a function of the
 * seed and the number of its first call. Each kind of fault is printed once, with the number that repeats it (`--from N --calls 25`). Exit code 1 if there is one.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { callsOfSession } from './fuzz/values.mjs';

const child = join(import.meta.dirname, 'fuzz/child.mjs');
const callsOfChild = 5000;
const stallMs = 30_000;

/**
 * @param {'api' | 'files'} what
 * @param {{ calls: number, seed?: number, from?: number, children?: number, onFound?: (found: { index: number, name: string, given: string[], error: string }) => void }} options
 */
export async function fuzz(what, { calls, seed = 1, from = 0, children = 1, onFound = () => {} }) {
  const folder = mkdtempSync(join(tmpdir(), 'wasmeta-fuzzing-'));
  const kinds = new Map();
  const found = (one) => {
    const kind = `${one.name}: ${one.error.split('\n')[0].replace(/\d+/g, '#').slice(0, 90)}`;
    if (!kinds.has(kind)) onFound(one);
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  };
  let next = from;
  const end = from + calls;
  const work = async (lane) => {
    for (let at = next; at < end; at = next) {
      const to = Math.min(end, at + callsOfChild);
      next = to;
      let begin = at;
      while (begin < to) begin = await run(what, seed, begin, to, join(folder, `${lane}`), found);
    }
  };
  await Promise.all(Array.from({ length: children }, (_, lane) => work(lane)));
  rmSync(folder, { recursive: true, force: true });
  return kinds;
}

/** One child. Answers with the first call that is still to do: after a child that had to be ended, that of the next session. */
function run(what, seed, from, to, file, found) {
  return new Promise((done) => {
    const process_ = spawn(process.execPath, ['--max-old-space-size=700', child, what, String(seed), String(from), String(to), file], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let text = '';
    let place = -1;
    let since = performance.now();
    const watch = setInterval(() => {
      const now = placeIn(file);
      if (now !== place) [place, since] = [now, performance.now()];
      else if (performance.now() - since > stallMs) process_.kill('SIGKILL');
    }, 500);
    process_.stdout.on('data', (chunk) => {
      text += chunk;
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) if (line.startsWith('{')) found(JSON.parse(line));
    });
    process_.on('close', (code, signal) => {
      clearInterval(watch);
      if (code === 0) return done(to);
      const index = Math.max(from, placeIn(file));
      if (code !== 3) found({ index, name: 'a child', given: [], error: `ended with ${signal ?? code} at call ${index}` });
      done((Math.floor((index - from) / callsOfSession) + 1) * callsOfSession + from);
    });
  });
}

function placeIn(file) {
  try {
    return new Float64Array(new Uint8Array(readFileSync(file)).buffer)[0];
  } catch {
    return -1;
  }
}

if (import.meta.filename === process.argv[1]) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      calls: { type: 'string', default: '1000000' },
      seed: { type: 'string', default: '1' },
      from: { type: 'string', default: '0' },
      children: { type: 'string', default: '1' },
    },
  });
  const [what] = positionals;
  if (what !== 'api' && what !== 'files') throw new Error('fuzz: api or files?');
  const began = performance.now();
  const [calls, seed, from, children] = [values.calls, values.seed, values.from, values.children].map(Number);
  const onFound = ({ index, name, given, error }) =>
    console.log(`call ${index}: ${name}(${given.join(', ').slice(0, 700)})\n  ${error.replaceAll('\n', '\n  ')}`);
  const kinds = await fuzz(what, { calls, seed, from, children, onFound });
  for (const [kind, count] of [...kinds].sort((a, b) => b[1] - a[1])) console.log(`${String(count).padStart(7)} ${kind}`);
  console.log(`${what}: ${calls} calls, seed ${seed}, ${kinds.size} kinds of faults; ${((performance.now() - began) / 1000).toFixed(0)} s`);
  process.exitCode = kinds.size > 0 ? 1 : 0;
}
