/** The networks of an off-policy learner, derived from the policy that is played. */
import type { PolicyShape } from './policy.ts';

/** π(s) alone, a mean; the policy that is played has log σ behind it. */
export function actorShape(played: PolicyShape): PolicyShape {
  return { ...played, value: false, separate: false, head: 'categorical' };
}

/** The critic beside an actor: Q(s, a), or Q(s, ·) for discrete actions. */
export function criticShape(actor: PolicyShape): PolicyShape {
  const discrete = actor.head === 'categorical';
  return {
    ...actor,
    value: false,
    separate: false,
    head: 'categorical',
    inputSize: actor.inputSize + (discrete ? 0 : actor.headSize),
    headSize: discrete ? actor.headSize : 1,
  };
}
