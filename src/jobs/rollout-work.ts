/** The work that needs no gradients and no tfjs: all that the small rollout worker can do. */
import { benchHandlers } from './bench.ts';
import type { JobContext } from './context.ts';
import { rolloutHandlers } from './rollout.ts';

export const rolloutWork = async (context: JobContext) => ({ ...rolloutHandlers(context), ...benchHandlers(context) });
