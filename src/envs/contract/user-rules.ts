/** Rules for environments of users besides those of the families: what only code from outside can break. Each message says the first input that shows it. */
import { WasmetaError } from '../../core/errors.ts';
import { heapInUse, hostCalls } from '../../platform/host-watch.ts';
import { placeIn } from '../goal-inputs.ts';
import { actionsAt, type ContractEnv, copy, must, type Rule, type Subject, same } from './kit.ts';

const shown = (values: ArrayLike<number>) => `[${Array.from(values, (x) => Math.fround(x)).join(', ')}]`;
const rowOf = (all: Float32Array, n: number, width: number) => all.slice(n * width, (n + 1) * width);

/** The user's batch alone, with rows as the engine would give them and drawn tasks. */
function opened(subject: Subject, N: number) {
  const batch = (subject.user as NonNullable<Subject['user']>).open(N);
  const rows = {
    actions: new Float32Array(N * subject.actionSize),
    observations: new Float32Array(N * subject.observationSize),
    observationWidth: subject.observationSize,
    rewards: new Float32Array(N),
    trainingRewards: new Float32Array(N),
    terminated: new Uint8Array(N),
    truncated: new Uint8Array(N),
    taskIds: Uint32Array.from({ length: N }, (_, n) => 7 + n),
    episodes: new Uint32Array(N).fill(3),
    elapsed: new Int32Array(N),
  };
  const key = { seed: 23, split: 0 };
  const tasks = new Float32Array(N * subject.taskSize);
  batch.sampleTasks(key, rows.taskIds, tasks);
  batch.setTasks(tasks);
  return { batch, key, rows, tasks };
}

/** Plays `steps` steps and looks at each. */
function play(
  subject: Subject,
  env: ContractEnv,
  steps: number,
  look: (t: number, actions: Float32Array, step: ReturnType<ContractEnv['step']>) => void,
) {
  for (let t = 0; t < steps; t++) {
    const actions = actionsAt(subject, env.numEnvs, t);
    look(t, actions, env.step(actions));
  }
}

export const userRules: Readonly<Record<string, Rule>> = {
  opens: (subject) => {
    const env = subject.make(1);
    env.reset({ seed: 20 });
    env.close();
  },

  sizes: (subject) => {
    for (const size of [1, 4, subject.numEnvs]) {
      const env = subject.make(size);
      env.reset({ seed: 20 });
      env.step(actionsAt(subject, size, 0));
      env.close();
    }
  },

  'own-rows': (subject) => {
    const N = 5;
    const { batch, key, rows, tasks } = opened(subject, N);
    const which = new Uint8Array(N).fill(1);
    const kept = (call: string) => {
      const { observationWidth: _, ...arrays } = rows;
      const given: Record<string, ArrayLike<number>> = { ...arrays, tasks, which };
      for (const [name, values] of Object.entries(batch.inspect().inputs)) {
        const at = Array.from(values).findIndex((value, i) => value !== given[name][i]);
        must(
          at < 0,
          `"${call}" of ${N} environments must leave ${name} as given: number ${at} was ${given[name][at]} and is ${values[at]}`,
        );
      }
    };
    batch.start(key, rows, true);
    kept('start');
    for (let t = 0; t < 3; t++) {
      rows.actions.set(actionsAt(subject, N, t));
      rows.elapsed.fill(t);
      batch.step(key, rows);
      kept('step');
    }
  },

  'no-faults': (subject) => {
    const { numEnvs: N, observationSize: O, actionSize: A } = subject;
    const env = subject.make(N);
    let before = env.reset({ seed: 21 }).observations.slice();
    play(subject, env, 2 * subject.config.horizon, (t, actions, { faults, observations }) => {
      const n = faults.findIndex((code) => code !== 0);
      must(
        n < 0,
        `observation or reward is NaN or infinite at step ${t + 1} of environment ${n}, task ${shown(rowOf(env.tasks(), n, subject.taskSize))}: action ${shown(rowOf(actions, n, A))} after observation ${shown(rowOf(before, n, O))}`,
      );
      before = observations.slice();
    });
  },

  clips: (subject) => {
    if (subject.choices > 0) return;
    const { numEnvs: N, observationSize: O, actionSize: A } = subject;
    const [wild, tame] = [subject.make(N), subject.make(N)];
    wild.reset({ seed: 22 });
    tame.reset({ seed: 22 });
    for (let t = 0; t < Math.min(20, subject.config.horizon); t++) {
      const actions = actionsAt(subject, N, t).map((a) => 1000 * a);
      const clipped = actions.map((a) => Math.min(1, Math.max(-1, a)));
      const [a, b] = [wild.step(actions), tame.step(clipped)];
      for (let n = 0; n < N; n++)
        must(
          same(rowOf(a.observations, n, O), rowOf(b.observations, n, O)),
          `action ${shown(rowOf(actions, n, A))} at step ${t + 1} of environment ${n} must move as ${shown(rowOf(clipped, n, A))} does: actions are clipped to ±1 by the law`,
        );
    }
  },

  'host-free': (subject) => {
    const env = subject.make(2);
    const used = hostCalls(() => {
      env.reset({ seed: 24 });
      play(subject, env, subject.config.horizon + 1, () => {});
    });
    must(
      used.length === 0,
      `${used.join(', ')} of the host ${used.length === 1 ? 'is' : 'are'} called: use the given random and math, which are the same everywhere`,
    );
  },

  states: (subject) => {
    const { numEnvs: N, observationSize: O } = subject;
    const [one, other] = [0, 1].map(() => (subject.user as NonNullable<Subject['user']>).vector(N));
    if (!one.showsStates) return;
    one.reset({ seed: 26 });
    other.reset({ seed: 26 });
    const steps = Math.min(3, subject.config.horizon - 1);
    for (let t = 0; t < steps; t++) {
      const ends = [one.step(actionsAt(subject, N, t)), other.step(actionsAt(subject, N, t + 7))].map(({ terminated }) => terminated);
      if (ends.some((flags) => flags.includes(1))) return; // their clocks differ from here on, and with them what is drawn
    }
    const restored = settled(() => other.setState(one.state()).observations);
    if (restored === null) return;
    const [a, b] = [one.setState(one.state()).observations.slice(), restored.slice()];
    const differ = (x: Float32Array, y: Float32Array) => {
      const at = x.findIndex((value, i) => !Object.is(value, y[i]));
      return at < 0 ? null : `number ${at % O} of environment ${Math.floor(at / O)} is ${x[at]} and ${y[at]}`;
    };
    const seen = differ(a, b);
    must(
      seen === null,
      `two environments put into one state with one task must be seen alike: ${seen}; does the state hold all that changes?`,
    );
    const actions = actionsAt(subject, N, steps);
    const after = differ(one.step(actions).observations, other.step(actions).observations);
    must(after === null, `two environments in one state must move alike by one action: ${after}; does the state hold all that changes?`);
  },

  goals: (subject) => {
    const { goal, vector } = subject.user as NonNullable<Subject['user']>;
    const { numEnvs: N, observationSize: O, config } = subject;
    if (goal === undefined || !goal.rewards(config).includes(config.reward)) return;
    const [one, again] = [vector(N), vector(N)];
    let before = one.reset({ seed: 27 }).observations.slice();
    again.reset({ seed: 27 });
    for (let t = 0; t < Math.min(5, config.horizon - 1); t++) {
      const actions = actionsAt(subject, N, t);
      const step = copy(one.step(actions));
      if (step.terminated.includes(1)) return;
      const places = Array.from({ length: N }, (_, n) => placeIn(rowOf(step.observations, n, O), goal.place(config)));
      again.setTasks(Float32Array.from(places.flat()));
      const states = Array.from({ length: N }, (_, n) => goal.state(rowOf(before, n, O), config));
      if (settled(() => again.setState(states.flat())) === null) return;
      const { rewards, terminated, observations } = again.step(actions);
      for (let n = 0; n < N; n++) {
        const what = `action ${shown(rowOf(actions, n, subject.actionSize))} after observation ${shown(rowOf(before, n, O))}, with the place that it leads to, ${shown(places[n])}, as the goal,`;
        must(rewards[n] > 0, `${what} must be paid "${config.reward}", got ${rewards[n]}`);
        if (terminated[n] === 1) return;
        const place = placeIn(rowOf(observations, n, O), goal.place(config));
        must(
          place.every((x, w) => Math.abs(x - places[n][w]) <= 1e-3 * (1 + Math.abs(x))),
          `${what} must lead there, got ${shown(place)}: does "goal.state" give the state of the observation, and does no move depend on the goal?`,
        );
      }
      before = step.observations.slice();
    }
  },

  'flat-memory': (subject) => {
    const { batch, key, rows } = opened(subject, 1);
    batch.start(key, rows, true);
    const { pages } = batch.inspect();
    for (let t = 0; t < 5000; t++) {
      batch.step(key, rows);
      const now = batch.inspect().pages;
      must(now === pages, `memory grew from ${pages} to ${now} pages by step ${t + 1} of 1 environment: take memory in "create"`);
    }
    const [N, steps] = [64, 400];
    const env = subject.make(N);
    env.reset({ seed: 25 });
    play(subject, env, steps, () => {});
    const before = heapInUse();
    play(subject, env, 4 * steps, () => {});
    const grown = (heapInUse() ?? 0) - (before ?? 0);
    must(grown < 1_000_000, `${4 * steps} steps of ${N} environments keep ${Math.round(grown / 1024)} KiB of memory`);
  },
};

/** What `work` answers; null where the environment can't do it. */
function settled<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof WasmetaError && error.code === 'E_UNSUPPORTED') return null;
    throw error;
  }
}

/** The rule that an error is about: its own, or the one that was being checked. */
export function ruleOf(error: unknown, checked: string): string {
  const named = error instanceof WasmetaError ? error.details.rule : undefined;
  return typeof named === 'string' ? named : checked;
}
