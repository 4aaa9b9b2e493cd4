/** Pendulum-v1 in plain f64 TypeScript, one environment. Twin of assembly/envs/pendulum.ts, written from Gymnasium's pendulum.py, with the names of its lines. */
import type { EnvConfig } from '../../src/envs/spec.ts';
import { constantsOf } from './constants.ts';
import type { Move, ReferenceEnv, Traits } from './env.ts';
import { sampleNumbers, startDraws } from './physical-task.ts';

const c = constantsOf('pendulum');
const clip = (x: number, most: number) => Math.min(most, Math.max(-most, x));
const normalized = (x: number) => x - 2 * Math.PI * Math.floor((x + Math.PI) / (2 * Math.PI));
const bounds = (preset: string): [number, number][] =>
  preset === 'gymnasium'
    ? [c.gravity, c.mass, c.length, 1].map((value) => [value, value])
    : [
        [c.gravityLow, c.gravityHigh],
        [c.massLow, c.massHigh],
        [c.lengthLow, c.lengthHigh],
        [c.gearLow, c.gearHigh],
      ];

export function referencePendulum(config: EnvConfig): ReferenceEnv {
  let [th, thdot] = [0, 0];
  let [g, m, l, gear] = [0, 0, 0, 0];
  return {
    sampleTask: (seed, split, task) => sampleNumbers(bounds(config.preset), config.preset !== 'gymnasium', seed, split, task),
    start(task, { seed, split, task: id, episode }) {
      [g, m, l, gear] = task;
      const [u, v] = startDraws(seed, split, id, episode);
      [th, thdot] = [Math.PI * u, c.startSpeed * v];
    },
    observe: () => [Math.cos(th), Math.sin(th), thdot, ...(config.context ? [g, m, l, gear] : [])],
    resume(observation) {
      th = Math.atan2(observation[1], observation[0]);
      thdot = observation[2];
    },
    move([action]): Move {
      const u = clip(c.torque * action, c.torque);
      const costs = normalized(th) ** 2 + c.rateCost * thdot ** 2 + c.torqueCost * u ** 2;
      const faster = thdot + (((3 * g) / (2 * l)) * Math.sin(th) + (3 / (m * l ** 2)) * gear * u) * c.timeStep;
      thdot = clip(faster, c.mostSpeed);
      th += thdot * c.timeStep;
      // d θ²/dθ is at most 2π.
      return { reward: -costs, trainingReward: -costs, terminated: false, margin: 1, slope: 2 * Math.PI };
    },
    best() {
      const n = normalized(th);
      const inertia = (m * l ** 2) / 3;
      const weight = (m * g * l) / 2;
      const energy = 0.5 * inertia * thdot ** 2 + weight * (Math.cos(n) - 1);
      const along = thdot >= 0 ? 1000 : -1000;
      const torque =
        Math.cos(n) > c.holdFrom ? inertia * (-c.holdAngle * n - c.holdRate * thdot) - weight * Math.sin(n) : energy < 0 ? along : -along;
      return [clip(torque / (gear * c.torque), 1)];
    },
  };
}

export { referencePendulum as reference };

export const traits: Traits = { drawnStart: true, numTasks: ({ preset }) => (preset === 'gymnasium' ? 1 : Infinity) };
