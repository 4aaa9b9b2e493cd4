/** Off-policy updates: takes the steps of minibatches again towards the goals asked for, then moves actor and critics by Adam. */
import { stream } from '../core/philox.ts';
import { uniforms } from '../core/uniforms.ts';
import { goalInputs, told } from '../envs/goal-inputs.ts';
import { portsOf } from '../envs/registry.ts';
import type { EnvConfig } from '../envs/spec.ts';
import { Transitions } from '../envs/transitions.ts';
import type { AdamState } from '../optim/adam.ts';
import { type InputScale, linearInputs, onLinearInputs } from '../policies/linear-inputs.ts';
import { type PolicySpec, resolvePolicy } from '../policies/policy.ts';
import type { GradientContext } from './context.ts';
import type { Td3Nets, Td3Options, Td3Sums } from './off-policy-data.ts';
import { OffPolicyNets } from './off-policy-nets.ts';

/** Updates of actor and critics on U minibatches of B transitions, whose steps are taken again towards the goals given. */
export interface Td3Job {
  readonly kind: 'td3';
  readonly shard: number;
  readonly env: EnvConfig;
  readonly policy: PolicySpec;
  readonly nets: Td3Nets;
  /** U, B */
  readonly updates: number;
  readonly size: number;
  /** [U·B, O] without goals, [U·B, A], [U·B, W] */
  readonly observations: Float32Array;
  readonly actions: Float32Array;
  readonly goals: Float32Array;
  /** By which the nets' inputs are standardised, [K]. */
  readonly scale: InputScale;
  /** The seed of the noise on the targets' actions. */
  readonly seed: number;
  readonly options: Td3Options;
}

export interface Td3Result {
  readonly nets: Td3Nets;
  readonly sums: Td3Sums;
}

export function offPolicyHandlers({ engine, tf, store }: GradientContext) {
  // One batch of environments serves every update of a run.
  const batches = store<Transitions>(1, (transitions) => transitions.free());
  const learners = store<OffPolicyNets>(1, (nets) => nets.dispose());

  return {
    td3(job: Td3Job): Td3Result {
      const { env, updates, size, seed, options } = job;
      const played = resolvePolicy(job.policy, portsOf(env));
      const inputs = goalInputs(env);
      const shape = onLinearInputs(played, inputs);
      const read = (rows: Float32Array) => linearInputs(inputs, job.scale, rows, played.inputSize);
      const transitions = batches.get([env, updates * size], () => new Transitions(engine, env, updates * size));
      const { next, rewards, terminated } = transitions.take(job.observations, job.actions, job.goals);
      const draw = uniforms(stream.targetNoise, seed, 0, job.nets.updates);
      const A = job.actions.length / (updates * size);
      const batch = {
        updates,
        size,
        observations: read(told(job.observations, job.goals, updates * size)),
        actions: job.actions,
        rewards,
        next: read(next),
        terminated,
        uniforms: Float32Array.from({ length: 2 * updates * size * A }, draw),
      };
      const nets = copied(job.nets);
      const { gamma, targetNoise, targetNoiseClip, boundWeight } = options;
      const loss = { gamma, targetNoise, targetNoiseClip, boundWeight };
      const learner = learners.get([shape, size, loss], () => new OffPolicyNets(tf, shape, size, loss));
      return { sums: learner.update(nets, batch, options), nets };
    },
  };
}

/** A job must not change its data. */
function copied(nets: Td3Nets): Td3Nets {
  const adam = ({ m, v, decay }: AdamState): AdamState => ({ m: m.slice(), v: v.slice(), decay: decay.slice() });
  return {
    actor: nets.actor.slice(),
    actorTarget: nets.actorTarget.slice(),
    actorAdam: adam(nets.actorAdam),
    critics: nets.critics.slice(),
    criticTargets: nets.criticTargets.slice(),
    criticAdam: adam(nets.criticAdam),
    updates: nets.updates,
  };
}
