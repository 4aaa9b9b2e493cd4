/**
 * GridNavi's exact posterior over goals: all cells outside the square of four around the start are equally likely at first; a step onto a cell that does not pay
 * rules it out, and one that pays settles it. Laws: src/envs/grid-navi.ts.
 */
import { gridRewards, sizeOf } from '../envs/grid-navi.ts';
import type { EnvConfig } from '../envs/spec.ts';
import { moves } from './grid-walk.ts';
import type { ExactPosterior } from './posterior.ts';

/** Cells that can be goals, as indices size · y + x. */
export function gridGoals(env: EnvConfig): number[] {
  const size = sizeOf(env);
  return Array.from({ length: size * size }, (_, cell) => cell).filter((cell) => cell % size > 1 || cell >= 2 * size);
}

/** The cell that an action leads to. */
export function gridStep(env: EnvConfig, cell: number, action: number): number {
  const n = sizeOf(env);
  const within = (at: number) => Math.min(n - 1, Math.max(0, at));
  const [dx, dy] = moves[action];
  return n * within(Math.floor(cell / n) + dy) + within((cell % n) + dx);
}

export function gridPosterior(env: EnvConfig): ExactPosterior {
  const side = sizeOf(env);
  const goals = gridGoals(env);
  return {
    tasks: goals.map((cell) => [cell % side, Math.floor(cell / side)]),
    reached: goals.map((cell) => Array.from({ length: side * side }, (_, at) => (at === cell ? 1 : 0))),
    cells: { side, goals },
    nearest: ({ 0: x, 1: y }) => goals.indexOf(side * y + x),
    start() {
      const belief = new GridPosterior(env);
      return {
        see: (observation, action, reward) => belief.see(Array.prototype.indexOf.call(observation, 1), action[0], reward),
        chances: () => belief.chances(),
      };
    },
  };
}

/** Its chances in the order of `gridGoals`, moved on by what is seen. */
export class GridPosterior {
  readonly #env: EnvConfig;
  readonly #goals: readonly number[];
  #possible: Set<number>;

  constructor(env: EnvConfig) {
    this.#env = env;
    this.#goals = gridGoals(env);
    this.#possible = new Set(this.#goals);
  }

  see(cell: number, action: number, reward: number): void {
    const reached = gridStep(this.#env, cell, action);
    if (reward === gridRewards(this.#env.reward)[0]) this.#possible = new Set([reached]);
    else this.#possible.delete(reached);
  }

  chances(): number[] {
    return this.#goals.map((goal) => (this.#possible.has(goal) ? 1 / this.#possible.size : 0));
  }
}
