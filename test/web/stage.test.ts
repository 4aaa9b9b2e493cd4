/** The stage without its page: its trials are those of rollouts, to the bit; ghosts play beside it; beliefs and rounds of gradient steps are what they say. */
import { afterAll, describe, expect, test } from 'vitest';
import { type AdaptiveAgent, createPool, loadAgent, rollout } from 'wasmeta';
import { perRound, playRound } from '../../web/playground/rounds.ts';
import { Stage } from '../../web/playground/stage.ts';

const pool = createPool({ workers: 1 });
afterAll(() => pool.close());

const shipped = (name: string): Promise<AdaptiveAgent> => loadAgent(new URL(`../../web/gallery/${name}.safetensors`, import.meta.url));

const [seed, trial] = [7, 3];

async function opened(name: string): Promise<Stage> {
  const stage = await Stage.open(await shipped(name), seed);
  stage.next(trial, seed);
  return stage;
}

function toTheEnd(stage: Stage, each = () => {}): void {
  while (stage.step()) each();
}

const at = { seed, split: 'test', tasks: trial + 1 } as const;
/** Of the last of the trials. */
const returnsOf = (returns: Float32Array, episodes: number) => [...returns.slice(-episodes)].map((x) => expect.closeTo(x, 2));

describe.each(['semicircle-rl2', 'grid-rl2', 'bandit-rl2', 'puck-rl2'])('%s', (name) => {
  test('a trial on the stage is that of a rollout, and so are those of its ghosts', async () => {
    const stage = await opened(name);
    const { env, policy, parameters } = stage.agent;
    toTheEnd(stage);
    const played = await rollout({ ...at, env, policy, parameters, greedy: stage.agent.greedy }, pool);
    expect(stage.status.returns).toEqual(returnsOf(played.returns, env.episodes));
    for (const { name: ghost, returns } of stage.ghosts) {
      if (ghost === 'random') continue;
      const oracle = await rollout({ ...at, env, policy: { kind: 'oracle' } }, pool);
      expect(returns).toEqual(returnsOf(oracle.returns, env.episodes));
    }
    expect(stage.ghosts.at(-1)?.returns).toHaveLength(env.episodes);
    stage.close();
  });
});

test('the last picture of a trial stays until the next one is asked for', async () => {
  const stage = await opened('semicircle-rl2');
  toTheEnd(stage);
  const { state, past } = stage.env.scene();
  expect(stage.isOver).toBe(true);
  expect(past).toHaveLength(2);
  expect(past[1]).toHaveLength(stage.config.horizon + 1);
  expect([...Array.from(state)]).not.toEqual([0, 0]);
  expect(stage.step()).toBe(false);
  stage.next();
  expect([...Array.from(stage.env.scene().state)]).toEqual([0, 0]);
  stage.close();
});

test.each(['grid-rl2', 'semicircle-rl2', 'grid-varibad'])(
  '%s: the goal always has a chance by exact inference, and the most once it is found',
  async (name) => {
    const stage = await opened(name);
    const chances: number[] = [];
    const believed: number[] = [];
    toTheEnd(stage, () => {
      const { posterior, exact, believed: model } = stage.beliefs ?? expect.fail('the posterior is known');
      const truth = posterior.nearest(stage.env.task());
      chances.push(exact[truth]);
      if (model !== null) believed.push(model[truth]);
    });
    expect(Math.min(...chances)).toBeGreaterThan(0);
    expect(chances.at(-1)).toBeGreaterThan(10 * chances[0]);
    expect(believed.length > 0).toBe(name.includes('varibad'));
    if (believed.length > 0) expect(believed.at(-1)).toBeGreaterThan(0.5);
    stage.close();
  },
);

test('a finger that moves the goal moves it for the ghosts, and inference begins anew', async () => {
  const stage = await opened('grid-rl2');
  for (let t = 0; t < 8; t++) stage.step();
  stage.setTask(Float32Array.of(4, 4));
  expect(stage.ghosts.map((ghost) => [...Array.from(ghost.scene().task)])).toEqual([
    [4, 4],
    [4, 4],
  ]);
  expect(new Set(stage.beliefs?.exact).size).toBe(1);
  stage.close();
});

test('twenty episodes of a round differ, and the gradient step on them earns more', async () => {
  const agent = await shipped('navigation-maml');
  const place = { seed, trial, task: Float32Array.of(0.4, -0.3) };
  const before = await playRound(agent, place);
  expect(new Set(before.episodes.map(({ actions }) => Array.from(actions).join())).size).toBe(perRound);
  expect(before.scene.past).toHaveLength(perRound);
  const after = await playRound(await agent.adapt(before.episodes), place);
  expect(after.meanReturn).toBeGreaterThan(before.meanReturn + 5);
  // The arrows at the start turn towards the goal.
  const [dx, dy] = after.field?.(0, 0) ?? [0, 0];
  expect(dx * 0.4 + dy * -0.3).toBeGreaterThan(0);
});
