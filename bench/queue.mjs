/**
 * What the queue costs: `node bench/queue.mjs [--rounds 9] [--save]` after a build, with a redis-server. Two machines of one worker each and the driver run here,
 * as processes of their own. `--save` writes docs/results/queue.json.
 *   gradients   a round of RL²'s gradient (GRU-128, 120 steps, a job on each of two shards) by the queue and by a pool of two workers, in turns, from 128 trials up
 *   payloads    rounds of jobs that do next to nothing but carry a policy there and a gradient back, by their size
 *   parts       what hashing and compressing a policy cost
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { deflateRawSync } from 'node:zlib';
import { createPool, initialParameters, portsOf, resolveEnv, resolvePolicy } from 'wasmeta';
import { createQueueExecutor } from 'wasmeta/queue';
import { circumstances, load } from './peers/machine.mjs';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '9' }, save: { type: 'boolean', default: false } } });
const rounds = Number(values.rounds);
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const cli = new URL('../build/cli.js', import.meta.url).pathname;

const port = await new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port: free } = /** @type {import('node:net').AddressInfo} */ (server.address());
    server.close(() => resolve(free));
  });
});
const folder = mkdtempSync(join(tmpdir(), 'wasmeta-bench-queue-'));
const connection = `redis://127.0.0.1:${port}`;
const redis = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''], { stdio: 'ignore' });
const machines = [1, 2].map(() => spawn(process.execPath, [cli, 'work', '--redis', connection, '--workers', '1'], { stdio: 'ignore' }));
const pool = createPool({ workers: 2 });
const queue = createQueueExecutor({ connection });

/** CPU time of this process with its pool, and of Redis and the machines, so far, ms. */
const cpuHere = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** CPU time of a process so far, s. */
function cpuOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
const cpuThere = () => 1000 * [redis, ...machines].map(({ pid }) => cpuOf(pid)).reduce((sum, seconds) => sum + seconds, 0);

/** Jobs of a round: a gradient on each of two shards. `update` makes the parameters those of another update. */
function round(env, policy, tasks, update) {
  const config = resolveEnv(env);
  const behaviour = initialParameters(resolvePolicy(policy, portsOf(config)), 1);
  const parameters = behaviour.map((value, i) => (i === 0 ? value + update * 1e-3 : value));
  return [0, 1].map((shard) => ({
    kind: /** @type {const} */ ('ppo-gradient'),
    shard,
    trials: { env: config, policy, parameters: behaviour, seed: 1, split: 0, firstTask: shard * tasks, numTasks: tasks, greedy: false },
    advantages: { gamma: 0.99, lambda: 0.95, reward: { scale: 1, mean: 0 }, explorationEpisodes: 0, bootstrap: false },
    parameters,
    columns: Uint32Array.from({ length: tasks }, (_, i) => i),
    loss: { clip: 0.2, valueCoefficient: 0.5, entropyCoefficient: 0, advantageMean: 0, advantageDeviation: 1 },
  }));
}

async function timed(executor, jobs) {
  const start = performance.now();
  await executor.run(jobs);
  return performance.now() - start;
}

const began = load();
while (queue.counts().machines < 2) {
  await queue.run([{ kind: 'reference', shard: 0, loops: 1 }]);
  await new Promise((resolve) => setTimeout(resolve, 200));
}

const gradients = [];
for (const trials of [128, 256, 512, 1024]) {
  const jobsOf = (update) =>
    round({ id: 'PointMass-v0', preset: 'pomdp-semicircle', episodes: 2 }, { kind: 'gru', hidden: 128 }, trials / 2, update);
  for (const executor of [pool, queue]) await executor.run(jobsOf(0)); // plays the trials, and makes the programs
  /** @type {Record<'pool' | 'queue', number[]>} */
  const times = { pool: [], queue: [] };
  const cpu = { pool: 0, queue: 0 };
  for (let r = 1; r <= rounds; r++) {
    const jobs = jobsOf(r);
    const marks = [cpuHere()];
    times.pool.push(await timed(pool, jobs));
    marks.push(cpuHere(), cpuThere());
    times.queue.push(await timed(queue, jobs));
    cpu.pool += (marks[1] - marks[0]) / rounds;
    cpu.queue += (cpuHere() - marks[1] + cpuThere() - marks[2]) / rounds;
  }
  const row = {
    trials,
    poolMs: median(times.pool),
    queueMs: median(times.queue),
    overhead: median(times.queue.map((ms, i) => ms / times.pool[i])) - 1,
    poolCpuMs: cpu.pool,
    queueCpuMs: cpu.queue,
    cpuOverhead: cpu.queue / cpu.pool - 1,
  };
  gradients.push(row);
  console.error(row);
}

const payloads = [];
for (const hidden of [[16], [128, 128], [480, 480], [1584, 1584]]) {
  const policy = { kind: /** @type {const} */ ('mlp'), hidden, inputs: /** @type {const} */ ('trial') };
  const env = { id: 'PointMass-v0', preset: 'pomdp-semicircle', horizon: 2, episodes: 1 };
  for (const executor of [pool, queue]) await executor.run(round(env, policy, 1, 0));
  /** @type {Record<'pool' | 'queue', number[]>} */
  const times = { pool: [], queue: [] };
  const jobs = Array.from({ length: rounds }, (_, r) => round(env, policy, 1, r + 1));
  const cpu = cpuHere() + cpuThere();
  for (const one of jobs) times.queue.push(await timed(queue, one));
  const cpuMs = (cpuHere() + cpuThere() - cpu) / rounds;
  for (const one of jobs) times.pool.push(await timed(pool, one));
  const bytes = round(env, policy, 1, 0)[0].parameters.byteLength;
  const row = { bytes, poolMs: median(times.pool), queueMs: median(times.queue), roundsPerSecond: 1000 / median(times.queue), cpuMs };
  payloads.push(row);
  console.error(row);
}

const sample = round({ id: 'PointMass-v0', preset: 'pomdp-semicircle', episodes: 2 }, { kind: 'gru', hidden: 128 }, 16, 1);
const [{ gradient }] = await pool.run(sample);
const parts = [];
for (const [name, array] of Object.entries({ policy: sample[0].parameters, gradient })) {
  const bytes = Buffer.from(array.buffer, array.byteOffset, array.byteLength);
  const ms = (work) => {
    const start = performance.now();
    for (let i = 0; i < 5; i++) work();
    return (performance.now() - start) / 5;
  };
  const packed = deflateRawSync(bytes, { level: 1 });
  parts.push({
    name,
    bytes: bytes.length,
    hashMs: ms(() => createHash('sha256').update(bytes).digest()),
    deflatedShare: packed.length / bytes.length,
    deflateMs: ms(() => deflateRawSync(bytes, { level: 1 })),
  });
}
console.error(parts);

await queue.close();
await pool.close();
for (const machine of machines) machine.kill('SIGTERM');
await Promise.all(machines.map((machine) => new Promise((resolve) => machine.once('exit', resolve))));
redis.kill('SIGKILL');
rmSync(folder, { recursive: true, force: true });
const document = JSON.stringify(
  {
    command: `node bench/queue.mjs --rounds ${rounds}`,
    ...circumstances(),
    load: { before: began, after: load() },
    gradients,
    payloads,
    parts,
  },
  null,
  1,
);
console.log(document);
if (values.save) writeFileSync(new URL('../docs/results/queue.json', import.meta.url), `${document}\n`);
