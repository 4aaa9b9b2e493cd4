import { walk } from './walk.mjs';

let steps = 0;
export default walk('HiddenState-v0', {
  step(state, action, task) {
    steps++;
    state[0] += 0.1 * (Math.min(1, Math.max(-1, action[0])) + task[0]) + 1e-3 * (steps % 7);
    return { reward: -Math.abs(state[0]), terminated: false };
  },
});
