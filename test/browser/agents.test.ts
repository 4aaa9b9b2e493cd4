/** In a page: an agent from a run in IndexedDB acts as a rollout does, to the bit; environments are drawn on real canvases. */
import { expect, test } from 'vitest';
import { darkColours, hashArrays, lightColours, loadAgent, make, makeVec, openRun, rl2, rollout, type VectorStep } from 'wasmeta';
import { createInlineExecutor } from 'wasmeta/inline';

test('acts, sampled, as a rollout in this page does', async () => {
  const config = rl2.resolve({ env: { id: 'PointMass-v0', preset: 'pearl-semicircle' }, policy: { kind: 'lstm', hidden: 12 } });
  const state = rl2.initial(config);
  const run = await openRun('acting');
  await run.begin({ algo: 'rl2', config, version: '0', commit: null, modules: {}, started: '2026-01-01T00:00:00.000Z' });
  await run.save('rl2', config, state, 0);
  const executor = createInlineExecutor({ learner: false });
  const { env, policy } = config;
  const { records } = await rollout(
    { env, policy, parameters: state.parameters, tasks: 7, seed: 5, split: 'test', keep: 'steps' },
    executor,
  );
  await executor.close();

  const agent = await loadAgent('acting', { numEnvs: 7 });
  const envs = await makeVec(agent.env, { numEnvs: 7 });
  let { observations } = envs.reset({ seed: 5, split: 'test' });
  agent.reset({ seed: 5 });
  const actions: Float32Array[] = [];
  let last: VectorStep | undefined;
  for (let t = 0; t < records[0].steps; t++) {
    const acted = agent.act(observations, last);
    actions.push(acted);
    last = envs.step(acted);
    observations = last.observations;
  }
  const flat = new Float32Array(actions.flatMap((row) => [...row]));
  expect(hashArrays([flat])).toBe(hashArrays([records[0].actions]));
  expect(agent.hidden.some((h: number) => h !== 0)).toBe(true);
  agent.close();
  envs.close();
});

test.each(['PointMass-v0', 'GridNavi-v0', 'Bandit-v0', 'Puck-v0', 'Runner-v1', 'Hopper-v1'])(
  '%s is drawn in light and dark, at any size',
  async (id) => {
    const env = await make(id);
    env.reset({ seed: 2 });
    env.step(env.actionSpace.kind === 'discrete' ? 1 : new Float32Array(env.actionSpace.shape[0]).fill(0.5));
    const pixels = new Set<string>();
    for (const colours of [lightColours, darkColours])
      for (const [width, height] of [
        [360, 270],
        [768, 432],
      ]) {
        const canvas = Object.assign(document.createElement('canvas'), { width, height });
        env.render(canvas, { colours });
        const { data } = (canvas.getContext('2d') as CanvasRenderingContext2D).getImageData(0, 0, width, height);
        const colour = (at: number) => data.slice(at, at + 3).join();
        const seen = new Set(Array.from({ length: width * height }, (_, i) => colour(4 * i)));
        expect(seen.size).toBeGreaterThan(3);
        const paper = [1, 3, 5].map((k) => Number.parseInt(colours.paper.slice(k, k + 2), 16)).join();
        expect(colour(4 * 2)).toBe(paper); // the corner
        pixels.add(canvas.toDataURL());
      }
    expect(pixels.size).toBe(4);
    const offscreen = new OffscreenCanvas(360, 270);
    env.render(offscreen);
    expect(env.describe()).toMatch(/^Episode 1 of /);
    env.close();
  },
);
