/**
 * The learner against PyTorch and plain tfjs-wasm, in turn within one run on one core: `node bench/learn.mjs [ROUNDS]` after a build.
 * PyTorch is optional: bench/peers/learn.py says how to get it; PYTHON names the interpreter (default python3).
 * Prints medians over the rounds, ratios as medians of the rounds' ratios, and one JSON line.
 */
import { execFileSync } from 'node:child_process';
import { runBenchmarks } from 'wasmeta/bench';
import { median } from './rounds.mjs';

const rounds = Number(process.argv[2] ?? 5);
const python = process.env.PYTHON ?? 'python3';
const workloads = [
  {
    name: 'learn/policy-gradient/mlp-64-64-tanh',
    kind: 'policy-gradient',
    shape: { sizes: [6, 64, 64, 2], activation: 'tanh', samples: 2000 },
    runs: 30,
  },
  {
    name: 'learn/maml-meta-gradient',
    kind: 'meta-gradient',
    shape: { sizes: [6, 64, 64, 2], activation: 'tanh', samples: 2000 },
    runs: 20,
  },
  { name: 'learn/gru-64', kind: 'gru', shape: { T: 200, N: 32, I: 6, H: 64 }, runs: 10 },
];

const peer = (workload) => {
  try {
    const output = execFileSync(python, [new URL('./peers/learn.py', import.meta.url).pathname, JSON.stringify([workload])], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return JSON.parse(output)[workload.name];
  } catch {
    return null;
  }
};

const results = [];
for (const workload of workloads) {
  /** @type {Record<'ours' | 'plain' | 'torch', number[]>} */
  const seen = { ours: [], plain: [], torch: [] };
  for (let round = 0; round < rounds; round++) {
    const [row] = await runBenchmarks({ name: workload.name, workers: [], runs: 5 });
    seen.ours.push(row.value);
    seen.plain.push(row.plain ?? Number.NaN);
    const torch = peer(workload);
    if (torch !== null) seen.torch.push(torch);
  }
  const ratio = (theirs) => (theirs.length === rounds ? median(theirs.map((ms, i) => ms / seen.ours[i])) : null);
  const result = {
    name: workload.name,
    ours: median(seen.ours),
    plain: median(seen.plain),
    torch: seen.torch.length ? median(seen.torch) : null,
  };
  results.push({ ...result, fasterThanPlain: ratio(seen.plain), fasterThanTorch: ratio(seen.torch), rounds });
  const show = (x, unit) => (x === null ? 'not measured' : `${x.toFixed(1)} ${unit}`);
  console.error(
    `${workload.name}: ours ${show(result.ours, 'ms')}, plain tfjs ${show(result.plain, 'ms')} (${show(ratio(seen.plain), '×')}), PyTorch ${show(result.torch, 'ms')} (${show(ratio(seen.torch), '×')})`,
  );
}
console.log(JSON.stringify(results));
