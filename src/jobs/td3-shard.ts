/** Off-policy updates: takes the steps of a minibatch again towards the goals asked for, then moves the nets. */

import type { Engine } from '../envs/engine.ts';
import { portsOf } from '../envs/registry.ts';
import { Transitions } from '../envs/transitions.ts';
import type { Learner } from '../losses/learner.ts';
import type { Td3Nets } from '../losses/td3-types.ts';
import type { AdamState } from '../optim/adam.ts';
import { resolvePolicy } from '../policies/policy.ts';
import type { Td3Job, Td3Result } from './jobs.ts';
import { uniforms } from './uniforms.ts';

/** Keeps one batch of environments, which serves every update of a run. */
export class Td3Shard {
  readonly #engine: Engine;
  #kept: { readonly key: string; readonly transitions: Transitions } | null = null;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  updates(learner: Learner, job: Td3Job): Td3Result {
    const { env, policy, updates, size, seed, options } = job;
    const shape = resolvePolicy(policy, portsOf(env));
    const { next, rewards, terminated } = this.#transitions(env, updates * size).take(job.observations, job.actions, job.goals);
    const draw = uniforms(seed, 0, job.nets.updates);
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
    return { sums: learner.td3Updates(shape, nets, batch, options), nets };
  }

  #transitions(env: Td3Job['env'], count: number): Transitions {
    const key = JSON.stringify([env, count]);
    if (this.#kept?.key !== key) {
      this.close();
      this.#kept = { key, transitions: new Transitions(this.#engine, env, count) };
    }
    return this.#kept.transitions;
  }

  close(): void {
    this.#kept?.transitions.free();
    this.#kept = null;
  }
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
