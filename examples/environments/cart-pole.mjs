/** A pole on a cart, after Barto, Sutton and Anderson (1983) with the numbers of Gymnasium's CartPole-v1; how long the pole is, nobody tells the player. */
import { defineEnv, math } from 'wasmeta';

const dt = 0.02; // s
const gravity = 9.8; // m/s²
const cart = 1; // kg
const pole = 0.1; // kg
const push = 10; // N
const widest = 2.4; // m
const steepest = (12 * 2 * Math.PI) / 360; // rad

export default defineEnv({
  id: 'HiddenCartPole-v0',
  title: 'Cart and pole of unknown length',
  observation: [
    { name: 'x', unit: 'm' },
    { name: 'ẋ', unit: 'm/s' },
    { name: 'θ', unit: 'rad' },
    { name: 'θ̇', unit: 'rad/s' },
  ],
  action: { n: 2, choices: ['push left', 'push right'] },
  task: [{ name: 'half length', unit: 'm', low: 0.25, high: 1 }],
  state: 4,
  presets: { 'unknown-length': { horizon: 200, episodes: 2 } },
  reset(state, _task, random) {
    for (let k = 0; k < 4; k++) state[k] = random.uniform(-0.05, 0.05);
  },
  step(state, action, task) {
    const [x, speed, angle, turning] = state;
    const length = task[0];
    const [sin, cos] = [math.sin(angle), math.cos(angle)];
    const force = action === 1 ? push : -push;
    const pull = (force + pole * length * turning * turning * sin) / (cart + pole);
    const angular = (gravity * sin - cos * pull) / (length * (4 / 3 - (pole * cos * cos) / (cart + pole)));
    const linear = pull - (pole * length * angular * cos) / (cart + pole);
    state[0] = x + dt * speed;
    state[1] = speed + dt * linear;
    state[2] = angle + dt * turning;
    state[3] = turning + dt * angular;
    return { reward: 1, terminated: Math.abs(state[0]) > widest || Math.abs(state[2]) > steepest };
  },
  observe(state, _task, out) {
    out.set(state);
  },
});
