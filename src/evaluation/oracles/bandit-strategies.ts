/**
 * Classic strategies for Bernoulli bandits, played on Bandit-v0 itself, a batch of trials at a time. s of an arm's m pulls have paid; p̂ = (s + 1)/(m + 2),
 * the mean of its posterior under the prior U[0, 1]. Ties go to the first arm. As in Duan et al. 2016, table 1:
 *   greedy             max p̂
 *   ε-greedy           an arm at random with probability ε, else greedy
 *   UCB1               max p̂ + c √(2 ln t / (m + 2)), t pulls so far, this one included (Auer et al. 2002, with the prior's two pulls)
 *   Thompson           max of draws from Beta(s + 1, m − s + 1)
 *   optimistic Thompson  the same with draws below p̂ raised to it
 */
import { fail, integer, number } from '../../core/checks.ts';
import { philox, stream, toUniform } from '../../core/philox.ts';
import type { VectorEnv } from '../../envs/vector-env.ts';

/** What is known of an arm: s and m. */
type Value = (paid: number, pulled: number, pulls: number, uniform: () => number) => number;

const mean = (paid: number, pulled: number) => (paid + 1) / (pulled + 2);

/** One standard normal (Box and Muller 1958). */
const normal = (uniform: () => number) => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());

/** Gamma(shape, 1) for shape ≥ 1 (Marsaglia and Tsang 2000). */
function gamma(shape: number, uniform: () => number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(uniform);
    const root = 1 + c * x;
    const v = root * root * root;
    if (v > 0 && Math.log(1 - uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

function beta(a: number, b: number, uniform: () => number): number {
  const x = gamma(a, uniform);
  return x / (x + gamma(b, uniform));
}

const thompson: Value = (s, m, _, uniform) => beta(s + 1, m - s + 1, uniform);

const values = {
  greedy: () => mean,
  'epsilon-greedy': () => mean,
  ucb1: (c: number) => (s, m, t) => mean(s, m) + c * Math.sqrt((2 * Math.log(t)) / (m + 2)),
  thompson: () => thompson,
  'optimistic-thompson': () => (s, m, t, uniform) => Math.max(mean(s, m), thompson(s, m, t, uniform)),
} satisfies Record<string, (constant: number) => Value>;

export type BanditStrategy = keyof typeof values;
export const banditStrategies = Object.keys(values) as BanditStrategy[];

export interface StrategyOptions {
  readonly strategy: BanditStrategy;
  /** c of UCB1 (default 0.2) or ε (default 0.1). */
  readonly constant?: number;
  /** Trials, rounded up to whole batches of the environment. */
  readonly trials: number;
  readonly seed: number;
}

/** Total reward of every trial. `env` is a Bandit-v0; its tasks are those of the seed. Throws `E_ARGUMENT`. */
export function playBandit(env: VectorEnv, { strategy, constant, trials, seed }: StrategyOptions): Float64Array {
  const { arms, horizon, episodes } = env.config;
  if (arms === undefined) fail('env', 'a Bandit-v0', env.config.id);
  const k = arms as number;
  const given = number('constant', constant ?? (strategy === 'ucb1' ? 0.2 : 0.1), 0, 100);
  const epsilon = strategy === 'epsilon-greedy' ? given : 0;
  const value: Value = values[strategy](given);
  const N = env.numEnvs;
  const batches = Math.ceil(integer('trials', trials, 1, 100_000_000) / N);
  const totals = new Float64Array(batches * N);
  for (let batch = 0; batch < batches; batch++) {
    env.reset(batch === 0 ? { seed } : {});
    const paid = new Int32Array(N * k);
    const pulled = new Int32Array(N * k);
    const actions = new Float32Array(N);
    for (let t = 0; t < horizon * episodes; t++) {
      for (let n = 0; n < N; n++) {
        const uniform = uniforms(seed, batch * N + n, t);
        actions[n] = uniformBelow(epsilon, uniform) ? Math.floor(k * uniform()) : best(value, paid, pulled, n * k, k, t + 1, uniform);
      }
      const { rewards } = env.step(actions);
      for (let n = 0; n < N; n++) {
        const arm = n * k + actions[n];
        pulled[arm]++;
        paid[arm] += rewards[n];
        totals[batch * N + n] += rewards[n];
      }
    }
  }
  return totals;
}

const uniformBelow = (epsilon: number, uniform: () => number) => epsilon > 0 && uniform() < epsilon;

function best(value: Value, paid: Int32Array, pulled: Int32Array, from: number, k: number, t: number, uniform: () => number): number {
  let [arm, highest] = [0, -Infinity];
  for (let i = 0; i < k; i++) {
    const v = value(paid[from + i], pulled[from + i], t, uniform);
    if (v > highest) [arm, highest] = [i, v];
  }
  return arm;
}

/** The strategy's own stream: policy draws of this trial and pull. */
function uniforms(seed: number, trial: number, t: number): () => number {
  let draw = 0;
  let words = [0, 0, 0, 0];
  return () => {
    if ((draw & 3) === 0) words = philox(seed, 16 * 2 + stream.policy, trial, t, 0, draw >> 2);
    return toUniform(words[draw++ & 3]);
  };
}
