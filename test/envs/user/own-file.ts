/** A definition as the address of a file of its own, which nothing has loaded: for tests in Node and Chromium. */
export const fileOf = (id: string): URL =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`export default {
      id: '${id}', observation: [{ name: 'x' }], action: [{ name: 'dx' }], task: [{ name: 'wind', low: -1, high: 1 }], state: 1, ends: false,
      presets: { calm: { horizon: 4, episodes: 2 }, long: { horizon: 9, episodes: 1 } },
      reset() {}, step(state, action, task) { state[0] += 0.1 * (Math.min(1, Math.max(-1, action[0])) + task[0]); return { reward: -Math.abs(state[0]), terminated: false }; },
      observe(state, task, out) { out[0] = state[0]; },
    }`)}`,
  );
