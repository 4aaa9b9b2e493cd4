/** Strategies play their families through the same evaluation as every policy; totals of trials. */
import { createInlineExecutor } from 'wasmeta/inline';
import type { EnvOptions } from '../../src/envs/spec.ts';
import { trialTotals, unseenReturns } from '../../src/evaluation/meta-test.ts';

export const executor = createInlineExecutor();

/** Total reward of each trial on unseen tasks. */
export async function totals(
  env: EnvOptions,
  name: string,
  options: Record<string, number>,
  tasks: number,
  seed = 3,
): Promise<Float64Array> {
  const { returns } = await unseenReturns({ env, policy: { kind: 'strategy', name, options }, tasks, seed }, executor);
  return trialTotals(returns);
}
