/** A user's environment without an import: workers of a page resolve no package names. A walk on a line; the task is the way that pays. */
export default {
  id: 'Walk-v0',
  observation: [{ name: 'place', unit: 'm' }],
  action: [{ name: 'speed', unit: 'm/s', low: -1, high: 1 }],
  task: [{ name: 'way', unit: '1', low: -1, high: 1 }],
  state: 1,
  presets: { usual: { horizon: 20, episodes: 2 } },
  ends: false,
  reset(state) {
    state[0] = 0;
  },
  step(state, action, task) {
    state[0] += 0.1 * action[0];
    return { reward: task[0] * action[0], terminated: false };
  },
  observe(state, _task, out) {
    out[0] = state[0];
  },
};
