/** Gymnasium's classic control: one step from random states is Gymnasium's formula in f64 (the twins of test/reference), and a few steps worked out by hand. */
import { describe, expect, test } from 'vitest';
import { familyIds, familyOf, make, makeVec } from 'wasmeta';
import { philox, toUniform } from '../../src/core/philox.ts';
import { references } from '../reference/families.ts';

const N = 100_000;
/** Bodies of Gymnasium's MuJoCo families have that preset, too; they are held to MuJoCo (runner/). */
const ids = familyIds().filter((id) => /classic_control/.test(familyOf(id).presets.gymnasium?.source ?? ''));

/** What states are drawn from where the fields have no bounds of their own: well beyond those of an episode. */
const wide: Readonly<Record<string, readonly number[]>> = { 'CartPole-v1': [3, 4, 0.4, 4] };

describe.each(ids.flatMap((id) => Object.keys(familyOf(id).presets).map((preset) => [id, preset] as const)))('%s %s', (id, preset) => {
  test(`${N} random states go where Gymnasium's formula in f64 says, within 1e-5 of the size of the numbers`, async () => {
    const env = await makeVec(id, { preset, numEnvs: N, horizon: 10 });
    const { tasks } = env.reset({ seed: 2 });
    const spec = familyOf(id);
    const fields = spec.state(env.config);
    const [S, W] = [fields.length, tasks.length / N];
    const states = Float64Array.from({ length: N * S }, (_, i) => {
      const k = i % S;
      const most = wide[id]?.[k] ?? 0;
      const [low, high] = wide[id] === undefined ? [fields[k].low, fields[k].high] : [-most, most];
      return Math.fround(low + (high - low) * toUniform(philox(5, 6, Math.floor(i / S), k, 0, 0)[0]));
    });
    const action = spec.action(env.config);
    const actions = Float32Array.from({ length: N }, (_, n) => {
      const u = toUniform(philox(5, 7, n, 0, 0, 0)[0]);
      return 'n' in action ? Math.floor(u * action.n) : 2.6 * u - 1.3;
    });
    const seen = env.setState(states).observations.slice();
    const O = seen.length / N;
    const { observations, finalObservations, rewards, terminated } = env.step(actions);
    const twin = references[id](env.config);
    let [worst, near, ended] = [0, 0, 0];
    for (let n = 0; n < N; n++) {
      twin.start(Array.from(tasks.subarray(n * W, (n + 1) * W)), { seed: 0, split: 0, task: 0, episode: 0 });
      twin.resume?.(seen.subarray(n * O, (n + 1) * O));
      const move = twin.move([actions[n]]);
      const after = (terminated[n] ? finalObservations : observations).subarray(n * O, (n + 1) * O);
      ended += terminated[n];
      if (move.margin < 1e-5) {
        near++;
        continue;
      }
      expect(terminated[n] === 1).toBe(move.terminated);
      const { amplifies = 1, slope = 1 } = move;
      twin.observe().forEach((o, k) => {
        worst = Math.max(worst, Math.abs(after[k] - o) / Math.max(1, Math.abs(o)) / amplifies);
      });
      worst = Math.max(worst, Math.abs(rewards[n] - move.reward) / Math.max(1, Math.abs(move.reward)) / amplifies / slope);
    }
    if (process.env.SHOW_ERRORS) console.log(`${id} ${preset}: largest difference ${worst}, ${near} near a threshold, ${ended} ended`);
    expect(worst).toBeLessThan(1e-5);
    expect(near).toBeLessThan(100);
    expect(ended > 0).toBe(spec.ends?.(env.config) === true);
    env.close();
  });
});

test('a cart at rest under an upright pole, pushed to the right: ẍ and θ̈ by hand', async () => {
  // temp = 10/1.1; θ̈ = −temp/(0.5 (4/3 − 0.1/1.1)) = −14.6341; ẍ = temp + 0.05 · 14.6341/1.1 = 9.7561
  const env = await make('CartPole-v1');
  env.reset();
  env.setState([0, 0, 0, 0]);
  const { observation, reward, terminated } = env.step(1);
  expect([...observation].map((x) => Number(x.toFixed(5)))).toEqual([0, 0.19512, 0, -0.29268]);
  expect([reward, terminated]).toEqual([1, false]);
  env.close();
});

test('a cart that leaves 2.4 m or a pole that leaves 12° ends the episode with a reward of 1, or −1 as Sutton and Barto have it', async () => {
  for (const [reward, paid] of [
    ['balance', 1],
    ['fall', -1],
  ] as const)
    for (const state of [
      [2.39, 1, 0, 0],
      [0, 0, -0.2, -1],
    ]) {
      const env = await make('CartPole-v1', { reward });
      env.reset();
      env.setState(state);
      expect(env.step(0)).toMatchObject({ reward: paid, terminated: true, truncated: false });
      env.close();
    }
});

test('crossed wires push the other way', async () => {
  const env = await make('CartPole-v1', { preset: 'hidden-dynamics' });
  env.reset();
  const pushed = (gear: number) => {
    env.setTask(Float32Array.of(0.5, 0.1, 9.8, gear));
    env.setState([0, 0, 0, 0]);
    return [...env.step(1).observation];
  };
  const [usual, crossed] = [pushed(1), pushed(-1)];
  expect(crossed).toEqual(usual.map((x) => (x === 0 ? 0 : -x)));
  env.close();
});

test('a pendulum that hangs and is driven, and one that stands: θ̇, θ and the reward by hand', async () => {
  const env = await make('Pendulum-v1');
  env.reset();
  env.setState([Math.PI / 2, 0]);
  // θ̇' = (15 sin π/2 + 3 · 2) 0.05 = 1.05, θ' = π/2 + 1.05 · 0.05; r = −(π²/4 + 0.001 · 4), of the angle before
  const { observation, reward } = env.step(Float32Array.of(1));
  expect(observation[0]).toBeCloseTo(-Math.sin(0.0525), 6);
  expect(observation[2]).toBeCloseTo(1.05, 6);
  expect(reward).toBeCloseTo(-(Math.PI ** 2 / 4 + 0.004), 6);
  env.setState([0, 0]);
  expect([...env.step(Float32Array.of(0)).observation]).toEqual([1, 0, 0]);
  env.close();
});

test('a torque beyond the motor’s is its largest, and a pendulum turns no faster than 8 rad/s', async () => {
  const env = await make('Pendulum-v1');
  env.reset();
  const after = (action: number) => {
    env.setState([1, 7.9]);
    return [...env.step(Float32Array.of(action)).observation];
  };
  expect(after(1000)).toEqual(after(1));
  expect(after(1)[2]).toBe(8);
  env.close();
});

test('an acrobot that hangs still and is let alone hangs still; above the bar its episode ends with 0', async () => {
  const env = await make('Acrobot-v1');
  env.reset();
  env.setState([0, 0, 0, 0]);
  expect(env.step(1)).toMatchObject({ reward: -1, terminated: false });
  expect([...env.state()]).toEqual([0, 0, 0, 0]);
  env.setState([Math.PI, 0, 0, 0]); // h = 2, and 0.2 s later hardly less
  expect(env.step(1)).toMatchObject({ reward: 0, terminated: true });
  env.close();
});

test('a car at the bottom of its valley stays there, stops at the left end, and ends its episode at the flag', async () => {
  const env = await make('MountainCar-v0');
  env.reset();
  env.setState([-Math.PI / 6, 0]);
  const { observation } = env.step(1);
  expect(Math.abs(observation[1])).toBeLessThan(1e-9);
  env.setState([-1.19, -0.07]);
  expect([...env.step(0).observation]).toEqual([Math.fround(-1.2), 0]);
  env.setState([0.47, 0.05]);
  expect(env.step(2)).toMatchObject({ reward: -1, terminated: true });
  env.close();
});

test('the shaped reward of the car pays 100 in all for the energy that it lacks at the bottom, less the time', async () => {
  const env = await make('MountainCar-v0', { reward: 'energy' });
  env.reset();
  env.setState([-Math.PI / 6, 0]);
  let [paid, steps] = [0, 0];
  for (let over = false; !over && steps < 199; steps++) {
    const { reward, terminated } = env.step(env.oracle());
    paid += reward;
    over = terminated;
  }
  const [x, v] = env.state();
  const gained = (v ** 2 / 2 + (0.0025 * (Math.sin(3 * x) + 1)) / 3) / (0.0025 * 0.6658316622013515);
  expect(steps).toBeLessThan(199);
  expect(paid).toBeCloseTo(100 * gained - steps, 1);
  env.close();
});

test('the scripted players earn what their worth is: swing-ups of pendulum, acrobot and car, hidden dynamics or not', async () => {
  for (const [id, least] of [
    ['Pendulum-v1', -170],
    ['Acrobot-v1', -115],
    ['MountainCar-v0', -135],
  ] as const)
    for (const preset of ['gymnasium', 'hidden-dynamics']) {
      const env = await makeVec(id, { preset, numEnvs: 400 });
      env.reset({ seed: 3 });
      const alive = new Uint8Array(400).fill(1);
      let total = 0;
      for (let t = 0; t < env.config.horizon; t++) {
        const { rewards, terminated } = env.step(env.oracle());
        for (let n = 0; n < 400; n++) {
          total += alive[n] * rewards[n];
          if (terminated[n] === 1) alive[n] = 0;
        }
      }
      expect(total / 400, `${id} ${preset}`).toBeGreaterThan(least);
      env.close();
    }
});

test('the scripted player balances 500 steps, hidden dynamics or not', async () => {
  for (const preset of ['gymnasium', 'hidden-dynamics']) {
    const env = await makeVec('CartPole-v1', { preset, numEnvs: 200 });
    env.reset({ seed: 3 });
    for (let t = 1; t <= 500; t++) {
      const { terminated, truncated } = env.step(env.oracle());
      expect(terminated.includes(1), `step ${t}`).toBe(false);
      expect(truncated.every((flag) => flag === Number(t === 500))).toBe(true);
    }
    env.close();
  }
});
