import { walk } from './walk.mjs';

/** A speed that is not part of the state; a new episode forgets it. */
const speeds = new WeakMap();

export default walk('OutsideState-v0', {
  reset(state, _task, random) {
    state[0] = random.uniform(-1, 1);
    speeds.set(state, 0);
  },
  step(state, action, task) {
    const speed = 0.9 * speeds.get(state) + 0.1 * Math.min(1, Math.max(-1, action[0]));
    speeds.set(state, speed);
    state[0] += 0.1 * (speed + task[0]);
    return { reward: -Math.abs(state[0]), terminated: false };
  },
});
