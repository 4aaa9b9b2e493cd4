/** A walk on the line that keeps the contract: what the broken environments are made of. */
export const walk = (id, changes) => ({
  id,
  observation: [{ name: 'x' }],
  action: [{ name: 'dx' }],
  task: [{ name: 'wind', low: -1, high: 1 }],
  state: 1,
  presets: { calm: { horizon: 20, episodes: 2 } },
  ends: false,
  reset(state, _task, random) {
    state[0] = random.uniform(-1, 1);
  },
  step(state, action, task) {
    state[0] += 0.1 * (Math.min(1, Math.max(-1, action[0])) + task[0]);
    return { reward: -Math.abs(state[0]), terminated: false };
  },
  observe(state, _task, out) {
    out[0] = state[0];
  },
  ...changes,
});
