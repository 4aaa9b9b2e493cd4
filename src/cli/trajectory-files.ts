/** Trajectories as files: .npz for NumPy, .csv with a row for each step, .jsonl with a line for each trial. */
import { familyOf } from '../envs/registry.ts';
import type { Trajectories } from '../evaluation/trajectories.ts';
import { encodeNpz } from '../runs/npz.ts';

export const trajectoryFormats = {
  '.npz': (data: Trajectories): Uint8Array => encodeNpz(arraysOf(data)),
  '.csv': (data: Trajectories): string => `${csvLines(data).join('\n')}\n`,
  '.jsonl': (data: Trajectories): string => `${trialLines(data).join('\n')}\n`,
} as const;

/** Names as NumPy's users write them. */
function arraysOf(data: Trajectories) {
  const { env, numTrials: N, steps: T, sizes } = data;
  const [O, A, W, E] = [sizes.observation, sizes.action, sizes.task, env.episodes];
  return {
    observations: { shape: [N, T, O], data: data.observations },
    actions: { shape: [N, T, A], data: data.actions },
    rewards: { shape: [N, T], data: data.rewards },
    log_probabilities: { shape: [N, T], data: data.logProbabilities },
    values: { shape: [N, T], data: data.values },
    valid: { shape: [N, T], data: data.valid },
    done: { shape: [N, T], data: data.done },
    episode: { shape: [N, T], data: data.episode },
    tasks: { shape: [N, W], data: data.tasks },
    final_observations: { shape: [N, E, O], data: data.finalObservations },
    returns: { shape: [N, E], data: data.returns },
    lengths: { shape: [N, E], data: data.lengths },
  };
}

/** The fields of a row, by the spec's names. */
function columnsOf({ env }: Trajectories) {
  const spec = familyOf(env.id);
  const task = spec.task(env).map(({ name }) => name);
  const action = spec.action(env);
  return {
    observation: [...spec.observation(env).map(({ name }) => name), ...(env.context ? task : [])],
    action: 'n' in action ? ['choice'] : action.map(({ name }) => name),
    task,
  };
}

const quoted = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

function csvLines(data: Trajectories): string[] {
  const { numTrials: N, steps: T, sizes } = data;
  const { observation, action, task } = columnsOf(data);
  const named = (kind: string, names: readonly string[]) => names.map((name) => quoted(`${kind} ${name}`));
  const heads = [
    'trial',
    'episode',
    'step',
    ...named('task', task),
    ...named('observation', observation),
    ...named('action', action),
    'reward',
    'done',
  ];
  const lines = [heads.join(',')];
  for (let n = 0; n < N; n++) {
    let start = 0;
    for (let t = 0; t < T && data.valid[n * T + t] === 1; t++) {
      const at = n * T + t;
      const row = <A extends Float32Array>(values: A, width: number, k: number) => values.subarray(k * width, (k + 1) * width);
      if (t > 0 && data.done[at - 1] === 1) start = t;
      lines.push(
        [
          n,
          data.episode[at],
          t - start,
          ...row(data.tasks, sizes.task, n),
          ...row(data.observations, sizes.observation, at),
          ...row(data.actions, sizes.action, at),
          data.rewards[at],
          data.done[at],
        ].join(','),
      );
    }
  }
  return lines;
}

function trialLines(data: Trajectories): string[] {
  const { numTrials: N, steps: T, sizes, env } = data;
  const rows = (values: Float32Array, width: number, from: number, count: number) =>
    Array.from({ length: count }, (_, k) => Array.from(values.subarray((from + k) * width, (from + k + 1) * width)));
  return Array.from({ length: N }, (_, n) => {
    const taken = data.valid.subarray(n * T, (n + 1) * T).reduce((a, b) => a + b, 0);
    const [E, at] = [env.episodes, n * T];
    return JSON.stringify({
      trial: n,
      task: Array.from(data.tasks.subarray(n * sizes.task, (n + 1) * sizes.task)),
      returns: Array.from(data.returns.subarray(n * E, (n + 1) * E)),
      lengths: Array.from(data.lengths.subarray(n * E, (n + 1) * E)),
      observations: rows(data.observations, sizes.observation, at, taken),
      actions: rows(data.actions, sizes.action, at, taken),
      rewards: Array.from(data.rewards.subarray(at, at + taken)),
      done: Array.from(data.done.subarray(at, at + taken)),
      finalObservations: rows(data.finalObservations, sizes.observation, n * E, E),
    });
  });
}
