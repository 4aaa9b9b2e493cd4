import { drift } from './host-drift.mjs';
import { walk } from './walk.mjs';

export default walk('ImportsHost-v0', {
  step(state, action) {
    state[0] += 0.1 * Math.min(1, Math.max(-1, action[0])) + (state[0] > 1e9 ? drift(state[0]) : 0);
    return { reward: -Math.abs(state[0]), terminated: false };
  },
});
