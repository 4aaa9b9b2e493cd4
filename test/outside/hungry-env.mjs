/** An environment whose first step takes some 80 MB of JavaScript's heap, bit by bit: too much for a worker that has less. */
import { defineEnv } from 'wasmeta';

const eaten = [];

export default defineEnv({
  id: 'Hungry-v0',
  observation: [{ name: 'x' }],
  action: [{ name: 'speed' }],
  task: [{ name: 'goal', low: -1, high: 1 }],
  state: [{ name: 'x' }],
  presets: { short: { horizon: 5, episodes: 2 } },
  ends: false,
  reset(state) {
    state[0] = 0;
  },
  step(state, action, task) {
    while (eaten.length < 2_000_000) eaten.push({ bite: eaten.length });
    state[0] += 0.1 * action[0];
    return { reward: Math.abs(state[0] - task[0]) < 0.1 ? 1 : 0, terminated: false };
  },
  observe(state, _task, out) {
    out[0] = state[0];
  },
});
