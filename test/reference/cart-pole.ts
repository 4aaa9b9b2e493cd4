/**
 * CartPole-v1 in plain f64 TypeScript, one environment. Twin of assembly/envs/cart-pole.ts, written from Gymnasium's cartpole.py, in the order and with the names of
 * its lines.
 */
import type { EnvConfig } from '../../src/envs/spec.ts';
import { constantsOf } from './constants.ts';
import type { Move, ReferenceEnv, Seek, Traits } from './env.ts';
import { sampleNumbers, startDraws } from './physical-task.ts';

const c = constantsOf('cart-pole');
const angleThreshold = (c.mostAngle * 2 * Math.PI) / 360;
const bounds = (preset: string): [number, number][] =>
  preset === 'gymnasium'
    ? [c.halfLength, c.poleMass, c.gravity, 1].map((value) => [value, value])
    : [
        [c.halfLengthLow, c.halfLengthHigh],
        [c.poleMassLow, c.poleMassHigh],
        [c.gravityLow, c.gravityHigh],
        [c.gearLow, c.gearHigh],
      ];

export function referenceCartPole(config: EnvConfig): ReferenceEnv {
  let [x, xDot, theta, thetaDot] = [0, 0, 0, 0];
  let [length, massPole, gravity, gear] = [0, 0, 0, 0];
  const rewardOf = (kind: string, fallen: boolean) => (kind === 'balance' ? 1 : fallen ? -1 : 0);
  return {
    sampleTask: (seed, split, task) => sampleNumbers(bounds(config.preset), config.preset !== 'gymnasium', seed, split, task),
    start(task, { seed, split, task: id, episode }) {
      [length, massPole, gravity, gear] = task;
      [x, xDot, theta, thetaDot] = startDraws(seed, split, id, episode).map((u) => c.startNoise * u);
    },
    observe: () => [x, xDot, theta, thetaDot, ...(config.context ? [length, massPole, gravity, gear] : [])],
    resume(observation) {
      [x, xDot, theta, thetaDot] = Array.from(observation);
    },
    move([action]): Move {
      const totalMass = massPole + c.cartMass;
      const poleMassLength = massPole * length;
      const force = (action === 1 ? c.force : -c.force) * gear;
      const costheta = Math.cos(theta);
      const sintheta = Math.sin(theta);
      const temp = (force + poleMassLength * thetaDot ** 2 * sintheta) / totalMass;
      const thetaAcc = (gravity * sintheta - costheta * temp) / (length * (4 / 3 - (massPole * costheta ** 2) / totalMass));
      const xAcc = temp - (poleMassLength * thetaAcc * costheta) / totalMass;
      x += c.timeStep * xDot;
      xDot += c.timeStep * xAcc;
      theta += c.timeStep * thetaDot;
      thetaDot += c.timeStep * thetaAcc;
      const terminated = x < -c.mostPlace || x > c.mostPlace || theta < -angleThreshold || theta > angleThreshold;
      return {
        reward: rewardOf(config.reward, terminated),
        trainingReward: rewardOf(config.trainingReward, terminated),
        terminated,
        margin: Math.min(Math.abs(Math.abs(x) - c.mostPlace), Math.abs(Math.abs(theta) - angleThreshold)),
      };
    },
    best: () => [c.gainPlace * x + c.gainSpeed * xDot + c.gainAngle * theta + c.gainRate * thetaDot > 0 === gear > 0 ? 1 : 0],
  };
}

export { referenceCartPole as reference };

/** Always to one side: the pole falls within some twelve steps. */
const fall: Seek = (observations, _, O) => new Float32Array(observations.length / O).fill(1);

export const traits: Traits = {
  drawnStart: true,
  numTasks: ({ preset }) => (preset === 'gymnasium' ? 1 : Infinity),
  answersAfter: 1,
  kitHorizon: () => 20,
  seek: () => fall,
};
