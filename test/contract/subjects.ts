/** What the kit must be told about each registered family, and the three implementations it runs over. */
import { familyOf, portsOf, resolveEnv } from '../../src/envs/registry.ts';
import type { EnvConfig } from '../../src/envs/spec.ts';
import { VectorEnv } from '../../src/envs/vector-env.ts';
import { ReferenceVectorEnv } from '../reference/vector-env.ts';
import { modules } from '../wasm/modules.ts';
import type { ContractEnv, Subject } from './kit.ts';

export type Implementation = 'reference' | 'debug' | 'release';
export const implementations: readonly Implementation[] = ['reference', 'debug', 'release'];

export function makeEnv(implementation: Implementation, config: EnvConfig, numEnvs: number): ContractEnv {
  return implementation === 'reference' ? new ReferenceVectorEnv(config, numEnvs) : new VectorEnv(modules[implementation], config, numEnvs);
}

type Seek = (observations: Float32Array, tasks: Float32Array, observationSize: number) => Float32Array;

/** Straight for the goal; the environment clips. */
const seekPoint: Seek = (observations, tasks, O) => tasks.map((goal, i) => (goal - observations[(i >> 1) * O + (i & 1)]) / 0.1);

/** Presets whose law ends episodes, and what leads there. */
const seekers: Readonly<Record<string, Seek>> = { 'PointMass-v0/maml-navigation': seekPoint };

export function subjectOf(implementation: Implementation, id: string, preset: string, changes: Partial<EnvConfig> = {}): Subject {
  const config = { ...resolveEnv({ id, preset }), ...changes };
  const ports = portsOf(config);
  const discrete = ports.head === 'categorical';
  const seek = seekers[`${id}/${preset}`];
  return {
    config,
    make: (numEnvs, more = {}) => makeEnv(implementation, { ...config, ...more }, numEnvs),
    observationSize: ports.observationSize,
    actionSize: discrete ? 1 : ports.actionWidth,
    choices: discrete ? ports.actionWidth : 0,
    taskSize: familyOf(id).task(config).length,
    oneState: familyOf(id)
      .observation(config)
      .every(({ low, high }) => low === high),
    drawnStart: id === 'Puck-v0',
    rewards: Object.keys(familyOf(id).rewards),
    seek: seek ? (observations, tasks) => seek(observations, tasks, ports.observationSize) : null,
  };
}
