/** Plays random rollouts on all cores and prints the rate: `node examples/random-rollouts.mjs [million steps] [workers]`. */
import { createPool, rollout } from 'wasmeta';

const millions = Number(process.argv[2] ?? 100);
const pool = createPool({ workers: process.argv[3] === undefined ? undefined : Number(process.argv[3]), learner: false });
await pool.ready(); // so that the clock doesn't count the workers' start

const env = { id: 'PointMass-v0', preset: 'varibad-semicircle', episodes: 1 }; // 100 steps an episode
const tasks = millions * 10_000;
const start = performance.now();
// A job is `batch` tasks; the batch, not the number of workers, cuts the work, so the returns are the same for any number.
const { steps, returns, hash } = await rollout({ env, policy: { kind: 'random' }, tasks, batch: 1024, seed: 1 }, pool);
const seconds = (performance.now() - start) / 1000;
await pool.close();

const mean = returns.reduce((a, b) => a + b, 0) / returns.length;
console.log(`${steps} steps by ${pool.workers} workers in ${seconds.toFixed(2)} s: ${(steps / seconds / 1e6).toFixed(0)} M steps/s`);
console.log(`mean return ${mean.toFixed(3)}, SHA-256 of all returns ${hash}`);
