/** Trials for the tests of rollouts: policies with parameters, and what a run of them left. */

import { philox, toUniform } from '../../src/core/philox.ts';
import { Engine } from '../../src/envs/engine.ts';
import { portsOf, resolveEnv } from '../../src/envs/registry.ts';
import type { EnvConfig, EnvOptions } from '../../src/envs/spec.ts';
import { initialParameters, type PolicyShape, type PolicySpec, parameterSlots, resolvePolicy } from '../../src/policies/policy.ts';
import { Collector, type TrialRecord } from '../../src/rollout/collector.ts';
import { release } from '../assembly/modules.ts';

export interface Played {
  readonly config: EnvConfig;
  readonly shape: PolicyShape;
  readonly tasks: Float32Array;
  readonly returns: Float32Array;
  readonly lengths: Int32Array;
  readonly record: TrialRecord;
}

export interface PlayOptions {
  readonly env: EnvOptions;
  readonly policy: PolicySpec;
  readonly parameters?: (shape: PolicyShape) => Float32Array;
  readonly trials: number;
  readonly firstTask?: number;
  /** All trials on the first task, each from an episode of its own. */
  readonly firstEpisode?: number;
  readonly seed?: number;
  readonly greedy?: boolean;
  readonly forget?: boolean;
  readonly module?: WebAssembly.Module;
}

/** Plays; the collector is as the run left it. */
export const playedBy = (options: PlayOptions, recorded: boolean) => {
  const config = resolveEnv(options.env);
  const shape = resolvePolicy(options.policy, portsOf(config));
  const collector = new Collector(new Engine(options.module ?? release), config, shape, options.trials, recorded);
  const parameters = (options.parameters ?? ((s) => initialParameters(s, 1)))(shape);
  const at = {
    seed: options.seed ?? 1,
    split: 0,
    firstTask: options.firstTask ?? 0,
    ...(options.firstEpisode !== undefined && { firstEpisode: options.firstEpisode }),
  };
  const { returns, lengths } = collector.run(parameters, at, options.greedy ?? false, options.forget);
  return { config, shape, collector, returns, lengths };
};

/** Plays and keeps every step. */
export function play(options: PlayOptions): Played {
  const { config, shape, collector, returns, lengths } = playedBy(options, true);
  return { config, shape, tasks: collector.batch.tasks(), returns, lengths, record: collector.record() };
}

/** Plays by the path that keeps returns only. */
export function playUnrecorded(options: PlayOptions) {
  const { config, returns, lengths } = playedBy(options, false);
  return { config, returns, lengths };
}

/** Parameters in which everything counts: uniform in ± scale, biases and log σ too (log σ kept small). */
export function wildParameters(shape: PolicyShape, scale = 0.7): Float32Array {
  const flat = new Float32Array(parameterSlots(shape).reduce((sum, slot) => sum + slot.size, 0));
  flat.forEach((_, i) => {
    flat[i] = scale * (2 * toUniform(philox(21, 22, i, 0, 0, 0)[0]) - 1);
  });
  return flat;
}

/**
 * A relu network that reads the task (context: true) and walks to it: a = 10 (ω − s), as a difference of two halves. σ = e^logStd.
 * Its episodes end by arrival, at times that differ between tasks.
 */
export function seekerParameters(shape: PolicyShape, logStd: number): Float32Array {
  const flat = new Float32Array(parameterSlots(shape).reduce((sum, slot) => sum + slot.size, 0));
  const set = (name: string, row: number, column: number, value: number) => {
    const slot = parameterSlots(shape).find((s) => s.name === name);
    if (slot === undefined) throw new Error(`no parameters ${name}`);
    flat[slot.offset + row * (slot.shape[1] ?? 1) + column] = value;
  };
  for (let axis = 0; axis < 2; axis++)
    for (const [half, sign] of [1, -1].entries()) {
      set('layer0/w', axis, 2 * axis + half, -10 * sign);
      set('layer0/w', 2 + axis, 2 * axis + half, 10 * sign);
      set('head/w', 2 * axis + half, axis, sign);
    }
  set('head/logStd', 0, 0, logStd);
  set('head/logStd', 1, 0, logStd);
  return flat;
}

export const seeker: PolicySpec = { kind: 'mlp', hidden: [8], activation: 'relu', inputs: 'trial' };
