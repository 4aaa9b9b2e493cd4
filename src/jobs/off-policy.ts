/** Off-policy updates: takes the steps of minibatches again towards the goals asked for, then moves actor and critics by Adam. */
import { stream } from '../core/philox.ts';
import { portsOf } from '../envs/registry.ts';
import type { EnvConfig } from '../envs/spec.ts';
import { Transitions } from '../envs/transitions.ts';
import { actorGradient, criticGradient, type OffPolicyBatch, type Td3LossOptions } from '../losses/td3.ts';
import { type AdamState, adamStep } from '../optim/adam.ts';
import { type PolicyShape, type PolicySpec, resolvePolicy } from '../policies/policy.ts';
import type { Tf } from '../tf/tf.ts';
import type { GradientContext } from './context.ts';
import { uniforms } from './uniforms.ts';

interface Td3Options extends Td3LossOptions {
  readonly learningRate: number;
  /** τ, share of the way that the targets move to their nets in an update. */
  readonly targetRate: number;
}

/** Flat vectors. For discrete actions the actor's are empty. */
export interface Td3Nets {
  readonly actor: Float32Array;
  readonly actorTarget: Float32Array;
  readonly actorAdam: AdamState;
  /** Both critics, one after the other. */
  readonly critics: Float32Array;
  readonly criticTargets: Float32Array;
  readonly criticAdam: AdamState;
  /** Updates so far. */
  updates: number;
}

/** Means over the updates. */
interface Td3Sums {
  readonly criticLoss: number;
  readonly value: number;
}

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

  return {
    td3(job: Td3Job): Td3Result {
      const { env, updates, size, seed, options } = job;
      const shape = resolvePolicy(job.policy, portsOf(env));
      const transitions = batches.get([env, updates * size], () => new Transitions(engine, env, updates * size));
      const { next, rewards, terminated } = transitions.take(job.observations, job.actions, job.goals);
      const draw = uniforms(stream.targetNoise, seed, 0, job.nets.updates);
      const A = job.actions.length / (updates * size);
      const batch = {
        updates,
        size,
        observations: withGoals(job.observations, job.goals, updates * size),
        actions: job.actions,
        rewards,
        next,
        terminated,
        uniforms: Float32Array.from({ length: 2 * updates * size * A }, draw),
      };
      const nets = copied(job.nets);
      return { sums: td3Updates(tf, shape, nets, batch, options), nets };
    },
  };
}

/** Moves `nets` in place by U updates; the actor moves in every second one. Throws `E_NOT_FINITE` that names what is not. */
export function td3Updates(tf: Tf, shape: PolicyShape, nets: Td3Nets, batch: OffPolicyBatch, options: Td3Options): Td3Sums {
  const { learningRate, targetRate } = options;
  const sums = { criticLoss: 0, value: 0 };
  const hasActor = shape.head !== 'categorical';
  for (let u = 0; u < batch.updates; u++) {
    const critic = criticGradient(tf, shape, nets, batch, u, options);
    adamStep(nets.critics, critic.gradient, nets.criticAdam, learningRate);
    sums.criticLoss += critic.loss / batch.updates;
    sums.value += critic.value / batch.updates;
    if (hasActor && nets.updates % 2 === 1)
      adamStep(nets.actor, actorGradient(tf, shape, nets, batch, u, options), nets.actorAdam, learningRate);
    blend(nets.criticTargets, nets.critics, targetRate);
    if (hasActor) blend(nets.actorTarget, nets.actor, targetRate);
    nets.updates++;
  }
  return sums;
}

function blend(target: Float32Array, net: Float32Array, rate: number): void {
  for (let i = 0; i < target.length; i++) target[i] += rate * (net[i] - target[i]);
}

/** [N, O] and [N, W] side by side. */
function withGoals(observations: Float32Array, goals: Float32Array, N: number): Float32Array {
  const [O, W] = [observations.length / N, goals.length / N];
  const rows = new Float32Array(N * (O + W));
  for (let n = 0; n < N; n++) {
    rows.set(observations.subarray(n * O, (n + 1) * O), n * (O + W));
    rows.set(goals.subarray(n * W, (n + 1) * W), n * (O + W) + O);
  }
  return rows;
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
