/**
 * GridNavi's Bayes-optimal walk. All goals are equally likely, so that until the goal is found a policy is a walk; then it stays there, and in later
 * episodes it goes there straight. No walk can do better than
 *   – to stand on a new goal cell at every step from the second on (the first leads to a cell that is never the goal), and
 *   – to reach every goal that the first episode left out, in the second one, as early as if it were known.
 * A walk that does both is optimal; the search looks for one, and the value is computed from its times, not from the bound.
 */
import { fail } from '../core/checks.ts';
import { gridRewards, sizeOf } from '../envs/grid-navi.ts';
import { type EnvConfig, hasOwnTasks } from '../envs/spec.ts';
import type { Strategy } from './strategy.ts';

type Cell = readonly [x: number, y: number];

export interface GridWalk {
  /** Where the first episode's walk stands after each step. */
  readonly first: readonly Cell[];
  /** What it left out, in the order in which later episodes pass it. */
  readonly rest: readonly Cell[];
  /** Expected return of each episode. */
  readonly returns: readonly number[];
}

const distance = ([x, y]: Cell) => x + y;
/** Moves by action: stay, up, right, down, left. */
export const moves: readonly Cell[] = [
  [0, 0],
  [0, 1],
  [1, 0],
  [0, -1],
  [-1, 0],
];
/** Cells that a search may step on before it gives up. */
const patience = 2_000_000;

/** null if no walk attains the bound, or none was found. */
export function bayesOptimalWalk(env: EnvConfig): GridWalk | null {
  if (!hasOwnTasks(env)) return null;
  const [size, H, E] = [sizeOf(env), env.horizon, env.episodes];
  const isGoal = ([x, y]: Cell) => x > 1 || y > 1;
  const goals = Array.from({ length: size * size }, (_, i): Cell => [i % size, Math.floor(i / size)]).filter(isGoal);
  const wanted = Math.min(goals.length, Math.max(0, H - 1));
  // Straight walks pass at most this many; what the first episode leaves out must not be more.
  if (E > 1 && goals.length - wanted > 2 * size - 3) return null;
  const been = new Uint8Array(size * size);
  const walk: Cell[] = [];
  let steps = 0;

  const search = ([x, y]: Cell): Cell[] | null => {
    if (walk.length > wanted || walk.length === H) {
      const rest = goals.filter(([gx, gy]) => been[gy * size + gx] === 0).sort((a, b) => distance(a) - distance(b));
      return E === 1 || isStraight(rest) ? rest : null;
    }
    for (const [dx, dy] of moves.slice(1)) {
      const next: Cell = [x + dx, y + dy];
      if (next[0] < 0 || next[1] < 0 || next[0] >= size || next[1] >= size) continue;
      const at = next[1] * size + next[0];
      if (been[at] === 1 || (walk.length > 0 && !isGoal(next)) || ++steps > patience) continue;
      been[at] = 1;
      walk.push(next);
      const rest = search(next);
      if (rest !== null) return rest;
      walk.pop();
      been[at] = 0;
    }
    return null;
  };

  const rest = search([0, 0]);
  if (rest === null) return null;
  const [found, elsewhere] = gridRewards(env.reward);
  /** Return of an episode that reaches its goal by step t ≥ 1. */
  const returnOf = (t: number) => Math.min(H, t - 1) * elsewhere + Math.max(0, H - t + 1) * found;
  const meanOf = (time: (goal: Cell) => number) => goals.reduce((sum, goal) => sum + returnOf(time(goal)), 0) / goals.length;
  const timeInWalk = ([gx, gy]: Cell) => {
    const i = walk.findIndex(([x, y]) => x === gx && y === gy);
    return i < 0 ? Infinity : i + 1;
  };
  const straight = meanOf(distance);
  return { first: walk, rest, returns: [meanOf(timeInWalk), ...new Array<number>(E - 1).fill(straight)] };
}

/** Expected return of a trial of that walk; null if there is none. */
export function gridOptimum(env: EnvConfig): number | null {
  return bayesOptimalWalk(env)?.returns.reduce((a, b) => a + b) ?? null;
}

/** Whether a shortest way from the start to the last passes all of them, given in order of distance. */
const isStraight = (cells: readonly Cell[]) => cells.every(([x, y], i) => i === 0 || (x >= cells[i - 1][0] && y >= cells[i - 1][1]));

/** Walks until the goal is found, then stays; later episodes go straight there, or through what is left. */
export const gridStrategies: Readonly<Record<string, Strategy>> = {
  'bayes-optimal': {
    options: {},
    prepare(env) {
      const size = sizeOf(env);
      const walk = bayesOptimalWalk(env);
      if (walk === null)
        fail('env', 'a grid whose Bayes-optimal walk is known (5 cells a side, 15 steps is)', `${size} cells, ${env.horizon} steps`);
      const [found] = gridRewards(env.reward);
      return () => {
        let goal: Cell | null = null;
        let todo = [...walk.first];
        return {
          act(seen) {
            const here: Cell = [seen % size, Math.floor(seen / size)];
            while (todo.length > 0 && todo[0][0] === here[0] && todo[0][1] === here[1]) todo.shift();
            return todo.length === 0 ? 0 : stepTo(here, todo[0]);
          },
          learn(seen, action, reward, next) {
            if (reward === found) {
              goal = [(seen % size) + moves[action][0], Math.floor(seen / size) + moves[action][1]];
              todo = [];
            }
            if (next === null) todo = goal === null ? [...walk.rest] : [goal];
          },
        };
      };
    },
  },
};

/** The action that leads towards a cell: along x first. */
function stepTo([x, y]: Cell, [toX, toY]: Cell): number {
  if (x !== toX) return x < toX ? 2 : 4;
  if (y !== toY) return y < toY ? 1 : 3;
  return 0;
}
