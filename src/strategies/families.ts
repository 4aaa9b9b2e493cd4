/** What is known about each family besides its laws: classic strategies, the value of Bayes-optimal play, exact inference. One line per family. */
import { bandit } from '../envs/bandit.ts';
import { gridNavi } from '../envs/grid-navi.ts';
import { pointMass } from '../envs/point-mass.ts';
import type { EnvConfig } from '../envs/spec.ts';
import { tMaze } from '../envs/t-maze.ts';
import { tabularMdp } from '../envs/tabular-mdp.ts';
import { arcPosterior } from './arc-posterior.ts';
import { banditStrategies } from './bandit-strategies.ts';
import { bernoulliOptimum } from './bernoulli-bandit.ts';
import { gridPosterior } from './grid-posterior.ts';
import { gridOptimum, gridStrategies } from './grid-walk.ts';
import { mdpStrategies } from './mdp-strategies.ts';
import type { ExactPosterior } from './posterior.ts';
import type { Strategy } from './strategy.ts';
import { mazeOptimum, mazeStrategies } from './t-maze.ts';

interface KnownPlay {
  readonly strategies: Readonly<Record<string, Strategy>>;
  /** Expected total reward of a trial of the Bayes-optimal policy, for a config with the family's own tasks and no context; null where it is not known. */
  optimum?(env: EnvConfig): number | null;
  /** The exact posterior, for a config with the family's own tasks; null where it is not known. */
  posterior?(env: EnvConfig): ExactPosterior | null;
}

export const knownPlay: Readonly<Record<string, KnownPlay>> = {
  [bandit.id]: { strategies: banditStrategies, optimum: bernoulliOptimum },
  [gridNavi.id]: { strategies: gridStrategies, optimum: gridOptimum, posterior: gridPosterior },
  [pointMass.id]: { strategies: {}, posterior: arcPosterior },
  [tabularMdp.id]: { strategies: mdpStrategies },
  [tMaze.id]: { strategies: mazeStrategies, optimum: mazeOptimum },
};
