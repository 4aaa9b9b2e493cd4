import { walk } from './walk.mjs';

export default walk('HostRandom-v0', {
  reset(state) {
    state[0] = Math.random() + (Date.now() % 2);
  },
});
