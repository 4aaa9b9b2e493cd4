/** Acrobot-v1 in plain f64 TypeScript, one environment. Twin of assembly/envs/acrobot.ts, written from Gymnasium's acrobot.py, with the names of its lines. */
import type { EnvConfig } from '../../src/envs/spec.ts';
import { constantsOf } from './constants.ts';
import type { Move, ReferenceEnv, Seek, Traits } from './env.ts';
import { sampleNumbers, startDraws } from './physical-task.ts';

const c = constantsOf('acrobot');
const bound = (x: number, most: number) => Math.min(most, Math.max(-most, x));
function wrap(x: number): number {
  while (x > Math.PI) x -= 2 * Math.PI;
  while (x < -Math.PI) x += 2 * Math.PI;
  return x;
}
const bounds = (preset: string): [number, number][] =>
  preset === 'gymnasium'
    ? [c.secondMass, c.firstLength, c.gravity, 1].map((value) => [value, value])
    : [
        [c.massLow, c.massHigh],
        [c.lengthLow, c.lengthHigh],
        [c.gravityLow, c.gravityHigh],
        [c.gearLow, c.gearHigh],
      ];

export function referenceAcrobot(config: EnvConfig): ReferenceEnv {
  let s = [0, 0, 0, 0];
  let [m2, l1, g, gear] = [0, 0, 0, 0];

  function dsdt([theta1, theta2, dtheta1, dtheta2]: number[], a: number): number[] {
    const [m1, lc1, lc2, I1, I2] = [c.firstMass, l1 / 2, c.centre, c.inertia, c.inertia];
    const d1 = m1 * lc1 ** 2 + m2 * (l1 ** 2 + lc2 ** 2 + 2 * l1 * lc2 * Math.cos(theta2)) + I1 + I2;
    const d2 = m2 * (lc2 ** 2 + l1 * lc2 * Math.cos(theta2)) + I2;
    const phi2 = m2 * lc2 * g * Math.cos(theta1 + theta2 - Math.PI / 2);
    const phi1 =
      -m2 * l1 * lc2 * dtheta2 ** 2 * Math.sin(theta2) -
      2 * m2 * l1 * lc2 * dtheta2 * dtheta1 * Math.sin(theta2) +
      (m1 * lc1 + m2 * l1) * g * Math.cos(theta1 - Math.PI / 2) +
      phi2;
    const ddtheta2 = (a + (d2 / d1) * phi1 - m2 * l1 * lc2 * dtheta1 ** 2 * Math.sin(theta2) - phi2) / (m2 * lc2 ** 2 + I2 - d2 ** 2 / d1);
    return [dtheta1, dtheta2, -(d2 * ddtheta2 + phi1) / d1, ddtheta2];
  }

  const ahead = (y: number[], h: number, k: number[]) => y.map((value, i) => value + h * k[i]);
  function rk4(y: number[], a: number, dt: number): number[] {
    const k1 = dsdt(y, a);
    const k2 = dsdt(ahead(y, dt / 2, k1), a);
    const k3 = dsdt(ahead(y, dt / 2, k2), a);
    const k4 = dsdt(ahead(y, dt, k3), a);
    return y.map((value, i) => value + (dt / 6) * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]));
  }

  /** How many times an error of the state grows in a step, by differences: a step of 0.2 s is long for links that turn at 28 rad/s. */
  function growth(y: number[], moved: number[], a: number): number {
    const h = 1e-6;
    const columns = y.map((_, i) =>
      rk4(
        y.map((value, k) => value + (k === i ? h : 0)),
        a,
        c.timeStep,
      ),
    );
    return Math.max(...columns.flatMap((column) => column.map((value, k) => Math.abs(value - moved[k]) / h)));
  }

  return {
    sampleTask: (seed, split, task) => sampleNumbers(bounds(config.preset), config.preset !== 'gymnasium', seed, split, task),
    start(task, { seed, split, task: id, episode }) {
      [m2, l1, g, gear] = task;
      s = startDraws(seed, split, id, episode).map((u) => c.startNoise * u);
    },
    observe: () => [
      Math.cos(s[0]),
      Math.sin(s[0]),
      Math.cos(s[1]),
      Math.sin(s[1]),
      s[2],
      s[3],
      ...(config.context ? [m2, l1, g, gear] : []),
    ],
    resume(o) {
      s = [Math.atan2(o[1], o[0]), Math.atan2(o[3], o[2]), o[4], o[5]];
    },
    move([action]): Move {
      const torque = (action - 1) * c.torque * gear;
      const moved = rk4(s, torque, c.timeStep);
      const amplifies = 1 + growth(s, moved, torque);
      s = [wrap(moved[0]), wrap(moved[1]), bound(moved[2], c.mostFirst * Math.PI), bound(moved[3], c.mostSecond * Math.PI)];
      const height = -Math.cos(s[0]) - Math.cos(s[1] + s[0]);
      const terminated = height > c.bar;
      const rewards: Readonly<Record<string, number>> = { 'swing-up': terminated ? 0 : -1, height: (height - 2) / 4 };
      return {
        reward: rewards[config.reward],
        trainingReward: rewards[config.trainingReward],
        terminated,
        margin: Math.abs(height - c.bar),
        amplifies,
      };
    },
    best: () => [s[3] * gear >= 0 ? 2 : 0],
  };
}

export { referenceAcrobot as reference };

/** Pushes the second link the way in which it turns. */
const pump: Seek = (observations, tasks, O) =>
  Float32Array.from({ length: observations.length / O }, (_, n) => (observations[n * O + 5] * tasks[4 * n + 3] >= 0 ? 2 : 0));

export const traits: Traits = {
  drawnStart: true,
  numTasks: ({ preset }) => (preset === 'gymnasium' ? 1 : Infinity),
  seek: () => pump,
};
