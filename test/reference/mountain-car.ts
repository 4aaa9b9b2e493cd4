/** MountainCar-v0 in plain f64 TypeScript, one environment. Twin of assembly/envs/mountain-car.ts, written from Gymnasium's mountain_car.py, with the names of its lines. */
import type { EnvConfig } from '../../src/envs/spec.ts';
import { constantsOf } from './constants.ts';
import type { Move, ReferenceEnv, Seek, Traits } from './env.ts';
import { sampleNumbers, startDraws } from './physical-task.ts';

const c = constantsOf('mountain-car');
const clip = (x: number, low: number, high: number) => Math.min(high, Math.max(low, x));
const bounds = (preset: string): [number, number][] =>
  preset === 'gymnasium'
    ? [c.gravity, 1].map((value) => [value, value])
    : [
        [c.gravityLow, c.gravityHigh],
        [c.gearLow, c.gearHigh],
      ];

export function referenceMountainCar(config: EnvConfig): ReferenceEnv {
  let [position, velocity] = [0, 0];
  let [gravity, gear] = [0, 0];
  const energy = () => velocity ** 2 / 2 + (gravity * Math.sin(3 * position)) / 3;
  return {
    sampleTask: (seed, split, task) => sampleNumbers(bounds(config.preset), config.preset !== 'gymnasium', seed, split, task),
    start(task, { seed, split, task: id, episode }) {
      [gravity, gear] = task;
      const [u] = startDraws(seed, split, id, episode);
      [position, velocity] = [c.startLow + ((c.startHigh - c.startLow) * (u + 1)) / 2, 0];
    },
    observe: () => [position, velocity, ...(config.context ? [gravity, gear] : [])],
    resume(observation) {
      [position, velocity] = Array.from(observation);
    },
    move([action]): Move {
      const before = energy();
      velocity += (action - 1) * c.force * gear + Math.cos(3 * position) * -gravity;
      velocity = clip(velocity, -c.mostSpeed, c.mostSpeed);
      position = clip(position + velocity, c.low, c.high);
      if (position === c.low && velocity < 0) velocity = 0;
      const lacking = (gravity * (1 + Math.sin(3 * c.goal))) / 3;
      const rewards: Readonly<Record<string, number>> = { time: -1, energy: -1 + (c.energyWeight * (energy() - before)) / lacking };
      return {
        reward: rewards[config.reward],
        trainingReward: rewards[config.trainingReward],
        terminated: position >= c.goal && velocity >= 0,
        margin: Math.min(Math.abs(position - c.goal), ...(position >= c.goal ? [Math.abs(velocity)] : [])),
        // Energies are some 0.002, and their differences are paid a hundredfold.
        slope: 100,
      };
    },
    best: () => [velocity * gear >= 0 ? 2 : 0],
  };
}

export { referenceMountainCar as reference };

/** Pushes the way in which the car rolls. */
const rock: Seek = (observations, tasks, O) =>
  Float32Array.from({ length: observations.length / O }, (_, n) => (observations[n * O + 1] * tasks[2 * n + 1] >= 0 ? 2 : 0));

export const traits: Traits = {
  drawnStart: true,
  numTasks: ({ preset }) => (preset === 'gymnasium' ? 1 : Infinity),
  seek: () => rock,
};
