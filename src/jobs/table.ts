/**
 * The list of all kinds of work: the type of each job with that of its result, and the handlers. A job is plain data and its result a pure function of
 * them, so doing it twice, or elsewhere, gives the same bytes.
 */
import { startTf } from '../tf/backend.ts';
import type { ReferenceJob, StepJob, StepResult } from './bench.ts';
import type { CheckJob, CheckResult } from './check.ts';
import type { LoadEnvJob } from './load-env.ts';
import {
  type AdaptJob,
  type AdaptResult,
  type FisherJob,
  type FisherResult,
  type MetaGradientJob,
  type MetaGradientResult,
  type MetaLossJob,
  type MetaLossResult,
  mamlHandlers,
} from './maml.ts';
import { offPolicyHandlers, type Td3Job, type Td3Result } from './off-policy.ts';
import { type CollectJob, type CollectResult, type PpoGradientJob, type PpoGradientResult, ppoHandlers } from './ppo.ts';
import {
  type RegressionErrorsJob,
  type RegressionErrorsResult,
  type RegressionGradientJob,
  type RegressionGradientResult,
  regressionHandlers,
} from './regression.ts';
import type { Film, ReplayJob } from './replay.ts';
import type { RolloutJob, RolloutResult, StrategyJob } from './rollout.ts';
import { rolloutWork } from './rollout-work.ts';
import type { Work } from './runner.ts';
import {
  type BeliefsJob,
  type BeliefsResult,
  beliefTransform,
  type ElboGradientJob,
  type ElboGradientResult,
  varibadHandlers,
} from './varibad.ts';

/** Every kind of job with its result. */
export interface JobTable {
  rollout: [RolloutJob, RolloutResult];
  strategy: [StrategyJob, RolloutResult];
  replay: [ReplayJob, Film[]];
  step: [StepJob, StepResult];
  check: [CheckJob, CheckResult];
  reference: [ReferenceJob, number];
  /** The id of the environment in a file. */
  'load-env': [LoadEnvJob, string];
  collect: [CollectJob, CollectResult];
  'ppo-gradient': [PpoGradientJob, PpoGradientResult];
  'elbo-gradient': [ElboGradientJob, ElboGradientResult];
  beliefs: [BeliefsJob, BeliefsResult];
  td3: [Td3Job, Td3Result];
  adapt: [AdaptJob, AdaptResult];
  'meta-gradient': [MetaGradientJob, MetaGradientResult];
  'meta-loss': [MetaLossJob, MetaLossResult];
  fisher: [FisherJob, FisherResult];
  'regression-gradient': [RegressionGradientJob, RegressionGradientResult];
  'regression-errors': [RegressionErrorsJob, RegressionErrorsResult];
}

export type Job = JobTable[keyof JobTable][0];
export type JobResult = JobTable[keyof JobTable][1];
export type ResultOf<J extends Job> = JobTable[J['kind']][1];

type Handlers = { readonly [K in keyof JobTable]: (job: JobTable[K][0]) => JobTable[K][1] | Promise<JobTable[K][1]> };

/** All work. A runner without gradients takes rollout-work.ts instead, and never loads tfjs. */
export const allWork: Work = async (context, assets): Promise<Handlers> => {
  const learning = { ...context, tf: await startTf(assets) };
  return {
    ...(await rolloutWork(context, assets)),
    ...ppoHandlers(learning, { belief: beliefTransform }),
    ...varibadHandlers(learning),
    ...offPolicyHandlers(learning),
    ...mamlHandlers(learning),
    ...regressionHandlers(learning),
  };
};
