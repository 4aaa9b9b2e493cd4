import type { TrialRecord } from './collector.ts';

/** For each trial of one episode: whether its last step paid a reward. A goal-conditioned episode that pays at its end has reached its goal. */
export function lastStepPays({ numTrials: N, valid, rewards }: Pick<TrialRecord, 'numTrials' | 'valid' | 'rewards'>): boolean[] {
  return Array.from({ length: N }, (_, n) => {
    let last = 0;
    for (let at = n; at < valid.length && valid[at] === 1; at += N) last = rewards[at];
    return last > 0;
  });
}
