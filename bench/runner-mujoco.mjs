/**
 * Our planar bodies beside MuJoCo over whole episodes, where contact makes single paths chaotic: `node bench/runner-mujoco.mjs [--save] [RUN…]` after a build.
 * 1. 1000 episodes of uniformly random actions in each, other starts and actions on either side: mean and spread over episodes of the return, the forward
 *    speed, the share of steps that touch the ground, and mean and spread over time of every hinge's angle. Differences in standard errors; of 30 such numbers
 *    one beyond 3 is expected by chance in 8 % of all seeds.
 * 2. Each RUN's policy, its likeliest actions, from the same 200 starts and tasks in both. RUN: a folder of `wasmeta train` on Runner-v1 or Hopper-v1.
 */
import { writeFileSync } from 'node:fs';
import loadMujoco from '@mujoco/mujoco';
import { deviation, familyOf, makeVec, mean, mjcfOf, openRun, parameterSlots, placedCapsules, portsOf, resolvePolicy } from 'wasmeta';

const mujoco = await loadMujoco();
let word = 12345;
const uniform = () => {
  word = (Math.imul(word, 1664525) + 1013904223) >>> 0;
  return word / 2 ** 31 - 1;
};
const sizeOf = (space) => space.shape[0];
const clip = (a) => Math.min(1, Math.max(-1, a));

/** Whether any end of a capsule is below the ground's surface. q: all places. */
const touches = (body, q) => placedCapsules(body, q).some(({ z1, z2, radius }) => Math.min(z1, z2) < radius);

/** MuJoCo under Gymnasium's rules, one body; observations as ours. */
class Peer {
  constructor(config) {
    const { articulated, constants } = familyOf(config.id);
    if (articulated === undefined) throw new TypeError(`${config.id} has no body`);
    const { body } = articulated;
    this.config = config;
    this.body = body;
    this.held = constants.held.value;
    this.cost = constants.cost.value;
    this.bonus = constants.bonus.value;
    this.hops = config.id === 'Hopper-v1';
    this.model = mujoco.MjModel.from_xml_string(mjcfOf(body).replace(/ iterations="100" tolerance="1e-12"/, ''));
    this.data = new mujoco.MjData(this.model);
    this.origin = this.hops ? 0 : body.height;
  }
  start(observation, task) {
    const n = this.model.nq;
    mujoco.mj_resetData(this.model, this.data);
    const { qpos, qvel } = this.data;
    qpos[0] = 0;
    for (let i = 1; i < n; i++) qpos[i] = observation[i - 1];
    qpos[1] += this.origin - this.body.height;
    for (let i = 0; i < n; i++) qvel[i] = observation[n - 1 + i];
    this.task = task;
  }
  places() {
    const q = Array.from(this.data.qpos);
    q[1] += this.body.height;
    return q;
  }
  observe() {
    const q = this.places();
    const v = Array.from(this.data.qvel, (x) => (this.hops ? Math.min(10, Math.max(-10, x)) : x));
    return [q[1] - this.origin, ...q.slice(2), ...v, ...(this.config.context ? [this.task] : [])];
  }
  step(action) {
    action.forEach((a, i) => {
      this.data.ctrl[i] = clip(a);
    });
    const before = this.data.qpos[0];
    for (let k = 0; k < this.held; k++) mujoco.mj_step(this.model, this.data);
    const speed = (this.data.qpos[0] - before) / (this.held * this.body.timeStep);
    const q = this.places();
    const fallen = this.hops && (q[1] <= 0.7 || Math.abs(q[2]) >= 0.2);
    const rest = (fallen ? 0 : this.bonus) - this.cost * action.reduce((sum, a) => sum + a * a, 0);
    const reward = rest + (this.config.reward === 'velocity' ? -Math.abs(speed - this.task) : this.task * speed);
    return { reward, speed, fallen };
  }
}

/** The statistics of one episode, from {reward, speed, q} of its steps. */
function summed(body, steps) {
  const angles = body.links.slice(1).map(({ name }, i) => [name, steps.map(({ q }) => q[i + 3])]);
  return {
    return: steps.reduce((sum, { reward }) => sum + reward, 0),
    'forward speed': mean(steps.map(({ speed }) => speed)),
    'share of steps in contact': mean(steps.map(({ q }) => Number(touches(body, q)))),
    ...Object.fromEntries(
      angles.flatMap(([name, values]) => [
        [`${name} angle`, mean(values)],
        [`${name} angle’s spread`, deviation(values)],
      ]),
    ),
  };
}

async function randomPlay(episodes) {
  const env = await makeVec('Runner-v1', { numEnvs: episodes });
  const { config, spec } = env;
  const { body } = /** @type {NonNullable<typeof spec.articulated>} */ (spec.articulated);
  const A = sizeOf(env.singleActionSpace);
  const O = sizeOf(env.singleObservationSpace);
  const actions = new Float32Array(episodes * A);
  env.reset({ seed: 101 });
  const tasks = env.tasks();
  const ours = Array.from({ length: episodes }, () => /** @type {{ reward: number, speed: number, q: number[] }[]} */ ([]));
  for (let t = 0; t < config.horizon; t++) {
    for (let i = 0; i < actions.length; i++) actions[i] = uniform();
    const { observations, finalObservations, rewards, truncated } = env.step(actions);
    for (let n = 0; n < episodes; n++) {
      const o = (truncated[n] ? finalObservations : observations).subarray(n * O, (n + 1) * O);
      // The reward tells the speed but for its side of the target, so the torso's at the end of the step stands for it.
      ours[n].push({ reward: rewards[n], speed: o[8], q: [0, o[0] + body.height, ...o.subarray(1, 8)] });
    }
  }
  const starts = env.reset({ seed: 102 });
  const peer = new Peer(config);
  const theirs = Array.from({ length: episodes }, (_, n) => {
    peer.start(starts.observations.subarray(n * O, (n + 1) * O), tasks[n]);
    return Array.from({ length: config.horizon }, () => {
      const { reward } = peer.step(Array.from({ length: A }, uniform));
      return { reward, speed: peer.data.qvel[0], q: peer.places() };
    });
  });
  env.close();
  const [a, b] = [ours, theirs].map((side) => side.map((steps) => summed(body, steps)));
  return Object.keys(a[0]).map((name) => {
    const [x, y] = [a, b].map((side) => side.map((row) => row[name]));
    const stderr = (values) => deviation(values) / Math.sqrt(values.length);
    // The standard error of a standard deviation s is √((m₄ − s⁴)/n)/(2 s).
    const spreadError = (values) => {
      const [m, s] = [mean(values), deviation(values)];
      return Math.sqrt(Math.max(0, mean(values.map((value) => (value - m) ** 4)) - s ** 4) / values.length) / (2 * s);
    };
    return {
      name,
      ours: mean(x),
      MuJoCo: mean(y),
      'in standard errors': (mean(x) - mean(y)) / Math.hypot(stderr(x), stderr(y)),
      'spread, ours': deviation(x),
      'spread, MuJoCo': deviation(y),
      'spread in standard errors': (deviation(x) - deviation(y)) / Math.hypot(spreadError(x), spreadError(y)),
    };
  });
}

/** The policy's mean action in f64; equations: docs/algorithms/rl2.md. */
function network(shape, flat) {
  const slots = new Map(parameterSlots(shape).map(({ name, offset, size }) => [name, flat.subarray(offset, offset + size)]));
  const dense = (x, w, b) => Array.from(b, (bias, j) => x.reduce((sum, value, k) => sum + value * w[k * b.length + j], bias));
  const layer = (name, x) => dense(x, slots.get(`${name}/w`), slots.get(`${name}/b`));
  const sigmoid = (x) => 1 / (1 + Math.exp(-x));
  const activate = shape.activation === 'tanh' ? Math.tanh : (x) => Math.max(0, x);
  const [H] = shape.layers;
  const recurrent = shape.kind === 'gru';
  let hidden = new Array(H).fill(0);
  const recur = (input) => {
    const gx = dense(input, slots.get('gru/wx'), slots.get('gru/b'));
    const gh = dense(hidden, slots.get('gru/wh'), [...new Array(2 * H).fill(0), ...slots.get('gru/c')]);
    hidden = hidden.map((h, j) => {
      const z = sigmoid(gx[H + j] + gh[H + j]);
      return (1 - z) * Math.tanh(gx[2 * H + j] + sigmoid(gx[j] + gh[j]) * gh[2 * H + j]) + z * h;
    });
    return shape.layers.length > 1 ? [...hidden, ...input] : hidden;
  };
  return (input) => {
    let x = recurrent ? recur(input) : input;
    for (let i = 0; i < shape.layers.length - (recurrent ? 1 : 0); i++) x = layer(`layer${i}`, x).map(activate);
    return layer('head', x);
  };
}

/** Mean return of an episode in both, from the same starts; `play(n, e, policy)` gives a return. */
async function transfer(run, trials) {
  const { config, state } = /** @type {Record<string, any>} */ (await (await openRun(run)).load('last'));
  const { env: envConfig } = config;
  const shape = resolvePolicy(config.policy, portsOf(envConfig));
  const { id, ...options } = envConfig;
  const env = await makeVec(id, { ...options, numEnvs: trials });
  const [A, O] = [sizeOf(env.singleActionSpace), sizeOf(env.singleObservationSpace)];
  const { horizon: H, episodes: E } = envConfig;
  const makePolicies = () => Array.from({ length: trials }, () => network(shape, state.parameters));
  const first = () => [...new Array(A).fill(0), 0, 1];
  const input = (o, last) => (shape.inputs === 'trial' ? [...o, ...last] : [...o]);

  let { observations } = env.reset({ seed: 103 });
  observations = observations.slice();
  const tasks = env.tasks();
  const starts = [Array.from({ length: trials }, (_, n) => observations.slice(n * O, (n + 1) * O))];
  const ours = Array.from({ length: trials }, () => new Array(E).fill(0));
  let policies = makePolicies();
  const last = Array.from({ length: trials }, first);
  const actions = new Float32Array(trials * A);
  const episode = new Array(trials).fill(0);
  for (let t = 0; t < E * H; t++) {
    for (let n = 0; n < trials; n++) actions.set(policies[n](input(observations.subarray(n * O, (n + 1) * O), last[n])), n * A);
    const after = env.step(actions);
    observations = after.observations.slice();
    for (let n = 0; n < trials; n++) {
      const done = after.terminated[n] || after.truncated[n];
      if (episode[n] < E) ours[n][episode[n]] += after.rewards[n];
      last[n] = [...actions.subarray(n * A, (n + 1) * A), after.rewards[n], Number(done)];
      if (!done) continue;
      episode[n]++;
      starts[episode[n]] ??= [];
      starts[episode[n]][n] = observations.slice(n * O, (n + 1) * O);
    }
  }
  env.close();

  const peer = new Peer(envConfig);
  policies = makePolicies();
  const theirs = Array.from(tasks, (task, n) => {
    let memory = first();
    const returns = Array.from({ length: E }, (_, e) => {
      // A start that ours never came to, because an episode ended early, is the first one.
      peer.start((starts[e]?.[n] ?? starts[0][n]).subarray(0, O), task);
      let total = 0;
      for (let t = 0; t < H; t++) {
        const action = policies[n](input(peer.observe(), memory));
        const { reward, fallen } = peer.step(action);
        total += reward;
        memory = [...action, reward, Number(fallen || t === H - 1)];
        if (fallen) break;
      }
      return total;
    });
    return returns;
  });
  return Array.from({ length: E }, (_, e) => {
    const [x, y] = [ours, theirs].map((side) => side.map((returns) => returns[e]));
    return {
      policy: `${shape.kind}${envConfig.context ? ', told' : ''}`,
      steps: state.steps,
      episode: e + 1,
      ours: mean(x),
      MuJoCo: mean(y),
      'difference, %': (100 * (mean(y) - mean(x))) / Math.abs(mean(x)),
      'its standard error, %': (100 * deviation(y.map((value, n) => value - x[n]))) / Math.sqrt(trials) / Math.abs(mean(x)),
    };
  });
}

const runs = process.argv.slice(2).filter((argument) => argument !== '--save');
const rounded = (rows) =>
  rows.map((row) => Object.fromEntries(Object.entries(row).map(([k, x]) => [k, typeof x === 'number' ? Number(x.toPrecision(4)) : x])));
const play = rounded(await randomPlay(1000));
console.table(play);
const policies = [];
for (const run of runs) policies.push(...rounded(await transfer(run, 200)));
if (policies.length > 0) console.table(policies);
if (process.argv.includes('--save')) {
  const result = {
    name: 'runner-mujoco',
    command: 'node bench/runner-mujoco.mjs --save RUN…',
    mujoco: '3.14.0',
    episodes: 1000,
    play,
    policies,
  };
  writeFileSync(new URL('../docs/results/runner-mujoco.json', import.meta.url), `${JSON.stringify(result, null, 2)}\n`);
}
