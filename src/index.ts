/** wasmeta: meta-reinforcement learning on WebAssembly, the same in Node and in browsers. */
export type { AdaptiveAgent, AdaptOptions } from './agents/adaptive-agent.ts';
export type { EpisodeData } from './agents/episodes.ts';
export {
  type AgentSource,
  type CreateAgentOptions,
  createAgent,
  type LoadAgentOptions,
  loadAgent,
  type TrainedState,
} from './agents/load-agent.ts';
export {
  type GoalConditionedConfig,
  type GoalConditionedOptions,
  type GoalConditionedState,
  goalConditioned,
} from './algorithms/goal-conditioned.ts';
export {
  defineLearner,
  type Iteration,
  type Learner,
  type LearnerConfig,
  type LearnerDefinition,
  type LearnerState,
  type Metrics,
  type TestOptions,
  type Tests,
} from './algorithms/learner.ts';
export { type MamlConfig, type MamlOptions, type MamlState, maml } from './algorithms/maml.ts';
export { type MultiTaskConfig, type MultiTaskOptions, type MultiTaskState, multiTask } from './algorithms/multi-task.ts';
export { environment, environments, type Part, policy } from './algorithms/parts.ts';
export { algorithms, learnerOf } from './algorithms/registry.ts';
export { type Rl2Config, type Rl2Options, type Rl2State, rl2 } from './algorithms/rl2.ts';
export {
  type SupervisedMamlConfig,
  type SupervisedMamlOptions,
  type SupervisedMamlState,
  supervisedMaml,
} from './algorithms/supervised-maml.ts';
export { adapting, playing } from './algorithms/tests.ts';
export { type VaribadConfig, type VaribadOptions, type VaribadState, varibad } from './algorithms/varibad.ts';
export {
  bayesOptimum,
  beliefTest,
  decodeCheckpoint,
  defaultsOf,
  describeScene,
  deviation,
  encodeCheckpoint,
  exactPosterior,
  flag,
  goalChances,
  hashArrays,
  initialParameters,
  interquartileMean,
  listRuns,
  mean,
  mjcfOf,
  multiTaskParameters,
  numberIn,
  numParameters,
  oneName,
  overRuns,
  overSeeds,
  overTasks,
  pairedDifference,
  parameterSlots,
  performanceProfile,
  philox,
  placedCapsules,
  portsOf,
  probabilityOfImprovement,
  renderScene,
  resolvePolicy,
  scoreIntervals,
  seedNumber,
  standardError,
  successTest,
  taskAt,
  wholeNumber,
} from './border.ts';
export { budgetFields } from './core/budget.ts';
export { type ErrorCode, WasmetaError } from './core/errors.ts';
export type { Estimate, Scores } from './core/estimates.ts';
export { split, stream } from './core/philox.ts';
export type { FieldsOf } from './core/schema.ts';
export type { BatchedBox, BatchedSpace, Box, Discrete, Field, MultiDiscrete, Sampled, Space } from './core/spaces.ts';
export type { PlacedCapsule } from './envs/bodies/body-pose.ts';
export type { Capsule, Hinge, Link, PlanarBody, Softness } from './envs/bodies/planar-body.ts';
export {
  type Canvas2D,
  type Colours,
  type Drawing,
  darkColours,
  type Ghost,
  lightColours,
  type Moment,
  type View,
} from './envs/drawings/drawing.ts';
export { Env, type Step } from './envs/env.ts';
export { type FaultName, faultNames } from './envs/faults.ts';
export { type MakeOptions, make, makeVec, type VectorOptions } from './envs/make.ts';
export { familyIds, familyOf, resolveEnv } from './envs/registry.ts';
export type { Canvas, GhostScene, RenderOptions, Scene } from './envs/render.ts';
export type { CommonOptions, EnvConfig, EnvOptions, FamilySpec, Preset } from './envs/spec.ts';
export { defineEnv, type EnvDefinition, type NamedField, type UserPreset, type UserStep } from './envs/user/definition.ts';
export type { UserGoal } from './envs/user/goals.ts';
export { loadEnv } from './envs/user/load-env.ts';
export { math } from './envs/user/math.ts';
export { registerEnv } from './envs/user/modules.ts';
export type { Random } from './envs/user/random.ts';
export type { EnvModule } from './envs/user/user-law.ts';
export { type ResetOptions, VectorEnv, type VectorStep } from './envs/vector-env.ts';
export { type AdaptationTest, type AdaptationTestOptions, adaptationTest } from './evaluation/adaptation-test.ts';
export type { BeliefTest, BeliefTestOptions, TrialBeliefs } from './evaluation/belief-test.ts';
export { type MetaTest, type MetaTestOptions, metaTest } from './evaluation/meta-test.ts';
export { type RolloutOptions, type Rollouts, rollout } from './evaluation/rollouts.ts';
export type { Successes, SuccessTestOptions } from './evaluation/success.ts';
export { type Trajectories, trajectories } from './evaluation/trajectories.ts';
export { type Assets, loadAssets, type WasmSources } from './platform/assets.ts';
export { type InitialWeights, type PolicyShape, type PolicySpec, policyFields } from './policies/policy.ts';
export type { Agent, AgentBelief, AgentOptions, TrialsOptions } from './rollout/agent.ts';
export type { Outcome } from './rollout/agent-inputs.ts';
export type { Checkpoint } from './runs/checkpoint.ts';
export { type Metric, metricTable } from './runs/metrics.ts';
export type { MetricsLine, MetricsLog } from './runs/metrics-log.ts';
export { openRun } from './runs/open-run.ts';
export { type RecordOptions, record } from './runs/record.ts';
export type { Run, RunInfo } from './runs/run.ts';
export { bayesOptimalBandit } from './strategies/bernoulli-bandit.ts';
export type { Belief, ExactPosterior } from './strategies/posterior.ts';
export { strategiesOf } from './strategies/registry.ts';
export type { Player, Strategy, StrategyOption, StrategySpec } from './strategies/strategy.ts';
export { abortable } from './workers/abortable.ts';
export type { Executor } from './workers/executor.ts';
export { createPool, type Pool, type PoolOptions } from './workers/pool.ts';
