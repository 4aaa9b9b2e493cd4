/** A point that looks for a goal on the plane; twin of reach.c. Places are kept in f32, as they are observed, so that an observation gives its state back. */
import { defineEnv } from 'wasmeta';

const clip = (x) => Math.min(1, Math.max(-1, x));
const point = [
  { name: 'x', unit: 'm' },
  { name: 'y', unit: 'm' },
];

export default defineEnv({
  id: 'ReachInJs-v0',
  observation: point,
  action: [{ name: 'dx' }, { name: 'dy' }],
  task: [
    { name: 'goal x', unit: 'm', low: -1, high: 1 },
    { name: 'goal y', unit: 'm', low: -1, high: 1 },
  ],
  state: point,
  presets: { near: { horizon: 20, tolerance: 0.25 } },
  rewards: { reached: '1 if d ≤ ε, else 0', dense: '−d' },
  tolerantRewards: ['reached'],
  goal: { place: ['x', 'y'] },
  ends: false,
  taskMoves: false,
  reset() {},
  step(state, action, task, _random, { tolerance }) {
    state[0] = Math.fround(state[0] + 0.1 * clip(action[0]));
    state[1] = Math.fround(state[1] + 0.1 * clip(action[1]));
    const d = Math.sqrt((state[0] - task[0]) ** 2 + (state[1] - task[1]) ** 2);
    return { reward: { reached: d <= tolerance ? 1 : 0, dense: -d }, terminated: false };
  },
  observe(state, _task, out) {
    out[0] = state[0];
    out[1] = state[1];
  },
});
