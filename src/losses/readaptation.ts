/**
 * Inner steps taken again from other parameters on what was recorded, and the outer loss or its gradient there, as one recorded program: TRPO's line search
 * and every further step of an outer PPO. The numbers are those of `Adaptation`, which must do it where a step is not finite or was taken back.
 */
import { numParameters } from '../policies/policy.ts';
import { Program, programFor } from '../tf/capture.ts';
import type { Tf } from '../tf/tf.ts';
import type { AdaptationOptions } from './adaptation.ts';
import { InnerSteps } from './inner-steps.ts';
import { checkedGradient, outerGradientOf, outerSumsOf } from './outer-loss.ts';
import { innerLoss, type TaskData } from './policy-losses.ts';
import type { Acted, OuterGradient, OuterLoss, OuterSums, RecordedTasks } from './recorded-tasks.ts';

export interface Again {
  /** θ [P] */
  readonly parameters: Float32Array;
  /** α of the K steps, [P] each. */
  readonly stepSizes: readonly Float32Array[];
  /** K + 1 rounds; the last is that of the outer loss. */
  readonly rounds: readonly RecordedTasks[];
  /** Of the last round. */
  readonly acted: Acted;
  readonly outer: OuterLoss;
}

const fields = ['inputs', 'actions', 'logProbabilities', 'weights', 'advantages'] as const;

/** null: a step is not finite. */
export function sumsAgain(tf: Tf, options: AdaptationOptions, again: Again): OuterSums | null {
  const program = run(tf, options, again, 'sums');
  return program === null ? null : { loss: program.number('loss'), kl: program.number('kl') };
}

/** null: a step is not finite. Throws `E_NOT_FINITE` where the gradient is not. */
export function gradientAgain(tf: Tf, options: AdaptationOptions, again: Again): OuterGradient | null {
  const program = run(tf, options, again, 'gradient');
  if (program === null) return null;
  const names = { loss: 'loss', kl: 'kl', gradient: 'gradient', alphaGradient: 'alphaGradient' };
  return checkedGradient(names, (name) => program.output(name));
}

function run(tf: Tf, options: AdaptationOptions, again: Again, wanted: 'sums' | 'gradient'): Program | null {
  const { parameters, stepSizes, rounds, acted, outer } = again;
  const sizes = rounds.map(({ n, T }) => [n, T]);
  const key = ['readaptation', options, wanted, outer, rounds[0].B, sizes, acted.logStd === null];
  const program = programFor(tf, key, () => programOf(tf, options, again, wanted));
  program.write('theta', parameters);
  stepSizes.forEach((alpha, k) => {
    program.write(`alpha ${k}`, alpha);
  });
  rounds.forEach((round, k) => {
    for (const field of fields) program.write(`${field} ${k}`, round[field]);
  });
  program.write('head', acted.head);
  if (acted.logStd !== null) program.write('log std', acted.logStd);
  program.run();
  return Number.isFinite(program.number('phi')) ? program : null;
}

function programOf(tf: Tf, options: AdaptationOptions, { rounds, acted, outer }: Again, wanted: 'sums' | 'gradient'): Program {
  const { shape, surrogate, firstOrder } = options;
  const P = numParameters(shape);
  const [{ B }] = rounds;
  const K = rounds.length - 1;
  const row = { shape: [1, P] };
  const dataInputs = rounds.flatMap(({ n, inputs, actions }, k) => {
    const shapes = { inputs: [B, n, inputs.length / (B * n)], actions: [B, n, actions.length / (B * n)] };
    const rest = { logProbabilities: [B, n], weights: [B, n], advantages: [B, n] };
    return Object.entries({ ...shapes, ...rest }).map(([field, shape]) => [`${field} ${k}`, { shape }] as const);
  });
  const inputs = {
    theta: row,
    ...Object.fromEntries(rounds.slice(1).map((_, k) => [`alpha ${k}`, row])),
    ...Object.fromEntries(dataInputs),
    head: { shape: [B, rounds[K].n, acted.head.length / (B * rounds[K].n)] },
    ...(acted.logStd === null ? {} : { 'log std': { shape: [B, acted.logStd.length / B] } }),
  };
  return new Program(tf, inputs, (given) => {
    const data = rounds.map(
      ({ T }, k): TaskData => ({
        T,
        inputs: given[`inputs ${k}`],
        actions: given[`actions ${k}`],
        logProbabilities: given[`logProbabilities ${k}`],
        weights: given[`weights ${k}`],
        advantages: given[`advantages ${k}`],
      }),
    );
    const heads = { head: given.head, logStd: given['log std'] ?? null };
    const steps = new InnerSteps(tf, tf.tile(given.theta, [B, 1]), firstOrder);
    try {
      for (let k = 0; k < K; k++) steps.stepUnseen((phi) => innerLoss(tf, shape, surrogate, data[k], phi), given[`alpha ${k}`]);
      const made =
        wanted === 'sums'
          ? outerSumsOf(tf, shape, steps.phi, data[K], heads, outer)
          : outerGradientOf(tf, shape, steps, data[K], heads, outer);
      return { ...made, phi: tf.sum(steps.phi) };
    } finally {
      steps.dispose();
    }
  });
}
