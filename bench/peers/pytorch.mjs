/** PyTorch on one thread, in a process of its own (pytorch.py). PYTHON names the interpreter; without it python3 is tried, and Debian's beside it. */
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { peerWorkload } from 'wasmeta/bench';
import { Missing } from './measure.mjs';

const program = fileURLToPath(new URL('./pytorch.py', import.meta.url));
const seconds = 0.3;
/** glibc keeps what PyTorch frees, else every large tensor is new pages, which took most of the time of small nets on a virtual machine. */
const allocator = { MALLOC_MMAP_THRESHOLD_: '33554432', MALLOC_TRIM_THRESHOLD_: '1000000000' };
/** OpenBLAS has threads of its own, which torch.set_num_threads does not count. */
const oneThread = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };

/** The first interpreter that has PyTorch. */
export function interpreter(candidates = process.env.PYTHON ? [process.env.PYTHON] : ['python3', '/usr/bin/python3']) {
  const found = candidates.find((python) => spawnSync(python, ['-c', 'import numpy, torch'], { stdio: 'ignore' }).status === 0);
  if (found === undefined)
    throw new Missing(`no PyTorch in ${candidates.join(' or ')}: apt-get install python3-torch, or PYTHON=/path/to/a/python that has it`);
  return found;
}

export const learner = (name) => async () => {
  const { kind, shape } = peerWorkload(name);
  const child = spawn(interpreter(), [program, JSON.stringify({ kind, shape })], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...allocator, ...oneThread },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${program} ended before it answered`);
    return JSON.parse(value);
  };
  const { version, numbers } = await answer();
  const sample = () => {
    child.stdin.write(`${seconds}\n`);
    return answer();
  };
  return { version, numbers, sample, close: () => child.stdin.end() };
};
