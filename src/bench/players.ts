/** Who plays and who is trained in the rows of an environment: networks by a short name, or the policy and settings of a run. */
import { maml } from '../algorithms/maml.ts';
import { rl2 } from '../algorithms/rl2.ts';
import { oneOf } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import type { EnvConfig } from '../envs/spec.ts';
import { hasMemory } from '../policies/cells.ts';
import { type PolicySpec, policyKinds } from '../policies/policy.ts';
import type { Executor } from '../workers/executor.ts';

/** Iterations without an end, each with the environment steps so far. */
type Iterations = AsyncGenerator<{ readonly steps: number }, void, undefined>;

interface Training {
  /** Last part of the row's name. */
  readonly name: string;
  /** Tasks of an iteration. */
  readonly tasks: number;
  start(executor: Executor): Iterations;
}

export interface Player {
  /** Last part of the row's name. */
  readonly name: string;
  readonly policy: PolicySpec;
  /** Default: initial ones. */
  readonly parameters?: Float32Array;
  /** Training that is measured beside its play. Default: RL² of a policy with a memory, MAML of an MLP. */
  readonly training?: Training;
}

export const usualPlayers = ['random', 'mlp-64-64', 'gru-64'] as const;

/** `random`, `oracle`, a kind and its sizes (`mlp-64-64`, `lstm-128`). Throws `E_UNKNOWN_NAME` or `E_ARGUMENT`; sizes are checked where the policy is used. */
export function playerNamed(name: string): Player {
  const [first, ...sizes] = name.split('-');
  const kind = oneOf('policy', first, policyKinds);
  const hidden = sizes.map(Number);
  const wanted = kind === 'random' || kind === 'oracle' ? 0 : kind === 'mlp' ? Math.max(1, sizes.length) : 1;
  if (sizes.length !== wanted || !hidden.every(Number.isInteger))
    throw new WasmetaError(
      'E_ARGUMENT',
      `"policy" expected ${['random', 'oracle', 'mlp-64-64', 'gru-64'].join(', ')} or other kinds and sizes, got ${JSON.stringify(name)}`,
      { policy: name },
    );
  if (kind === 'random' || kind === 'oracle') return { name, policy: { kind } };
  return { name, policy: kind === 'mlp' ? { kind, hidden } : { kind, hidden: hidden[0] } };
}

/** Iterations of 64 trials for RL², of about 40 000 steps a round for MAML; none for players without weights. */
export function trainingOf({ name, policy, training }: Player, env: EnvConfig): Training | undefined {
  if (training !== undefined) return training;
  const forever = { env, iterations: 1_000_000 };
  if (hasMemory(policy)) {
    const options = { ...forever, policy, tasks: 64, shards: 4, epochs: 2, minibatches: 8 };
    return { name: `${rl2.name}-${name}`, tasks: options.tasks, start: (executor) => rl2.train(options, executor) };
  }
  if (policy.kind !== 'mlp') return undefined;
  const tasks = 4 * Math.min(5, Math.max(1, Math.floor(500 / env.horizon)));
  const options = { ...forever, policy: { ...policy, value: false }, tasks, shards: 4 };
  return { name: `${maml.name}-${name}`, tasks, start: (executor) => maml.train(options, executor) };
}
