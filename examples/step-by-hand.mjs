/**
 * Steps 64 environments by hand, as in Gymnasium: `node examples/step-by-hand.mjs [episodes]`. No worker and no policy: this script chooses the actions.
 * An episode that ends starts anew on the same task by itself (SAME_STEP autoreset); its last observation is in `finalObservations`.
 */
import { makeVec } from 'wasmeta';

const episodes = Number(process.argv[2] ?? 1000);
const N = 64;
const env = await makeVec('PointMass-v0', { numEnvs: N, preset: 'maml-navigation' });

// The tasks are goals [N, 2]. A policy does not observe them, but `reset` returns them to the caller.
const { tasks, observations } = env.reset({ seed: 1 });
const actions = new Float32Array(N * 2);
let [finished, arrived, steps] = [0, 0, 0];
while (finished < episodes) {
  // Straight to the goal: a move of 1 is 0.1 m, and longer ones are clipped.
  for (let i = 0; i < N * 2; i++) actions[i] = 10 * (tasks[i] - observations[i]);
  const { terminated, truncated } = env.step(actions); // the arrays are views: this very `observations` now holds the next state
  steps += N;
  for (let n = 0; n < N; n++) {
    finished += terminated[n] | truncated[n];
    arrived += terminated[n];
  }
}
env.close();
console.log(`${finished} episodes, ${arrived} arrived, ${(steps / finished).toFixed(2)} steps each`);
