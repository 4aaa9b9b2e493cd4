// A pendulum whose mass nobody tells the player: swing it up and hold it there. Change it into your own environment; `npx wasmeta check NAME.mjs` tests it.
import { defineEnv, math } from 'wasmeta';

const dt = 0.05; // s
const g = 10; // m/s²
const l = 1; // m
const maxSpeed = 8; // rad/s
const maxTorque = 2; // N m
const clip = (x, low, high) => Math.min(high, Math.max(low, x));
const wrap = (x) => x - 2 * Math.PI * Math.floor((x + Math.PI) / (2 * Math.PI)); // into [−π, π)

export default defineEnv({
  id: 'ID',
  title: 'Pendulum of unknown mass',
  observation: [{ name: 'cos θ' }, { name: 'sin θ' }, { name: 'θ̇', unit: 'rad/s' }],
  action: [{ name: 'torque', unit: '2 N m' }],
  task: [{ name: 'mass', unit: 'kg', low: 0.5, high: 2 }],
  state: [{ name: 'θ', unit: 'rad' }, { name: 'θ̇', unit: 'rad/s' }],
  presets: { 'unknown-mass': { horizon: 200, episodes: 2 } },
  ends: false,
  sampleTask(random, task) {
    task[0] = random.uniform(0.5, 2);
  },
  reset(state, task, random) {
    state[0] = random.uniform(-Math.PI, Math.PI);
    state[1] = random.uniform(-1, 1);
  },
  step(state, action, task) {
    const mass = task[0];
    const torque = maxTorque * clip(action[0], -1, 1);
    const angle = wrap(state[0]);
    const reward = -(angle * angle + 0.1 * state[1] * state[1] + 0.001 * torque * torque);
    const push = ((3 * g) / (2 * l)) * math.sin(state[0]) + (3 / (mass * l * l)) * torque;
    state[1] = clip(state[1] + push * dt, -maxSpeed, maxSpeed);
    state[0] += state[1] * dt;
    return { reward, terminated: false };
  },
  observe(state, task, out) {
    out[0] = math.cos(state[0]);
    out[1] = math.sin(state[0]);
    out[2] = state[1];
  },
  draw(context, state, { width, height, task, colours }) {
    const length = 0.35 * Math.min(width, height);
    const [x, y] = [width / 2 + length * math.sin(state[0]), height / 2 - length * math.cos(state[0])];
    context.strokeStyle = colours.ink;
    context.lineWidth = 4;
    context.beginPath();
    context.moveTo(width / 2, height / 2);
    context.lineTo(x, y);
    context.stroke();
    context.fillStyle = colours.agent;
    context.beginPath();
    context.arc(x, y, 10 * Math.sqrt(task[0]), 0, 2 * Math.PI);
    context.fill();
  },
});
