/**
 * TabularMdp-v0: a random Markov decision process whose tables are not told.
 *   P(·|s, a) ~ Dirichlet(1, …, 1), R(s, a) ~ N(1, 1) per task; r = R(s, a) + N(0, 1), s' ~ P(·|s, a); every episode starts in state 0;
 *   the observation is the one-hot of s', plus P [S, A, S] and R [S, A] with `context: true`.
 * Source: Duan et al. 2016, RL². Law in WebAssembly: assembly/envs/tabular-mdp.ts.
 */
import type { EnvConfig, FamilySpec, Preset } from './spec.ts';

const statesOf = ({ states }: EnvConfig) => states as number;
const actionsOf = ({ actions }: EnvConfig) => actions as number;
const constants = { noise: { value: 1, unit: '1', meaning: '`noisy`: deviation of a reward from its mean R(s, a)' } } as const;
const noiseOf = (reward: string) => (reward === 'noisy' ? constants.noise.value : 0);
const count = (n: number) => Array.from({ length: n }, (_, i) => i);

const trialOf = (episodes: number): Preset => ({
  title: `10 states, 5 actions, ${episodes} episodes of 10 steps`,
  source: 'Duan et al. 2016, RL², table 2',
  horizon: 10,
  episodes,
  reward: 'noisy',
  tolerance: 0.5,
  states: 10,
  actions: 5,
});

export const tabularMdp: FamilySpec = {
  id: 'TabularMdp-v0',
  family: 3,
  title: 'Random tabular Markov decision processes',
  constants,
  sizes: {
    states: { low: 2, high: 64, meaning: 'S' },
    actions: { low: 2, high: 32, meaning: 'A' },
  },
  state: (config) => [{ name: 's', unit: '1', low: 0, high: statesOf(config) - 1, meaning: 'state' }],
  observation: (config) =>
    count(statesOf(config)).map((s) => ({
      name: `state ${s}`,
      unit: '1',
      low: 0,
      high: 1,
      meaning: '1 for the state after the move, else 0',
    })),
  action: (config) => ({ n: actionsOf(config), choices: count(actionsOf(config)).map((a) => `action ${a}: the tables say what it does`) }),
  task: (config) => {
    const pairs = count(statesOf(config)).flatMap((s) => count(actionsOf(config)).map((a) => `${s}, ${a}`));
    const chances = pairs.flatMap((pair) =>
      count(statesOf(config)).map((next) => ({
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
  parameters: (config) => [statesOf(config), actionsOf(config), noiseOf(config.reward), noiseOf(config.trainingReward)],
};
