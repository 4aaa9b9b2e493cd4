/** Writes checkpoints and logs as fast as it can, going on from what is there: the prey of kills.test.ts. Arguments: folder, last iteration. */
import { openRun, record } from 'wasmeta';

const [folder, last] = process.argv.slice(2);
const config = { iterations: Number(last) };
const run = await openRun(folder);
let state = { iteration: 0, parameters: new Float32Array(20_000).fill(1) };
let log;
if (await run.hasCheckpoint()) {
  const checkpoint = await run.load();
  state = /** @type {typeof state} */ (checkpoint.state);
  log = await run.resume(checkpoint);
} else log = await run.begin({ algo: 'prey', config, version: '0', commit: null, modules: {}, started: '2026-01-01T00:00:00.000Z' });

async function* iterations() {
  while (state.iteration < config.iterations) {
    state.iteration++;
    for (let i = 0; i < state.parameters.length; i++) state.parameters[i] = Math.fround(state.parameters[i] * 0.999 + state.iteration + i);
    yield { iteration: state.iteration, steps: state.iteration, metrics: { 'rollout/ep_rew_last': state.iteration % 7 }, state };
  }
}

const warn = (error) => {
  throw error;
};
process.stdout.write('writing\n');
for await (const _ of record(iterations(), run, log, { algo: 'prey', config, checkpointEvery: 1, stepsBefore: 0, warn }));
process.stdout.write('done\n');
