/** Every metric that a run may log: its name (Stable-Baselines3's where it has one), unit and meaning. The columns of the CSV come in this order. */

/** A metric’s name, unit and meaning. */
export interface Metric {
  readonly name: string;
  /** '1': a pure number. */
  readonly unit: string;
  readonly meaning: string;
}

const metric = (name: string, unit: string, meaning: string): Metric => ({ name, unit, meaning });

/** Every metric that any learner writes (docs/metrics.md). */
export const metricTable: readonly Metric[] = [
  metric('iteration', 'iterations', 'updates of the meta-policy so far'),
  metric('rollout/ep_rew_mean', 'reward', "mean return of an episode over this iteration's trials, sampled actions"),
  metric('rollout/ep_rew_first', 'reward', "the same for the trial's first episode, or before the first gradient step"),
  metric('rollout/ep_rew_last', 'reward', "the same for the trial's last episode, or after the last gradient step"),
  metric('time/total_timesteps', 'steps', 'environment steps so far'),
  metric('time/fps', 'steps/s', 'environment steps per second since this process began'),
  metric('time/time_elapsed', 's', 'time spent training so far, over all resumptions'),
  metric('train/policy_gradient_loss', '1', "the policy's loss, mean per step over the iteration's minibatches"),
  metric('train/value_loss', '1', 'half the squared error of the values, mean per step'),
  metric('train/entropy_loss', 'nat', "minus the policy's entropy, mean per step"),
  metric('train/approx_kl', 'nat', 'mean of ρ − 1 − log ρ, an estimate of KL(old ‖ new) that is never negative'),
  metric('train/clip_fraction', '1', 'share of steps whose ratio left [1 − clip, 1 + clip]'),
  metric('train/gradient_norm', '1', 'mean Euclidean norm of the gradient before it is cut to maxGradientNorm'),
  metric('train/explained_variance', '1', '1 − mean (R − V)² / Var R, of the values at the time of acting'),
  metric('train/skipped_updates', 'updates', 'updates of this iteration that were skipped because something was not finite'),
  metric('train/learning_rate', '1', "Adam's step size in this iteration"),
  metric(
    'train/kl_before',
    'nat',
    'learners by gradient steps: KL of the adapted policies that acted to those computed again, before the update; 0 but for rounding',
  ),
  metric('train/improvement', '1', 'trust region: by how much the update lowered the outer loss'),
  metric('train/line_search_steps', 'lengths', 'trust region: step lengths tried'),
  metric(
    'train/rejected_updates',
    'updates',
    'trust region: updates of this iteration given up because no length improved the loss within the KL',
  ),
  metric('train/move_norm', '1', 'Reptile: Euclidean length of the move'),
  metric('train/diverged_steps', 'steps', 'learners by gradient steps: inner steps that were not finite and were not taken'),
  metric(
    'train/singular_baselines',
    'fits',
    'learners by gradient steps: baseline fits that failed; the task was then played without a baseline',
  ),
  metric('rollout/success_rate', '1', "learners with goals: share of this iteration's episodes whose last step paid, exploring actions"),
  metric(
    'train/critic_loss',
    '1',
    "learners with goals: squared error of both critics against their targets, mean over the iteration's updates",
  ),
  metric('train/value', 'reward', 'learners with goals: mean target of the critics'),
  metric(
    'train/reconstruction_loss',
    'nat',
    "learners with a belief: −log p of a trial's rewards given what is believed at one of its steps, mean over trials and steps",
  ),
  metric('train/belief_kl', 'nat', 'learners with a belief: KL of the belief after a step to the one before, mean over trials and steps'),
  metric(
    'train/model_gradient_norm',
    '1',
    "learners with a belief: norm of the model's gradient before it is scaled down, mean over updates",
  ),
  metric(
    'train/skipped_model_updates',
    'updates',
    'learners with a belief: updates of the model that were skipped because something was not finite',
  ),
  metric(
    'train/state_reconstruction_loss',
    'nat',
    "learners with a belief: half the squared error of a trial's observations given what is believed at one of its steps, mean over trials and steps",
  ),
  metric(
    'train/task_reconstruction_loss',
    'nat',
    'learners with a belief: half the squared error of the task given what is believed at one of its steps, mean over trials and steps',
  ),
  metric('train/reward_scale', '1', "factor on the loss's rewards in this iteration"),
  metric('queue/machines', 'machines', 'many machines: those that work'),
  metric('queue/jobs_per_second', 'jobs/s', 'many machines: jobs answered a second, since the iteration before'),
  metric('queue/waiting', '1', "many machines: share of their workers' time in which they had no job, since the iteration before"),
  metric('queue/repeated_jobs', 'jobs', 'many machines: jobs of this iteration that were sent again because a machine was lost'),
  metric('queue/doubled_jobs', 'jobs', 'many machines: jobs of this iteration that a second machine was given because the first was late'),
  metric('queue/megabytes', 'MB', 'many machines: payloads and answers of this iteration'),
];

const order = new Map(metricTable.map(({ name }, i) => [name, i]));

/** Known metrics in the table's order, then others as they come. */
export function inTableOrder(names: readonly string[]): string[] {
  const place = (name: string) => order.get(name) ?? metricTable.length;
  return [...names].sort((a, b) => place(a) - place(b));
}
