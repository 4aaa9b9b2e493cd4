import { walk } from './walk.mjs';

/** Says that the place is x, and pays at −x. */
export default walk('WrongGoal-v0', {
  task: [{ name: 'goal', low: -1, high: 1 }],
  state: [{ name: 'x' }],
  goal: { place: ['x'] },
  taskMoves: false,
  step(state, action, task) {
    state[0] += 0.1 * Math.min(1, Math.max(-1, action[0]));
    return { reward: Math.abs(state[0] + task[0]) < 0.01 ? 1 : 0, terminated: false };
  },
});
