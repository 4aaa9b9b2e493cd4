/** What a classic strategy is: it plays one family's trials without training, from what a meta-learner sees and the family's prior. */
import { number, onlyFields, record } from '../core/checks.ts';
import type { EnvConfig } from '../envs/spec.ts';
import type { Uniform } from './draws.ts';

/** Plays one trial. */
export interface Player {
  /** The action in the place `seen`: which observation is 1 (0 of a bandit, which has one state). */
  act(seen: number): number;
  /** What came of it. `next` is null where the episode ended: like a meta-learner it sees the new start instead. */
  learn(seen: number, action: number, reward: number, next: number | null): void;
}

/** An option of a strategy, with its range. */
export interface StrategyOption {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly meaning: string;
}

/** A classic player that is not told the task. */
export interface Strategy {
  readonly options: Readonly<Record<string, StrategyOption>>;
  /** Does the work that all trials share; the result makes the player of one trial. */
  prepare(env: EnvConfig, options: Readonly<Record<string, number>>): (uniform: Uniform) => Player;
}

/** A strategy where a policy may stand. */
export interface StrategySpec {
  readonly kind: 'strategy';
  readonly name: string;
  /** Default: the strategy's own. */
  readonly options?: Readonly<Record<string, number>>;
}

/** The strategy's options with those given. Throws `E_ARGUMENT`. */
export function resolveOptions(strategy: Strategy, given: unknown): Record<string, number> {
  const own = record('options', given ?? {});
  onlyFields('options', own, Object.keys(strategy.options));
  return Object.fromEntries(
    Object.entries(strategy.options).map(([name, { value, low, high }]) => [
      name,
      number(`options.${name}`, (own[name] as number) ?? value, low, high),
    ]),
  );
}
