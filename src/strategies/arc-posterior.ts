/**
 * The exact posterior over goals on an arc, on a fine grid of angles: all are equally likely at first; a step that does not pay rules out the goals within ε of where it
 * led, and one that pays leaves those at the distance that it tells. Laws: src/envs/point-mass.ts.
 */
import { pointMass } from '../envs/point-mass.ts';
import type { EnvConfig } from '../envs/spec.ts';
import { math } from '../envs/user/math.ts';
import type { ExactPosterior } from './posterior.ts';

/** Angles on half a circle. */
const perHalf = 90;
/** m: rounding, and how much farther than its ends a part of the arc may be. */
const slack = 1e-4;

export function arcPosterior(env: EnvConfig): ExactPosterior | null {
  const arc = pointMass.place?.goalArc?.(env) ?? null;
  const epsilon = env.tolerance ?? 0;
  if (arc === null || !['sparse', 'tolerance'].includes(env.reward)) return null;
  const { radius, turns } = arc;
  const count = Math.round(2 * perHalf * (turns[1] - turns[0]));
  const width = ((turns[1] - turns[0]) * 2 * Math.PI) / count; // rad
  const goalAt = (turn: number) => [
    radius * math.cos(2 * Math.PI * turns[0] + turn * width),
    radius * math.sin(2 * Math.PI * turns[0] + turn * width),
  ];
  const tasks = Array.from({ length: count }, (_, g) => goalAt(g + 0.5));
  const edges = Array.from({ length: count + 1 }, (_, g) => goalAt(g));
  const distance = ([x, y]: readonly number[], [gx, gy]: readonly number[]) => Math.sqrt((x - gx) ** 2 + (y - gy) ** 2);

  /** Positive where b lies to the left of a, seen from (0, 0). */
  const leftOf = (a: readonly number[], b: readonly number[]) => a[0] * b[1] - a[1] * b[0];

  /** Whether some goal from edge g to the next may have paid this where the step led. */
  function explains(g: number, at: readonly number[], reward: number): boolean {
    const [from, to] = [edges[g], edges[g + 1]];
    const ends = [distance(at, from), distance(at, to)];
    const faces = leftOf(from, at) >= 0 && leftOf(at, to) >= 0 && at[0] * from[0] + at[1] * from[1] > 0;
    const nearest = (faces ? Math.abs(radius - distance(at, [0, 0])) : Math.min(...ends)) - slack;
    const farthest = Math.max(...ends) + slack;
    if (reward <= 0) return farthest > epsilon;
    return nearest <= epsilon && (env.reward === 'tolerance' || (nearest <= 1 - reward && 1 - reward <= farthest));
  }

  return {
    tasks,
    reached: tasks,
    nearest: ({ 0: x, 1: y }) => {
      const away = tasks.map((task) => distance([x, y], task));
      return away.indexOf(Math.min(...away));
    },
    start() {
      const possible = tasks.map(() => true);
      return {
        see(observation, action, reward) {
          const at = [0, 1].map((axis) => observation[axis] + pointMass.constants.step.value * Math.min(1, Math.max(-1, action[axis])));
          for (const [g, may] of possible.entries()) possible[g] = may && explains(g, at, reward);
        },
        chances() {
          const left = possible.filter(Boolean).length;
          return possible.map((may) => (may ? 1 / left : 0));
        },
      };
    },
  };
}
