/**
 * TabularMdp-v0: a random Markov decision process with hidden tables.
 *   P(·|s, a) ~ Dirichlet(1, …, 1), R(s, a) ~ N(1, 1) per task; r = R(s, a) + N(0, 1), s' ~ P(·|s, a); every episode starts in state 0;
 *   the observation is the one-hot of s', plus P [S, A, S] and R [S, A] with `context: true`.
 * Source: Duan et al. 2016, RL². Law in WebAssembly: assembly/envs/tabular-mdp.ts.
 */
import type { EnvConfig, FamilySpec, Preset } from './spec.ts';

interface MdpSizes {
  /** S */
  readonly states: number;
  /** A */
  readonly actions: number;
}

/** S and A of an MDP's config, which `resolveEnv` has checked. */
export const mdpSizes = (env: EnvConfig): MdpSizes => env as EnvConfig & MdpSizes;

const constants = { noise: { value: 1, unit: '1', meaning: '`noisy`: deviation of a reward from its mean R(s, a)' } } as const;
const noiseOf = (reward: string) => (reward === 'noisy' ? constants.noise.value : 0);
const count = (n: number) => Array.from({ length: n }, (_, i) => i);

const trialOf = (episodes: number): Preset & MdpSizes => ({
  title: `10 states, 5 actions, ${episodes} episodes of 10 steps`,
  source: 'Duan et al. 2016, RL², table 2',
  horizon: 10,
  episodes,
  reward: 'noisy',
  states: 10,
  actions: 5,
});

export const tabularMdp: FamilySpec<MdpSizes> = {
  id: 'TabularMdp-v0',
  law: 'tabular-mdp',
  title: 'Random tabular Markov decision processes',
  alsoKnownAs: ['RandomMDP', 'MDP'],
  constants,
  sizes: {
    states: { low: 2, high: 64, meaning: 'S' },
    actions: { low: 2, high: 32, meaning: 'A' },
  },
  state: (config) => [{ name: 's', unit: '1', low: 0, high: config.states - 1, meaning: 'state', whole: true }],
  observation: (config) =>
    count(config.states).map((s) => ({
      name: `state ${s}`,
      unit: '1',
      low: 0,
      high: 1,
      meaning: '1 for the state after the move, else 0',
    })),
  action: (config) => ({ n: config.actions, choices: count(config.actions).map((a) => `action ${a}: the tables say what it does`) }),
  task: (config) => {
    const pairs = count(config.states).flatMap((s) => count(config.actions).map((a) => `${s}, ${a}`));
    const chances = pairs.flatMap((pair) =>
      count(config.states).map((next) => ({
        name: `P(${next} | ${pair})`,
        unit: '1',
        low: 0,
        high: 1,
        meaning: 'chance of the next state',
      })),
    );
    return [
      ...chances,
      ...pairs.map((pair) => ({ name: `R(${pair})`, unit: '1', low: -Infinity, high: Infinity, meaning: 'mean reward' })),
    ];
  },
  rewards: { noisy: 'R(s, a) + N(0, 1), of the state before the move', mean: 'R(s, a)' },
  defaultPreset: 'episodes-10',
  presets: Object.fromEntries([10, 25, 50, 75, 100].map((n) => [`episodes-${n}`, trialOf(n)])),
  rewardModel: () => ({ reads: ['state', 'action'], twoValues: false }),
  taskMoves: () => true,
  parameters: ({ states, actions, reward, trainingReward }) => ({
    states,
    actions,
    noise: noiseOf(reward), // deviation of the reward
    trainingNoise: noiseOf(trainingReward),
  }),
};
