/** The work that needs no gradients and no tfjs: all that the small rollout worker can do. */
import type { Assets } from '../platform/assets.ts';
import { benchHandlers } from './bench.ts';
import { checkHandlers } from './check.ts';
import type { JobContext } from './context.ts';
import { loadEnvHandlers } from './load-env.ts';
import { replayHandlers } from './replay.ts';
import { rolloutHandlers } from './rollout.ts';

export const rolloutWork = async (context: JobContext, assets: Assets) => ({
  ...rolloutHandlers(context),
  ...benchHandlers(context),
  ...checkHandlers(assets),
  ...replayHandlers(assets),
  ...loadEnvHandlers,
});
