import { walk } from './walk.mjs';

export default walk('Endless-v0', {
  step(state, action) {
    state[0] += action[0];
    for (let x = state[0]; x !== 0; ) x += 1e-9;
    return { reward: 0, terminated: false };
  },
});
