/** What the kit must be told about each registered family, and the three implementations it runs over. */
import { familyOf, portsOf, resolveEnv } from '../../src/envs/registry.ts';
import type { EnvConfig } from '../../src/envs/spec.ts';
import { VectorEnv } from '../../src/envs/vector-env.ts';
import { modules } from '../assembly/modules.ts';
import { ReferenceVectorEnv } from '../reference/vector-env.ts';
import type { ContractEnv, Subject } from './kit.ts';

export type Implementation = 'reference' | 'debug' | 'release';
export const implementations: readonly Implementation[] = ['reference', 'debug', 'release'];

export function makeEnv(implementation: Implementation, config: EnvConfig, numEnvs: number): ContractEnv {
  return implementation === 'reference' ? new ReferenceVectorEnv(config, numEnvs) : new VectorEnv(modules[implementation], config, numEnvs);
}

type Seek = (observations: Float32Array, tasks: Float32Array, observationSize: number) => Float32Array;

/** Straight for the goal; the environment clips. */
const seekPoint: Seek = (observations, tasks, O) => tasks.map((goal, i) => (goal - observations[(i >> 1) * O + (i & 1)]) / 0.1);

/** Full force one way: it falls at once. */
const seekFall: Seek = (observations, _, O) => new Float32Array((observations.length / O) * 3).fill(-1);

/** Presets whose law ends episodes, and what leads there. */
const seekers: Readonly<Record<string, Seek>> = {
  'PointMass-v0/maml-navigation': seekPoint,
  'Hopper-v0/velocity': seekFall,
  'Hopper-v0/direction': seekFall,
};

/** Families whose twins take a millisecond a step: they are played for fewer steps here, and for thousands in test/envs/runner. */
const slow = ['Runner-v0', 'Hopper-v0'];
export const twinSteps = (id: string) => (slow.includes(id) ? { steps: 40, numEnvs: 16 } : { steps: 500, numEnvs: 32 });
/** For the kit: so short that a slow twin plays three episodes, and that a hopper is still up at the end. */
export const kitHorizon = (implementation: Implementation, id: string) =>
  id === 'Hopper-v0' || (implementation === 'reference' && slow.includes(id)) ? { horizon: 10 } : {};

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
    drawnStart: ['Puck-v0', 'Runner-v0', 'Hopper-v0'].includes(id),
    twoTasks: preset.startsWith('direction'),
    rewards: Object.keys(familyOf(id).rewards),
    seek: seek ? (observations, tasks) => seek(observations, tasks, ports.observationSize) : null,
  };
}
