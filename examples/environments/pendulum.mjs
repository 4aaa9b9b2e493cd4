import { defineEnv, math } from 'wasmeta';

const dt = 0.05; // s
const g = 10; // m/s²
const l = 1; // m
const maxSpeed = 8; // rad/s
const maxTorque = 2; // N m
const clip = (x, low, high) => Math.min(high, Math.max(low, x));
const turn = (x) => x - 2 * Math.PI * Math.floor((x + Math.PI) / (2 * Math.PI));

export default defineEnv({
  id: 'HiddenMassPendulum-v0',
  title: 'Pendulum of unknown mass',
  observation: [{ name: 'cos θ' }, { name: 'sin θ' }, { name: 'θ̇', unit: 'rad/s' }],
  action: [{ name: 'torque', unit: '2 N m' }],
  task: [{ name: 'mass', unit: 'kg', low: 0.5, high: 2 }],
  state: 2,
  presets: { 'unknown-mass': { horizon: 100, episodes: 2 } },
  ends: false,
  reset(state, _task, random) {
    state[0] = random.uniform(-Math.PI, Math.PI);
    state[1] = random.uniform(-1, 1);
  },
  step(state, action, task) {
    const m = task[0];
    const u = maxTorque * clip(action[0], -1, 1);
    const [th, thdot] = state;
    const angle = turn(th);
    const cost = angle * angle + 0.1 * thdot * thdot + 0.001 * u * u;
    const speed = clip(thdot + (((3 * g) / (2 * l)) * math.sin(th) + (3 / (m * l * l)) * u) * dt, -maxSpeed, maxSpeed);
    state[0] = th + speed * dt;
    state[1] = speed;
    return { reward: -cost, terminated: false };
  },
  observe(state, _task, out) {
    out[0] = math.cos(state[0]);
    out[1] = math.sin(state[0]);
    out[2] = state[1];
  },
});
