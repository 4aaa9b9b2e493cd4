/** What an agent believes about where the goal is: what its model expects to be paid on each of the goals that there may be, as chances. */
import { WasmetaError } from '../core/errors.ts';
import type { Agent } from '../rollout/agent.ts';
import type { ExactPosterior } from '../strategies/posterior.ts';

/** A chance that is believed to be nil is taken to be this. */
const least = 1e-6;

/** Expected rewards on the goals [G], the most that pays being 1, as chances whose sum is 1. */
export function chancesOf(expected: ArrayLike<number>): number[] {
  const chances = Array.from(expected, (x) => Math.max(x, least));
  const total = chances.reduce((a, b) => a + b, 0);
  return chances.map((x) => x / total);
}

/**
 * The chances [G] of the tasks of an exact posterior (`exactPosterior`), as an agent of one environment believes in them now. Throws `E_UNSUPPORTED` for an agent whose
 * model does not read the reward off the observation that a step leads to.
 */
export function goalChances(agent: Agent, { reached }: ExactPosterior): number[] {
  if (agent.rewardInputs?.join() !== 'next')
    throw new WasmetaError('E_UNSUPPORTED', 'beliefs about goals are read off a model of rewards that reads s′ alone', {
      rewardInputs: agent.rewardInputs,
    });
  return chancesOf(agent.expectedRewards(reached.flat()).subarray(0, reached.length));
}
