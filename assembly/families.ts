// The families, one line each, and the operations of a batch. The build writes the codes of the laws from src/envs/registry.ts.
// A family is a class in envs/ that extends Batch with
//   sizes, sampleTask4, start, advance4, observe4, oracle4
import { Batch } from './batch';
import { Acrobot } from './envs/acrobot';
import { Bandit } from './envs/bandit';
import { CartPole } from './envs/cart-pole';
import { GridNavi } from './envs/grid-navi';
import { ACROBOT, BANDIT, CART_POLE, GRID_NAVI, MOUNTAIN_CAR, PENDULUM, POINT_DYNAMICS, POINT_MASS, PUCK, RUNNER, STACK, T_MAZE, TABULAR_MDP } from './envs/numbers/laws';
import { MountainCar } from './envs/mountain-car';
import { Pendulum } from './envs/pendulum';
import { PointDynamics } from './envs/point-dynamics';
import { PointMass } from './envs/point-mass';
import { Puck } from './envs/puck';
import { Runner } from './envs/runner';
import { TMaze } from './envs/t-maze';
import { Stack } from './envs/stack';
import { TabularMdp } from './envs/tabular-mdp';
import { UserEnv } from './envs/user';
import { Policy } from './nn/policy';
import { runTrials, Trials } from './rollout';
import { observeAll, oracleAll, sampleTasks, startAll, stepAll } from './step';

/** The law of an environment that is not in this module. Twin: src/envs/user/family.ts. */
const USER = -1;

/** What can be asked of a batch. */
export const SIZES = 0; // set the sizes of state, task, action and observation
export const SAMPLE_TASKS = 1;
export const START = 2;
export const STEP = 3; // `count` times
export const RUN_TRIALS = 4; // with a policy, into a record; greedy if `count` is 1
export const OBSERVE = 5; // states and tasks that were set from outside
export const ORACLE_ACTIONS = 6; // the oracle's actions in the present states

export function ask(b: Batch, operation: i32, count: i32 = 0, policy: usize = 0, trials: usize = 0): void {
  switch (b.family) {
    case POINT_MASS: perform<PointMass>(b, operation, count, policy, trials); break;
    case GRID_NAVI: perform<GridNavi>(b, operation, count, policy, trials); break;
    case BANDIT: perform<Bandit>(b, operation, count, policy, trials); break;
    case TABULAR_MDP: perform<TabularMdp>(b, operation, count, policy, trials); break;
    case PUCK: perform<Puck>(b, operation, count, policy, trials); break;
    case RUNNER: perform<Runner>(b, operation, count, policy, trials); break; // any planar body
    case CART_POLE: perform<CartPole>(b, operation, count, policy, trials); break;
    case PENDULUM: perform<Pendulum>(b, operation, count, policy, trials); break;
    case ACROBOT: perform<Acrobot>(b, operation, count, policy, trials); break;
    case MOUNTAIN_CAR: perform<MountainCar>(b, operation, count, policy, trials); break;
    case POINT_DYNAMICS: perform<PointDynamics>(b, operation, count, policy, trials); break;
    case T_MAZE: perform<TMaze>(b, operation, count, policy, trials); break;
    case STACK: perform<Stack>(b, operation, count, policy, trials); break;
    case USER: perform<UserEnv>(b, operation, count, policy, trials); break;
    default: unreachable();
  }
}

function perform<E extends Batch>(b: Batch, operation: i32, count: i32, policy: usize, trials: usize): void {
  const env = changetype<E>(b);
  switch (operation) {
    case SIZES: env.sizes(); break;
    case SAMPLE_TASKS: sampleTasks(env); break;
    case START: startAll(env); break;
    case STEP: for (let k = 0; k < count; k++) stepAll(env); break;
    case RUN_TRIALS: runTrials(env, changetype<Policy>(policy), changetype<Trials>(trials), count != 0); break;
    case OBSERVE: observeAll(env); break;
    case ORACLE_ACTIONS: oracleAll(env); break;
    default: unreachable();
  }
}
