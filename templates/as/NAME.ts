// A pendulum whose mass nobody tells the player: swing it up and hold it there. Change it into your own environment; `npm run build` compiles it to NAME.wasm,
// `npx wasmeta check NAME.wasm` tests it. AssemblyScript: https://www.assemblyscript.org
import { define, Doubles, Env, Floats, Random } from 'wasmeta/assembly/env';

export { abi, create, observe, sample_tasks, spec, start, step } from 'wasmeta/assembly/env';

const dt = 0.05; // s
const g = 10.0; // m/s²
const l = 1.0; // m
const maxSpeed = 8.0; // rad/s
const maxTorque = 2.0; // N m

function clip(x: f64, low: f64, high: f64): f64 {
  return Math.min(high, Math.max(low, x));
}

/** Into [−π, π). */
function wrap(x: f64): f64 {
  return x - 2 * Math.PI * Math.floor((x + Math.PI) / (2 * Math.PI));
}

class Pendulum extends Env {
  constructor() {
    super(2, 1, 1, 3); // numbers of a state, a task, an action, an observation
  }

  spec(): string {
    return `{
      "id": "ID",
      "title": "Pendulum of unknown mass",
      "observation": [{ "name": "cos θ" }, { "name": "sin θ" }, { "name": "θ̇", "unit": "rad/s" }],
      "action": [{ "name": "torque", "unit": "2 N m" }],
      "task": [{ "name": "mass", "unit": "kg", "low": 0.5, "high": 2 }],
      "state": [{ "name": "θ", "unit": "rad" }, { "name": "θ̇", "unit": "rad/s" }],
      "presets": { "unknown-mass": { "horizon": 200, "episodes": 2 } },
      "ends": false
    }`;
  }

  sampleTask(task: Floats, random: Random): void {
    task[0] = <f32>random.uniform(0.5, 2);
  }

  reset(state: Doubles, task: Floats, random: Random): void {
    state[0] = random.uniform(-Math.PI, Math.PI);
    state[1] = random.uniform(-1, 1);
  }

  step(state: Doubles, action: Floats, task: Floats, random: Random, rewards: Floats): bool {
    const mass: f64 = task[0];
    const torque = maxTorque * clip(action[0], -1, 1);
    const angle = wrap(state[0]);
    rewards[0] = <f32>-(angle * angle + 0.1 * state[1] * state[1] + 0.001 * torque * torque);
    const push = ((3 * g) / (2 * l)) * Math.sin(state[0]) + (3 / (mass * l * l)) * torque;
    state[1] = clip(state[1] + push * dt, -maxSpeed, maxSpeed);
    state[0] = state[0] + state[1] * dt;
    return false;
  }

  observe(state: Doubles, task: Floats, out: Floats): void {
    out[0] = <f32>Math.cos(state[0]);
    out[1] = <f32>Math.sin(state[0]);
    out[2] = <f32>state[1];
  }
}

define(new Pendulum());
