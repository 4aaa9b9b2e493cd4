/**
 * Bandit-v0: k arms, each of which pays 1 with its own hidden probability. A pull is an episode, so a trial of n pulls has E = n, H = 1.
 *   p_i ~ U[0, 1) per task; r = 1 if u < p_a, else 0, u ~ U[0, 1) afresh for every pull; the observation is always 1, plus the p with `context: true`.
 * Source: Duan et al. 2016, RL². Law in WebAssembly: assembly/envs/bandit.ts. Bayes-optimal values: src/strategies/bernoulli-bandit.ts.
 */
import { armDrawing } from './drawings/arms.ts';
import { type EnvConfig, type FamilySpec, type Preset, rewardCode } from './spec.ts';

interface BanditSizes {
  /** k, arms to choose from. */
  readonly arms: number;
}

/** k of a bandit's config, which `resolveEnv` has checked. */
export const armsOf = (env: EnvConfig) => (env as EnvConfig & BanditSizes).arms;

const pulls = (n: number): Preset & BanditSizes => ({
  title: `${n} pulls of 5 arms`,
  source: 'Duan et al. 2016, RL², table 1',
  horizon: 1,
  episodes: n,
  reward: 'bernoulli',
  arms: 5,
});

export const bandit: FamilySpec<BanditSizes> = {
  id: 'Bandit-v0',
  law: 'bandit',
  title: 'Bernoulli bandits',
  alsoKnownAs: ['Multi-armed bandit', 'MAB', 'Bernoulli bandit'],
  constants: {},
  sizes: { arms: { low: 2, high: 256, meaning: 'k, arms to choose from' } },
  state: () => [],
  observation: () => [{ name: 'one', unit: '1', low: 1, high: 1, meaning: 'always 1: a bandit has one state' }],
  action: ({ arms }) => ({ n: arms, choices: Array.from({ length: arms }, (_, arm) => `pull arm ${arm}`) }),
  task: ({ arms }) =>
    Array.from({ length: arms }, (_, arm) => ({
      name: `p ${arm}`,
      unit: '1',
      low: 0,
      high: 1,
      meaning: `probability that arm ${arm} pays`,
    })),
  rewards: { bernoulli: '1 with the probability of the arm, else 0', expected: 'the probability itself' },
  defaultPreset: 'pulls-10',
  presets: { 'pulls-10': pulls(10), 'pulls-100': pulls(100), 'pulls-500': pulls(500) },
  drawing: armDrawing(),
  rewardModel: ({ reward }) => ({ reads: ['action'], twoValues: reward === 'bernoulli' }),
  parameters: (config) => ({
    arms: config.arms,
    reward: rewardCode(bandit, config.reward),
    trainingReward: rewardCode(bandit, config.trainingReward),
  }),
};
