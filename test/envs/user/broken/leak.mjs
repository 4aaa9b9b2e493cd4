import { walk } from './walk.mjs';

const past = [];
export default walk('Leak-v0', {
  observe(state, _task, out) {
    past.push(new Float64Array(state));
    out[0] = state[0];
  },
});
