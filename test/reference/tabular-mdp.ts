/** TabularMdp-v0 in plain TypeScript, one environment. Twin of assembly/envs/tabular-mdp.ts, written from the law. */
import { philox, stream, toUniform } from '../../src/core/philox.ts';
import { constantsOf } from './constants.ts';
import type { ConfigOf, Coordinates, Move, ReferenceEnv } from './env.ts';

const { noise } = constantsOf('tabular-mdp');
const aboveZero = (word: number) => ((word >>> 8) + 1) / 2 ** 24;
const normal = (first: number, second: number) => Math.sqrt(-2 * Math.log(aboveZero(first))) * Math.cos(2 * Math.PI * toUniform(second));

export function referenceTabularMdp(config: ConfigOf<{ states: number; actions: number }>): ReferenceEnv {
  const [S, A] = [config.states, config.actions];
  let tables: readonly number[] = [];
  let at: Coordinates = { seed: 0, split: 0, task: 0, episode: 0 };
  let [state, elapsed] = [0, 0];
  const chance = (s: number, a: number, next: number) => tables[(s * A + a) * S + next];
  const meanReward = (s: number, a: number) => tables[S * A * S + s * A + a];
  const states = Array.from({ length: S }, (_, s) => s);
  const actions = Array.from({ length: A }, (_, a) => a);

  return {
    sampleTask(seed, split, task) {
      const words = (kind: number, draw: number) => philox(seed, 16 * split + stream.task, task, 0, kind, draw);
      const chances = Array.from({ length: S * A }, (_, pair) => {
        const exponentials = states.map((next) => {
          const e = pair * S + next;
          return -Math.log(aboveZero(words(0, Math.floor(e / 4))[e % 4]));
        });
        const sum = exponentials.reduce((a, b) => a + b);
        return exponentials.map((x) => x / sum);
      });
      const means = Array.from({ length: S * A }, (_, pair) => {
        const [first, second] = words(1, pair);
        return 1 + normal(first, second);
      });
      return [...chances.flat(), ...means];
    },
    start(task, coordinates) {
      tables = task;
      at = coordinates;
      [state, elapsed] = [0, 0];
    },
    observe() {
      const seen = states.map((s) => Number(s === state));
      return config.context ? [...seen, ...tables] : seen;
    },
    move([action]): Move {
      const [first, second, third] = philox(at.seed, 16 * at.split + stream.noise, at.task, at.episode, elapsed, 0);
      elapsed++;
      const [reward, trainingReward] = [config.reward, config.trainingReward].map(
        (kind) => meanReward(state, action) + (kind === 'noisy' ? noise * normal(first, second) : 0),
      );
      // In f32, as the law is cumulated there: a u between two roundings would send the twins apart for good.
      const u = toUniform(third);
      let next = 0;
      let cumulated = chance(state, action, 0);
      while (next < S - 1 && cumulated <= u) cumulated = Math.fround(cumulated + chance(state, action, ++next));
      state = next;
      return { reward, trainingReward, terminated: false, margin: 1 };
    },
    best() {
      const quality = (values: readonly number[], s: number, a: number) =>
        meanReward(s, a) + states.reduce((sum, next) => sum + chance(s, a, next) * values[next], 0);
      let values = states.map(() => 0);
      for (let h = 1; h < config.horizon - elapsed; h++) values = states.map((s) => Math.max(...actions.map((a) => quality(values, s, a))));
      const qualities = actions.map((a) => quality(values, state, a));
      return [qualities.indexOf(Math.max(...qualities))];
    },
  };
}

export { referenceTabularMdp as reference };
