/**
 * Step rates of every family, this build beside another in turns, in M steps/s of CPU time on one core; the point mass beside C as well.
 *   node bench/step.mjs OTHER_CHECKOUT [FAMILY …] [--rounds 5] [--batch 1024]
 * kernel: the bare step with observations and autoreset. rollout: `rollout` with random actions, whole trials in WebAssembly, drawing included. vector:
 * `VectorEnv.step` with the same random actions at each step. The builds must give the same returns. C is compiled by gcc as its file says.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { stepOf } from './peers/c.mjs';
import { median } from './peers/measure.mjs';

const root = resolve(import.meta.dirname, '..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '5' }, batch: { type: 'string', default: '1024' } },
});
const [rounds, N] = [Number(values.rounds), Number(values.batch)];

/** Environment of each row, and M steps of one measurement of its kernel. */
const families = {
  'point mass': [{ id: 'PointMass-v0', preset: 'varibad-semicircle' }, 20],
  grid: [{ id: 'GridNavi-v0' }, 4],
  bandit: [{ id: 'Bandit-v0' }, 4],
  MDP: [{ id: 'TabularMdp-v0' }, 3],
  puck: [{ id: 'Puck-v0' }, 2],
  runner: [{ id: 'Runner-v1' }, 0.5],
  hopper: [{ id: 'Hopper-v1' }, 0.3],
};

/** The rates of each row in `rounds` rounds, after one round that is not counted. */
async function inTurns(rows, rounds) {
  /** @type {Record<string, number[]>} */
  const measured = Object.fromEntries(Object.keys(rows).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++)
    for (const [name, rate] of Object.entries(rows)) {
      const value = await rate();
      if (round > 0) measured[name].push(value);
    }
  return measured;
}

async function rateOf(steps, work) {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return steps / (user + system);
}

/** The three rates of one build, and the hash of the returns that its rollouts give. */
async function ratesOf(checkout, options, million) {
  const load = (file) => import(resolve(checkout, 'build', file));
  const [api, { createInlineExecutor }] = [await load('index.js'), await load('inline.js')];
  const executor = createInlineExecutor();
  const env = api.resolveEnv(options);
  const steps = Math.ceil((million * 1e6) / N);
  const trials = { env: options, batch: N, tasks: N * Math.max(1, Math.round(steps / 2 / (env.horizon * env.episodes))) };
  const vector = await api.makeVec(options.id, { numEnvs: N, ...(options.preset && { preset: options.preset }) });
  const space = vector.singleActionSpace;
  const length = N * (space.kind === 'discrete' ? 1 : space.shape[0]);
  const actions = Float32Array.from({ length }, (_, i) => {
    const u = ((i * 7919) % 1009) / 1009;
    return space.kind === 'discrete' ? Math.floor(u * space.n) : 2 * u - 1;
  });
  vector.reset({ seed: 1 });
  const half = Math.ceil(steps / 2);
  const played = (await api.rollout(trials, executor)).steps;
  return {
    hash: (await api.rollout({ ...trials, tasks: N }, executor)).hash,
    close: () => executor.close(),
    kernel: () => rateOf(steps * N, () => executor.run([{ kind: 'step', shard: 0, env, numEnvs: N, steps }])),
    rollout: () => rateOf(played, () => api.rollout(trials, executor)),
    vector: () =>
      rateOf(half * N, () => {
        for (let t = 0; t < half; t++) vector.step(actions);
      }),
  };
}

/** Rate of the point mass's step in C. */
async function rateOfC(flags) {
  const { sample } = await stepOf('point-mass.c', ['-O3', '-ffast-math', '-msse4.1', ...flags], N)();
  return () => {
    const { count, cpu } = sample();
    return count / cpu / 1e6;
  };
}

const [other, ...wanted] = positionals;
if (other === undefined) throw new Error('expected the folder of another checkout that is built');
console.log('| family | what | M steps/s | before | ratio | of its kernel |\n|---|---|---|---|---|---|');
for (const name of wanted.length > 0 ? wanted : Object.keys(families)) {
  const [options, million] = families[name];
  const [ours, theirs] = [await ratesOf(root, options, million), await ratesOf(resolve(other), options, million)];
  if (ours.hash !== theirs.hash) throw new Error(`${name}: the builds give other returns`);
  const isPoint = name === 'point mass';
  const kinds = /** @type {const} */ (['kernel', 'rollout', 'vector']);
  const rates = Object.fromEntries(
    kinds.flatMap((kind) => [
      [kind, ours[kind]],
      [`${kind} before`, theirs[kind]],
    ]),
  );
  const peers = isPoint ? { 'C as gcc makes it': await rateOfC([]), 'C in vectors': await rateOfC(['-DIVDEP']) } : {};
  const measured = await inTurns({ ...rates, ...peers }, rounds);
  const rate = (row) => median(measured[row]);
  for (const kind of kinds) {
    const row = [rate(kind), rate(`${kind} before`)];
    console.log(
      `| ${name} | ${kind} | ${row[0].toFixed(1)} | ${row[1].toFixed(1)} | ${(row[0] / row[1]).toFixed(2)} × | ${(row[0] / rate('kernel')).toFixed(2)} |`,
    );
  }
  for (const peer of Object.keys(peers))
    console.log(`| ${name} | ${peer} | ${rate(peer).toFixed(1)} | | kernel ${(rate('kernel') / rate(peer)).toFixed(2)} × | |`);
  await ours.close();
  await theirs.close();
}
