/** The kit's subjects: each registered family in the three implementations the kit runs over. */

import type { ContractEnv, Subject } from '../../src/envs/contract/kit.ts';
import { familyOf, portsOf, resolveEnv } from '../../src/envs/registry.ts';
import type { EnvConfig } from '../../src/envs/spec.ts';
import { VectorEnv } from '../../src/envs/vector-env.ts';
import { modules } from '../assembly/modules.ts';
import { traitsOf } from '../reference/families.ts';
import { ReferenceVectorEnv } from '../reference/vector-env.ts';

export type Implementation = 'reference' | 'debug' | 'release';
export const implementations: readonly Implementation[] = ['reference', 'debug', 'release'];

export function makeEnv(implementation: Implementation, config: EnvConfig, numEnvs: number): ContractEnv {
  return implementation === 'reference' ? new ReferenceVectorEnv(config, numEnvs) : new VectorEnv(modules[implementation], config, numEnvs);
}

/** How long a twin is compared. A slow one is played for thousands of steps in a test of its own. */
export const twinSteps = (id: string) => (traitsOf[id].slow ? { steps: 40, numEnvs: 16 } : { steps: 500, numEnvs: 32 });
/** For the kit: so short that a slow twin plays three episodes, and that the law does not end all episodes before. */
export function kitHorizon(implementation: Implementation, id: string, preset: string): { horizon?: number } {
  const horizon = traitsOf[id].kitHorizon?.(resolveEnv({ id, preset })) ?? null;
  if (horizon !== null) return { horizon };
  return implementation === 'reference' && traitsOf[id].slow ? { horizon: 10 } : {};
}

export function subjectOf(implementation: Implementation, id: string, preset: string, changes: Partial<EnvConfig> = {}): Subject {
  const config = { ...resolveEnv({ id, preset }), ...changes };
  const ports = portsOf(config);
  const discrete = ports.head === 'categorical';
  const traits = traitsOf[id];
  const seek = traits.seek?.(config) ?? null;
  return {
    config,
    numEnvs: 9,
    make: (numEnvs, more = {}) => makeEnv(implementation, { ...config, ...more }, numEnvs),
    observationSize: ports.observationSize,
    actionSize: discrete ? 1 : ports.actionWidth,
    choices: discrete ? ports.actionWidth : 0,
    taskSize: familyOf(id).task(config).length,
    oneState: familyOf(id)
      .observation(config)
      .every(({ low, high }) => low === high),
    drawnStart: traits.drawnStart === true,
    numTasks: traits.numTasks?.(config) ?? Infinity,
    answersAfter: traits.answersAfter ?? 0,
    rewards: Object.keys(familyOf(id).rewards),
    seek: seek ? (observations, tasks) => seek(observations, tasks, ports.observationSize) : null,
  };
}
