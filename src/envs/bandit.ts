/**
 * Bandit-v0: k arms that pay 1 with a probability of their own, which is not told. A pull is an episode, so that a trial of n pulls has E = n, H = 1.
 *   p_i ~ U[0, 1) per task; r = 1 if u < p_a, else 0, u ~ U[0, 1) afresh for every pull; the observation is always 1, plus the p with `context: true`.
 * Source: Duan et al. 2016, RL². Law in WebAssembly: assembly/envs/bandit.ts. Bayes-optimal values: src/strategies/bernoulli-bandit.ts.
 */
import type { EnvConfig, FamilySpec, Preset } from './spec.ts';

const armsOf = ({ arms }: EnvConfig) => arms as number;
const isExpected = (reward: string) => (reward === 'expected' ? 1 : 0);

const pulls = (n: number): Preset => ({
  title: `${n} pulls of 5 arms`,
  source: 'Duan et al. 2016, RL², table 1',
  horizon: 1,
  episodes: n,
  reward: 'bernoulli',
  tolerance: 0.5,
  arms: 5,
});

export const bandit: FamilySpec = {
  id: 'Bandit-v0',
  family: 2,
  title: 'Bernoulli bandits',
  constants: {},
  sizes: { arms: { low: 2, high: 256, meaning: 'k, arms to choose from' } },
  state: () => [],
  observation: () => [{ name: 'one', unit: '1', low: 1, high: 1, meaning: 'always 1: a bandit has one state' }],
  action: (config) => ({ n: armsOf(config), choices: Array.from({ length: armsOf(config) }, (_, arm) => `pull arm ${arm}`) }),
  task: (config) =>
    Array.from({ length: armsOf(config) }, (_, arm) => ({
      name: `p ${arm}`,
      unit: '1',
      low: 0,
      high: 1,
      meaning: `probability that arm ${arm} pays`,
    })),
  rewards: { bernoulli: '1 with the probability of the arm, else 0', expected: 'the probability itself' },
  defaultPreset: 'pulls-10',
  presets: { 'pulls-10': pulls(10), 'pulls-100': pulls(100), 'pulls-500': pulls(500) },
  parameters: (config) => [armsOf(config), isExpected(config.reward), isExpected(config.trainingReward)],
};
