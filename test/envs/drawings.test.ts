/** Drawings of every family: finite, inside of the canvas, different where the state differs, pale in the past; a finger on the goal finds it again. */
import { beforeAll, describe, expect, test } from 'vitest';
import {
  darkColours,
  defineEnv,
  describeScene,
  type EnvDefinition,
  familyIds,
  familyOf,
  lightColours,
  make,
  makeVec,
  registerEnv,
  renderScene,
  type Scene,
} from 'wasmeta';
import { recordingCanvas } from './recording-canvas.ts';

registerEnv(
  defineEnv({
    id: 'Drawn-v0',
    observation: [{ name: 'x' }],
    action: [{ name: 'dx' }],
    task: [{ name: 'goal', low: 0, high: 1 }],
    state: 1,
    presets: { short: { horizon: 5, episodes: 2 } },
    reset() {},
    step(state: Float64Array, action: Float32Array) {
      state[0] += action[0] / 5;
      return { reward: 0, terminated: false };
    },
    observe(state: Float64Array, _: Float32Array, out: Float32Array) {
      out[0] = state[0];
    },
    draw(context, state, { width, height, task, colours, past }) {
      context.fillStyle = colours.goal;
      context.fillRect(task[0] * (width - 4), 0, 4, height);
      context.fillStyle = colours.agent;
      for (const episode of past) for (const moment of episode) context.fillRect(Math.abs(moment.state[0]) * (width - 4), 0, 4, 4);
      context.fillRect(Math.abs(state[0]) * (width - 4), height / 2, 4, 4);
    },
  } as EnvDefinition),
);

/** Without a drawing of its own: curves of the state. */
registerEnv(
  defineEnv({
    id: 'Curves-v0',
    observation: [{ name: 'x' }],
    action: [{ name: 'dx' }],
    task: [{ name: 'wind', low: -1, high: 1 }],
    state: [{ name: 'x', unit: 'm' }, { name: 'steps' }],
    presets: { short: { horizon: 5, episodes: 2 } },
    reset() {},
    step(state: Float64Array, action: Float32Array, task: Float32Array) {
      state[0] += action[0] + task[0];
      state[1]++;
      return { reward: 0, terminated: false };
    },
    observe(state: Float64Array, _: Float32Array, out: Float32Array) {
      out[0] = state[0];
    },
  } as EnvDefinition),
);

const drawn = familyIds()
  .filter((id) => familyOf(id).drawing !== undefined)
  .flatMap((id) => Object.keys(familyOf(id).presets).map((preset): [string, string] => [id, preset]));

test('the families with a drawing are these', () => {
  expect(new Set(drawn.map(([id]) => id))).toEqual(
    new Set([
      'PointMass-v0',
      'GridNavi-v0',
      'Bandit-v0',
      'Puck-v0',
      'Runner-v1',
      'Hopper-v1',
      'CartPole-v1',
      'Pendulum-v1',
      'Acrobot-v1',
      'MountainCar-v0',
      'TMaze-v0',
      'Walker2d-v0',
      'PointDynamics-v0',
      'Stack-v0',
      'Drawn-v0',
      'Curves-v0',
    ]),
  );
});

describe.each(drawn)('%s %s', (id, preset) => {
  const scenes: Scene[] = [];

  beforeAll(async () => {
    const env = await make(id, { preset, horizon: Math.min(12, familyOf(id).presets[preset].horizon), episodes: 3 });
    env.reset({ seed: 6 });
    const action = familyOf(id).action(env.config);
    scenes.push(env.scene());
    for (let e = 0; e < 3; e++) {
      for (let t = 0, over = false; !over; t++) {
        const sent = Float32Array.from({ length: 'n' in action ? 1 : action.length }, (_, i) =>
          'n' in action ? (t + e) % action.n : Math.sin(1 + t + i + e),
        );
        const { terminated, truncated } = env.step(sent);
        over = terminated || truncated;
        scenes.push(env.scene());
      }
      if (e < 2) env.nextEpisode();
    }
    env.close();
  });

  test.each([
    [360, 270],
    [768, 432],
    [120, 500],
  ])('on %i × %i every number is finite and every point inside of the canvas', (width, height) => {
    for (const scene of scenes)
      for (const colours of [lightColours, darkColours]) {
        const canvas = recordingCanvas(width, height);
        renderScene(canvas, scene, { colours });
        expect(canvas.odd()).toEqual([]);
        expect(canvas.outside()).toEqual([]);
        expect(canvas.calls.length).toBeGreaterThan(5);
      }
  });

  const callsOf = (scene: Scene, options = {}) => {
    const canvas = recordingCanvas(400, 300);
    renderScene(canvas, scene, options);
    return JSON.stringify(canvas.calls);
  };

  test('differs from state to state, from task to task and from paper to paper', () => {
    expect(new Set(scenes.map((scene) => callsOf(scene))).size).toBeGreaterThan(Math.min(12, scenes.length - 1));
    const scene = scenes[scenes.length - 1];
    const other = { ...scene, task: Array.from(scene.task, (w) => (w === 0 ? 1 : -w / 2)) };
    if (!id.startsWith('Bandit')) expect(callsOf(other)).not.toBe(callsOf(scene));
    expect(callsOf(scene, { colours: darkColours })).not.toBe(callsOf(scene));
    expect(callsOf({ ...scene, past: scene.past.slice(-1) })).not.toBe(callsOf(scene));
  });

  test('draws ghosts where they are, in their colour, inside of the canvas', () => {
    const [scene, ghost] = [scenes[1], scenes[scenes.length - 2]];
    if (id === 'Drawn-v0') return; // its own `draw` decides
    const colour = '#123456';
    const colours = { ...lightColours, goal: colour };
    const canvas = recordingCanvas(400, 300);
    renderScene(canvas, scene, { colours, ghosts: [{ scene: ghost, colour: 'goal' }] });
    expect([...canvas.odd(), ...canvas.outside()]).toEqual([]);
    const with1 = canvas.calls.length;
    const alone = recordingCanvas(400, 300);
    renderScene(alone, scene, { colours });
    expect(with1).toBeGreaterThan(alone.calls.length);
    const beside = (other: Scene) => callsOf(scene, { ghosts: [{ scene: other, colour: 'goal' }] });
    expect(new Set(scenes.map(beside)).size).toBeGreaterThan(1);
  });

  test('is told the episodes of the trial, each from its start, and the present state last', () => {
    const last = scenes[scenes.length - 1];
    expect(last.past).toHaveLength(3);
    for (const episode of last.past) {
      expect(episode[0].action).toBeNull();
      expect(episode.slice(1).every(({ action, reward }) => action !== null && reward !== null)).toBe(true);
    }
    for (const { past, state } of scenes) expect(past.at(-1)?.at(-1)?.state).toEqual(state);
  });

  test('is said in a sentence', () => {
    const words = scenes.map((scene) => describeScene(scene));
    for (const sentence of words) expect(sentence).toMatch(/^Episode \d of 3, step \d+: .{10,}\.$/);
    expect(words[0]).not.toMatch(/NaN|undefined/);
    expect(new Set(words).size).toBeGreaterThan(2);
  });
});

describe('a finger', () => {
  test.each<[string, string]>([
    ['PointMass-v0', 'pearl-semicircle'],
    ['PointMass-v0', 'maml-navigation'],
    ['PointMass-v0', 'walking-direction'],
    ['GridNavi-v0', 'varibad-grid'],
    ['Puck-v0', 'one-shot'],
    ['Runner-v1', 'velocity'],
    ['Runner-v1', 'direction'],
  ])('on %s %s gives a task of the family, and another one elsewhere', async (id, preset) => {
    const env = await make(id, { preset });
    env.reset();
    const canvas = recordingCanvas(400, 300);
    const [one, other] = [env.taskAt(canvas, 120, 130), env.taskAt(canvas, 280, 160)] as Float32Array[];
    const fields = familyOf(id).task(env.config);
    for (const task of [one, other]) {
      expect(task.length).toBe(fields.length);
      for (const [w, { low, high }] of fields.entries()) expect(task[w] >= low - 1e-6 && task[w] <= high + 1e-6).toBe(true);
    }
    expect(one).not.toEqual(other);
    env.setTask(one);
    expect([...env.task()]).toEqual([...one]);
    env.close();
  });

  test('on the goal finds it again', async () => {
    const env = await make('PointMass-v0', { preset: 'pearl-semicircle' });
    env.reset({ tasks: Float32Array.of(0.6, 0.8) });
    const canvas = recordingCanvas(400, 300);
    env.render(canvas);
    const goal = canvas.calls.filter(({ name }) => name === 'arc').map(({ args }) => args as number[])[2];
    const task = env.taskAt(canvas, goal[0], goal[1]) as Float32Array;
    expect(task[0]).toBeCloseTo(0.6, 5);
    expect(task[1]).toBeCloseTo(0.8, 5);
    env.close();
  });

  test('turns one arm of a bandit', async () => {
    const env = await make('Bandit-v0');
    const { task } = env.reset();
    const turned = env.taskAt(recordingCanvas(400, 300), 200, 20) as Float32Array;
    expect([...turned].map((p, arm) => p !== task[arm])).toEqual([false, false, true, false, false]);
    expect(turned[2]).toBeGreaterThan(0.9);
    env.close();
  });
});

test('a canvas is drawn at its own pixels: twice as many on a page of half its width', async () => {
  const env = await make('GridNavi-v0');
  env.reset();
  const canvas = { ...recordingCanvas(800, 600), clientWidth: 400 };
  env.render(canvas);
  expect(canvas.calls[1]).toEqual({ name: 'setTransform', args: [2, 0, 0, 2, 0, 0] });
  expect(canvas.calls.find(({ name }) => name === 'fillRect')?.args).toEqual([0, 0, 400, 300]);
  env.close();
});

test('a state or a task that was set is no step', async () => {
  const env = await make('GridNavi-v0');
  env.reset();
  env.step(1);
  env.setState([3, 3]);
  env.setTask(Float32Array.of(4, 4));
  expect(env.describe()).toBe('Episode 1 of 4, step 1: the walker is in column 4, row 4; the goal is in column 5, row 5.');
  env.close();
});

test('N environments: the one that is asked for, with its past from the first time on', async () => {
  const env = await makeVec('GridNavi-v0', { numEnvs: 3 });
  env.reset();
  env.watch(2);
  env.step(Float32Array.of(1, 2, 1));
  env.step(Float32Array.of(1, 2, 2));
  expect(env.scene(2).past[0].map(({ state }) => [...(state as Float64Array)])).toEqual([
    [0, 0],
    [0, 1],
    [1, 1],
  ]);
  expect(env.scene(1).past).toHaveLength(1);
  expect(env.scene(1).past[0]).toHaveLength(1);
  env.close();
});

test('the past holds the trial’s episodes and does not grow', async () => {
  const env = await makeVec('Bandit-v0', { numEnvs: 1, episodes: 10 });
  env.reset();
  env.watch();
  for (let t = 0; t < 200; t++) env.step(Float32Array.of(t % 5));
  expect(env.scene().past).toHaveLength(11); // the present one, which has just begun, and the ten before it
  env.close();
});

test('a ghost of another family is refused', async () => {
  const [grid, bandit] = [await make('GridNavi-v0'), await make('Bandit-v0')];
  grid.reset();
  bandit.reset();
  const ghosts = [{ scene: bandit.scene(), colour: 'goal' }] as const;
  expect(() => grid.render(recordingCanvas(100, 100), { ghosts })).toThrow(/"ghosts" expected scenes of GridNavi-v0, got "Bandit-v0"/);
  grid.close();
  bandit.close();
});

test('a family without a drawing shows how its returns grow, and its observation', async () => {
  const env = await make('TabularMdp-v0');
  env.reset();
  const lines = () => {
    const canvas = recordingCanvas(300, 200);
    env.render(canvas);
    expect([canvas.odd(), canvas.outside()]).toEqual([[], []]);
    return canvas.calls.filter(({ name }) => name === 'lineTo').length;
  };
  const before = lines();
  for (let t = 0; t < 3; t++) env.step(0);
  expect(lines()).toBe(before + 3);
  expect(env.describe()).toMatch(/s \d.00/);
  env.close();
});
