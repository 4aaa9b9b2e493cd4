/**
 * What the fuzz of the public API calls, and with what: for each export the arguments that are right, each of which is then often spoiled (values.mjs). What calls
 * answer lives on in its session, and its methods are called in any order. test/fuzz.test.ts fails where an export of the package is missing here.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as published from 'wasmeta';
import * as bench from 'wasmeta/bench';
import { createInlineExecutor } from 'wasmeta/inline';
import * as node from 'wasmeta/node';
import { Planted } from './values.mjs';

/** @type {any} Types would refuse what is called here. */
const api = published;
const inline = createInlineExecutor();
export const folder = mkdtempSync(join(tmpdir(), 'wasmeta-fuzz-'));
process.chdir(folder); // what is written under a name that was drawn falls there
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const learners = {
  rl2: api.rl2,
  maml: api.maml,
  varibad: api.varibad,
  goalConditioned: api.goalConditioned,
  multiTask: api.multiTask,
  supervisedMaml: api.supervisedMaml,
};
const ids = api.familyIds();
const envOf = (d) => ({ id: d.one(ids), horizon: 1 + d.below(6), episodes: 1 + d.below(2) });
const policyOf = (d) =>
  d.one([
    { kind: 'random' },
    { kind: 'mlp', hidden: [4, 8] },
    { kind: 'gru', hidden: 4 },
    { kind: 'lstm', hidden: 4 },
    { kind: 'mingru', hidden: 4, depth: 2 },
  ]);
const netOf = (d) =>
  d.one([
    { kind: 'mlp', hidden: [4] },
    { kind: 'gru', hidden: 4 },
  ]);
const shapeOf = (d) => api.resolvePolicy(netOf(d), api.portsOf(api.resolveEnv(envOf(d))));
const scoresOf = (d) => Array.from({ length: 2 }, () => Float64Array.from({ length: 3 }, () => d.random()));
const fieldsOf = () => ({ tasks: api.wholeNumber(1, 10, 2), name: api.oneName(['a', 'b'], 'a') });
const softness = { timeConstant: 0.02, dampingRatio: 1, least: 0.9, most: 0.95, width: 0.001 };
const capsule = { x: 0, z: 0, pitch: 0, half: 0.5, radius: 0.05, friction: 0.4 };
const hinge = { sign: 1, stiffness: 1, damping: 1, armature: 0.1, low: -1, high: 1, gear: 30 };
const bodyOf = () => ({
  name: 'body',
  links: [
    { name: 'root', parent: -1, x: 0, z: 0, hinge: null, capsules: [capsule] },
    { name: 'leg', parent: 0, x: 0, z: 0, hinge, capsules: [capsule] },
  ],
  height: 1,
  totalMass: null,
  groundFriction: 0.4,
  contact: softness,
  margin: 0.01,
  limit: softness,
  timeStep: 0.01,
  integrator: 'euler',
  gravity: 9.81,
});
const context2d = () =>
  new Proxy({}, { get: (_, name) => (name === 'canvas' ? null : () => ({ width: 1, addColorStop() {} })), set: () => true });
const canvasOf = () => ({ width: 60, height: 40, getContext: context2d });
const sceneOf = (d) => {
  const config = api.resolveEnv(envOf(d));
  const spec = api.familyOf(config.id);
  return { config, state: new Float64Array(spec.state(config).length), task: new Float32Array(spec.task(config).length), past: [] };
};
const testOf = (d) => ({ env: envOf(d), policy: policyOf(d), tasks: 2, seed: 1 });
const definitionOf = (d) => ({
  id: `Fuzz${d.below(3)}-v0`,
  observation: [{ name: 'x' }],
  action: [{ name: 'a' }],
  task: [{ name: 'w', low: -1, high: 1 }],
  state: 1,
  presets: { usual: { horizon: 4, episodes: 1 } },
  reset: (state) => state.fill(0),
  step: () => ({ reward: 0, terminated: false }),
  observe: (state, _task, out) => out.fill(state[0]),
});

/** The least that each learner trains on. */
const smallest = {
  rl2: (d) => ({ env: envOf(d), policy: { kind: 'gru', hidden: 4 }, tasks: 4, shards: 1, minibatches: 1, epochs: 1, iterations: 1 }),
  maml: (d) => ({ env: envOf(d), policy: { kind: 'mlp', hidden: [4], value: false }, tasks: 2, shards: 1, iterations: 1 }),
  varibad: (d) => ({
    env: { id: 'GridNavi-v0', horizon: 1 + d.below(4), episodes: 2 },
    tasks: 4,
    shards: 1,
    minibatches: 1,
    iterations: 1,
  }),
  goalConditioned: (_d) => ({
    env: { id: 'GridNavi-v0', horizon: 4, episodes: 1, reward: 'exact' },
    policy: { kind: 'mlp', hidden: [4], value: false },
    tasks: 2,
    replay: 8,
    updates: 1,
    batch: 4,
    iterations: 1,
  }),
  multiTask: (d) => ({
    envs: [{ id: 'PointMass-v0', horizon: 1 + d.below(4) }],
    policy: { kind: 'mlp', hidden: [4] },
    tasks: 4,
    shards: 1,
    minibatches: 1,
    iterations: 1,
  }),
  supervisedMaml: (_d) => ({ tasks: 2, iterations: 1 }),
};
const optionsOf = (d) => {
  const name = d.one(Object.keys(learners));
  return { learner: learners[name], options: smallest[name](d) };
};
const checkpointOf = (d) => {
  const { learner, options } = optionsOf(d);
  const config = learner.resolve(options);
  return api.encodeCheckpoint(learner.name, config, learner.initial(config));
};
const small = (learner) => (d) => smallest[Object.keys(learners).find((name) => learners[name] === learner)](d);
const configOf = (learner) => (d) => learner.resolve(small(learner)(d));
const stateOf = (learner) => (d) => learner.initial(configOf(learner)(d));
const executor = () => inline;
const testing = () => ({ tasks: 2, seed: 1, gradientSteps: 1, episodes: 2 });

/** Methods of a learner, with the arguments that are right. `paths` and `test` play for real, with nets of a few units. */
const methods = (learner) => ({
  resolve: [small(learner)],
  environments: [configOf(learner)],
  initial: [configOf(learner)],
  acting: [configOf(learner), stateOf(learner)],
  check: [configOf(learner), stateOf(learner)],
  clone: [stateOf(learner)],
  train: [small(learner), executor],
  test: [configOf(learner), stateOf(learner), testing, executor],
  returns: [configOf(learner), stateOf(learner), testing, executor],
  paths: [configOf(learner), stateOf(learner), testing, executor],
  ...(learner.beliefs && { beliefs: [configOf(learner), stateOf(learner), testing, executor] }),
});

/** Export → the makers of its right arguments. A class can't be called, data is read. */
export const exported = {
  abortable: [executor, () => new AbortController().signal],
  adaptationTest: [
    (d) => ({
      env: { id: 'PointMass-v0', horizon: 1 + d.below(4), episodes: 1 },
      policy: { kind: 'mlp', hidden: [4], value: false },
      parameters: new Float32Array(24),
      stepSizes: new Float32Array(24).fill(0.1),
      gradientSteps: 1,
      episodes: 2,
      tasks: 2,
      seed: 1,
      gamma: 0.9,
      lambda: 1,
      surrogate: 'dice',
      initialLogStd: 0,
      initialWeights: 'glorot',
    }),
    executor,
  ],
  adapting: [() => () => ({})],
  bayesOptimalBandit: [(d) => 1 + d.below(4), (d) => d.below(8)],
  bayesOptimum: [(d) => api.resolveEnv(envOf(d))],
  beliefTest: [
    (d) => {
      const config = api.varibad.resolve(smallest.varibad(d));
      const { parameters, model } = api.varibad.initial(config);
      const { env, policy, latent, decoder } = config;
      const family = { decodes: 'family', decoderInputs: 'family', likelihood: 'family' };
      return { env, policy, latent, decoder, ...family, parameters, model, tasks: 2, seed: 1, samples: 2 };
    },
    executor,
  ],
  createAgent: [(d) => ({ env: envOf(d), policy: policyOf(d) })],
  createPool: [(d) => ({ workers: 1, learner: d.chance(0.5) })],
  decodeCheckpoint: [checkpointOf, () => 'the file'],
  defaultsOf: [fieldsOf],
  defineEnv: [definitionOf],
  defineLearner: [
    () => ({
      name: 'fuzz',
      title: 'fuzz',
      settings: { seed: api.seedNumber(1), ...api.budgetFields },
      parts: { env: api.environment, policy: api.policy({ kind: 'mlp', hidden: [4] }) },
      initial: () => ({ iteration: 0, steps: 0, parameters: new Float32Array(3) }),
      iterate: async () => ({ a: 1 }),
      tests: api.playing(),
    }),
  ],
  describeScene: [sceneOf],
  deviation: [(d) => scoresOf(d)[0]],
  encodeCheckpoint: [
    () => 'rl2',
    (d) => api.rl2.resolve(smallest.rl2(d)),
    () => ({ iteration: 1, parameters: new Float32Array(3) }),
    () => 1,
  ],
  exactPosterior: [(d) => api.resolveEnv({ id: 'GridNavi-v0', horizon: 4, episodes: 1 + d.below(2) })],
  familyIds: [],
  familyOf: [(d) => d.one(ids)],
  flag: [(d) => d.chance(0.5)],
  goalChances: [(d) => d.alive('agent'), () => api.exactPosterior(api.resolveEnv({ id: 'GridNavi-v0', horizon: 4 }))],
  hashArrays: [() => [new Float32Array(3), new Uint8Array(2)]],
  initialParameters: [shapeOf, () => 1, () => ({ logStd: 0, weights: 'glorot', gateBias: 1 })],
  interquartileMean: [(d) => scoresOf(d)[0]],
  learnerOf: [(d) => d.one(api.algorithms)],
  listRuns: [() => folder],
  loadAgent: [(d) => (d.chance(0.5) ? checkpointOf(d) : trainedOf(d)), () => ({})],
  loadAssets: [(d) => ({ learner: d.chance(0.3) })],
  loadEnv: [() => join(folder, 'gone.mjs')],
  make: [envOf],
  makeVec: [envOf, (d) => ({ numEnvs: 1 + d.below(5) })],
  mean: [(d) => scoresOf(d)[0]],
  metaTest: [testOf, executor],
  mjcfOf: [bodyOf],
  multiTaskParameters: [configOf(api.multiTask), stateOf(api.multiTask), () => 0],
  numberIn: [() => 0, () => 2, () => 1],
  numParameters: [shapeOf],
  oneName: [() => ['a', 'b'], () => 'a'],
  openRun: [(d) => join(folder, `run${d.below(4)}`)],
  overRuns: [scoresOf],
  overSeeds: [(d) => scoresOf(d)[0]],
  overTasks: [(d) => scoresOf(d)[0]],
  pairedDifference: [scoresOf, scoresOf],
  parameterSlots: [shapeOf],
  performanceProfile: [scoresOf, () => [0.1, 0.5]],
  philox: [() => 1, () => 2, () => 3, () => 4, () => 5, () => 6],
  placedCapsules: [bodyOf, () => [0, 0, 0, 0]],
  playing: [(d) => d.chance(0.5)],
  policy: [policyOf],
  portsOf: [(d) => api.resolveEnv(envOf(d))],
  probabilityOfImprovement: [scoresOf, scoresOf],
  record: [
    async function* () {
      yield { iteration: 1, steps: 1, metrics: { a: 1 }, state: { iteration: 1, steps: 1, parameters: new Float32Array(2) } };
    },
    (d) => d.alive('run'),
    (d) => d.alive('log'),
    () => ({ algo: 'rl2', config: {}, checkpointEvery: 1, stepsBefore: 0, warn: () => {} }),
  ],
  registerEnv: [definitionOf],
  renderScene: [canvasOf, sceneOf],
  resolveEnv: [envOf],
  resolvePolicy: [policyOf, (d) => api.portsOf(api.resolveEnv(envOf(d)))],
  rollout: [testOf, executor],
  scoreIntervals: [scoresOf, () => 1, () => ({ resamples: 3 })],
  seedNumber: [() => 1],
  standardError: [(d) => scoresOf(d)[0]],
  strategiesOf: [(d) => d.one(ids)],
  successTest: [
    (d) => {
      const config = api.goalConditioned.resolve(smallest.goalConditioned(d));
      const [{ env, policy, parameters }] = api.goalConditioned.acting(config, api.goalConditioned.initial(config));
      return { env, policy, parameters, tasks: 2, seed: 1 };
    },
    executor,
  ],
  taskAt: [canvasOf, sceneOf, () => 3, () => 4],
  trajectories: [testOf, executor],
  wholeNumber: [() => 0, () => 2, () => 1],
  // Functions of the other entries.
  'inline.createInlineExecutor': [() => ({})],
  'node.readFile': [() => join(folder, 'gone')],
  'node.readText': [() => join(folder, 'gone')],
  'node.replaceFile': [(d) => join(folder, `file${d.below(3)}`), () => 'text'],
  'bench.benchNames': [(d) => ({ envs: [envOf(d)], policies: ['random'] })],
  'bench.benchFamilies': [],
  'bench.keyOf': [() => ({ name: 'a', batch: 1, workers: 1 })],
  'bench.peerWorkload': [(d) => d.one(ids)],
  'bench.runBenchmarks': [() => ({ name: 'nothing' })],
};

const trainedOf = (d) => {
  const { learner, options } = optionsOf(d);
  const config = learner.resolve(options);
  return { algo: learner.name, config, state: learner.initial(config) };
};

/** What is no function of the package's, or a class that others make. */
export const read = new Set([
  'Env',
  'VectorEnv',
  'WasmetaError',
  'algorithms',
  'budgetFields',
  'darkColours',
  'environment',
  'environments',
  'faultNames',
  'lightColours',
  'math',
  'metricTable',
  'policyFields',
  'split',
  'stream',
  'bench.benchBatches',
  'bench.loadEnv',
  'bench.slowerBelow',
]);

const entries = { api, bench, node, inline: { createInlineExecutor } };
const costly = new Set([
  'createPool',
  'loadAssets',
  'adaptationTest',
  'beliefTest',
  'metaTest',
  'successTest',
  'trajectories',
  'bench.runBenchmarks',
]);

/** Right arguments of methods of things that live, by name. */
const methodArguments = {
  reset: [() => ({ seed: 3 })],
  step: [(d) => new Float32Array(1 + d.below(5))],
  setState: [() => [0, 0, 0, 0]],
  setTask: [() => [0, 0]],
  setTasks: [() => new Float32Array(2)],
  render: [canvasOf],
  taskAt: [canvasOf, () => 1, () => 1],
  describe: [() => 0],
  scene: [() => 0],
  watch: [() => 0],
  act: [(d) => new Float32Array(1 + d.below(6))],
  tell: [() => [0, 0]],
  adapt: [() => []],
  expectedRewards: [() => [0, 0]],
  run: [() => []],
  begin: [() => ({ algo: 'rl2', config: {}, version: '0', commit: null, modules: {}, started: '2026-01-02T03:04:05.000Z' })],
  save: [() => 'rl2', () => ({}), () => ({ iteration: 1 }), () => 1],
  load: [() => 'last'],
  metrics: [() => 2],
  resume: [() => ({ algo: 'rl2', config: {}, identity: '', state: { iteration: 1 }, score: 0 })],
  writeReport: [() => '<p>'],
  sample: [(d) => () => d.random()],
  killWorker: [() => 0],
};

const kindOf = (value) => {
  if (value instanceof api.VectorEnv || value instanceof api.Env) return 'env';
  if (typeof value?.act === 'function' && typeof value?.update === 'function') return 'agent';
  if (typeof value?.begin === 'function' && typeof value?.load === 'function') return 'run';
  if (Array.isArray(value?.lines)) return 'log';
  if (typeof value?.run === 'function' && typeof value?.close === 'function') return 'executor';
  return null;
};

const methodsOf = (value) => {
  const names = new Set();
  for (let at = value; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at))
    for (const [name, { value: own }] of Object.entries(Object.getOwnPropertyDescriptors(at)))
      if (name !== 'constructor' && typeof own === 'function') names.add(name);
  return [...names];
};

/** One session: things that calls have made, and further calls. */
export class Session {
  constructor(draw) {
    this.draw = draw;
    this.living = new Map();
    draw.alive = (kind) => (this.living.has(kind) ? draw.one(this.living.get(kind)) : draw.any());
  }

  /** The next call: what is called, on what, with what. */
  next() {
    const d = this.draw;
    const act = d.random();
    if (act < 0.3 && this.living.size > 0) {
      const thing = d.one(d.one([...this.living.values()]));
      const name = d.one(methodsOf(thing));
      return this.#call(`${kindOf(thing)}.${name}`, thing[name], thing, methodArguments[name] ?? []);
    }
    if (act < 0.5) {
      const [name, learner] = d.one(Object.entries(learners));
      const all = methods(learner);
      const method = d.one(Object.keys(all));
      if (['train', 'test', 'returns', 'paths', 'beliefs'].includes(method) && d.chance(0.8)) return this.next();
      return this.#call(`${name}.${method}`, learner[method], learner, all[method]);
    }
    const name = d.one(Object.keys(exported));
    if (costly.has(name) && d.chance(0.9)) return this.next();
    const [entry, own] = name.includes('.') ? name.split('.') : ['api', name];
    return this.#call(name, entries[entry][own], undefined, exported[name]);
  }

  #call(name, work, on, makers) {
    const d = this.draw;
    const given = makers.map((make) => d.mostly(() => make(d)));
    if (d.chance(0.05)) given.length = d.below(given.length + 1);
    if (d.chance(0.05)) given.push(d.any());
    // With these it measures all there is.
    if (name === 'bench.runBenchmarks' && ['string', 'undefined'].includes(typeof given[0]?.name)) return this.next();
    return { name, given, work: () => work.apply(on, given) };
  }

  keep(value) {
    const kind = kindOf(value);
    if (kind === null) return;
    const all = this.living.get(kind) ?? [];
    if (all.length < 4) this.living.set(kind, [...all, value]);
    else value.close?.();
  }

  async end() {
    for (const all of this.living.values())
      for (const thing of all)
        if (thing !== inline)
          try {
            await thing.close?.();
          } catch {
            // What it throws was seen when it was called.
          }
  }
}

/** Runs a call to its end; answers with the error that should not have come. */
export async function outcome(session, call) {
  try {
    let value = call.work();
    if (typeof value?.[Symbol.asyncIterator] === 'function' && typeof value.next === 'function') {
      // At most two iterations of a training.
      for (let i = 0; i < 2; i++) if ((await value.next()).done) break;
      await value.return?.();
      return null;
    }
    value = await value;
    session.keep(value);
    return null;
  } catch (error) {
    return error instanceof api.WasmetaError || error instanceof Planted ? null : error;
  }
}
