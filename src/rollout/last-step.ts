import type { TrialRecord } from './collector.ts';

/** Of each trial of one episode, whether its last step paid: goal-conditioned play that ended at its goal. */
export function lastStepPays({ numTrials: N, valid, rewards }: Pick<TrialRecord, 'numTrials' | 'valid' | 'rewards'>): boolean[] {
  return Array.from({ length: N }, (_, n) => {
    let last = 0;
    for (let at = n; at < valid.length && valid[at] === 1; at += N) last = rewards[at];
    return last > 0;
  });
}
