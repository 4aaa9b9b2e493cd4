/** Seeing and setting states and tasks in the middle of an episode, in every family. */
import { describe, expect, test } from 'vitest';
import { defineEnv, type EnvDefinition, familyIds, familyOf, make, makeVec, registerEnv, resolveEnv } from 'wasmeta';

const walk = {
  id: 'Walk-v1',
  observation: [{ name: 'x' }, { name: 'to go' }],
  action: [{ name: 'dx' }],
  task: [{ name: 'goal', low: -1, high: 1 }],
  state: [{ name: 'x', low: -100, high: 100 }],
  presets: { short: { horizon: 5, episodes: 2 } },
  reset(state: Float64Array) {
    state[0] = 0.5;
  },
  step(state: Float64Array, action: Float32Array, task: Float32Array) {
    state[0] += action[0];
    return { reward: -Math.abs(state[0] - task[0]), terminated: state[0] > 3 };
  },
  observe(state: Float64Array, task: Float32Array, out: Float32Array) {
    out[0] = state[0];
    out[1] = task[0] - state[0];
  },
};
registerEnv(defineEnv(walk as unknown as EnvDefinition));

const N = 5;
const ids = familyIds();
const actionsOf = (config: ReturnType<typeof resolveEnv>, t: number) => {
  const action = familyOf(config.id).action(config);
  const A = 'n' in action ? 1 : action.length;
  return Float32Array.from({ length: N * A }, (_, i) => ('n' in action ? (i + t) % action.n : Math.sin(i + t)));
};

describe.each(ids)('%s', (id) => {
  const config = resolveEnv({ id, horizon: 6 });

  test('what follows depends on the state that was set, the task, the clock and the actions alone', async () => {
    const [one, other] = [await makeVec(config, { numEnvs: N }), await makeVec(config, { numEnvs: N })];
    one.reset({ seed: 3 });
    other.reset({ seed: 3 });
    for (let t = 0; t < 3; t++) {
      one.step(actionsOf(config, t));
      other.step(actionsOf(config, t + 7));
    }
    const state = one.state();
    expect(state.length).toBe(N * familyOf(id).state(config).length);
    const before = [...one.setState(state).observations];
    expect([...other.setState(state).observations]).toEqual(before);
    expect([...other.state()]).toEqual([...state]);
    const [a, b] = [one.step(actionsOf(config, 3)), other.step(actionsOf(config, 3))];
    expect([...a.observations]).toEqual([...b.observations]);
    expect([...a.rewards]).toEqual([...b.rewards]);
    one.close();
    other.close();
  });

  test('a state that was seen and set again is observed as it was', async () => {
    const env = await makeVec(config, { numEnvs: N });
    env.reset({ seed: 1 });
    const { observations } = env.step(actionsOf(config, 0));
    const seen = [...observations];
    expect([...env.setState(env.state()).observations]).toEqual(seen);
    env.close();
  });

  test('another task counts from the next step on, and is observed where tasks are', async () => {
    const env = await makeVec({ ...config, context: true }, { numEnvs: N });
    const { tasks } = env.reset({ seed: 1 });
    const W = tasks.length / N;
    const turned = Float32Array.from(tasks, (_, i) => tasks[(i + W) % tasks.length]);
    env.step(actionsOf(config, 0));
    const state = [...env.state()];
    const { observations } = env.setTasks(turned);
    const O = observations.length / N;
    for (let n = 0; n < N; n++)
      expect([...observations.slice((n + 1) * O - W, (n + 1) * O)]).toEqual([...turned.slice(n * W, (n + 1) * W)]);
    expect([...env.state()]).toEqual(state);
    expect([...env.tasks()]).toEqual([...turned]);
    const fresh = await makeVec({ ...config, context: true }, { numEnvs: N });
    fresh.reset({ seed: 1, tasks: turned });
    fresh.step(actionsOf(config, 0));
    fresh.setState(Float64Array.from(state));
    env.setState(Float64Array.from(state));
    expect([...env.step(actionsOf(config, 1)).rewards]).toEqual([...fresh.step(actionsOf(config, 1)).rewards]);
    env.close();
    fresh.close();
  });

  test('finalState is the state that the episode ended with, state the start of the next', async () => {
    const env = await makeVec(config, { numEnvs: N });
    env.reset({ seed: 2 });
    let last: number[] = [];
    for (let t = 0; t < 6; t++) {
      last = [...env.step(actionsOf(config, t)).finalObservations];
    }
    const ended = env.finalState();
    const now = env.state();
    expect([...env.setState(ended).observations]).toEqual(last);
    env.setState(now);
    env.close();
  });
});

test('one environment shows the state of its last step, and goes on to the next episode of the same task', async () => {
  const env = await make('PointMass-v0', { preset: 'pearl-semicircle', horizon: 2 });
  const { task } = env.reset({ seed: 4 });
  expect([...env.state()]).toEqual([0, 0]);
  expect(() => env.nextEpisode()).toThrow(/"nextEpisode" expected an episode that has ended/);
  env.step(Float32Array.of(1, 1));
  const { observation, truncated } = env.step(Float32Array.of(1, 0));
  expect(truncated).toBe(true);
  expect([...env.state()]).toEqual([...observation]);
  expect(() => env.setState([0, 0])).toThrow(/"setState" expected a running episode/);
  expect([...env.nextEpisode().observation]).toEqual([0, 0]);
  expect(env.task()).toEqual(task);
  expect([...env.setState([0.25, -0.5]).observation]).toEqual([0.25, -0.5]);
  env.setTask(Float32Array.of(0, 1));
  expect([...env.task()]).toEqual([0, 1]);
  env.close();
});

test('tasks of the test split are those of a meta-test, and firstTask says which', async () => {
  const env = await makeVec('PointMass-v0', { numEnvs: 3 });
  const train = env.reset({ seed: 1 }).tasks;
  const unseen = env.reset({ seed: 1, split: 'test' }).tasks;
  expect(unseen).not.toEqual(train);
  expect([...env.reset({ seed: 1, split: 'test', firstTask: 2 }).tasks.slice(0, 2)]).toEqual([...unseen.slice(4)]);
  env.close();
});

describe('is refused, before anything has changed:', () => {
  test.each<[string, ArrayLike<number>, RegExp]>([
    ['a state of another size', [1], /"states" expected 2 numbers \(1 environments × 2\)/],
    ['a cell beyond the grid', [5, 0], /"states\[0\]" expected x, a whole number from 0 to 4 cell, got 5/],
    ['half a cell', [1.5, 0], /"states\[0\]" expected x, a whole number/],
    ['NaN', [Number.NaN, 0], /"states" expected finite numbers/],
  ])('%s', async (_, state, message) => {
    const env = await make('GridNavi-v0');
    env.reset();
    expect(() => env.setState(state)).toThrow(message);
    expect([...env.state()]).toEqual([0, 0]);
    env.close();
  });
  test('the oracle of a family that has none, and states before the first reset', async () => {
    const env = await makeVec('Runner-v1', { numEnvs: 1 });
    expect(() => env.setState([])).toThrow(/"setState" expected a reset before it/);
    env.reset();
    expect(() => env.oracle()).toThrow(expect.objectContaining({ code: 'E_UNSUPPORTED' }));
    env.close();
  });
});

test('the oracle of an environment plays as the oracle of a rollout does', async () => {
  const env = await make('GridNavi-v0', { horizon: 15 });
  const { task } = env.reset({ seed: 5 });
  for (let t = 0; t < task[0] + task[1]; t++) env.step(env.oracle());
  expect([...env.state()]).toEqual([...task]);
  env.close();
});
