/**
 * docs/contract.md as a suite: each rule is a named check that throws `rule <name>: …` when it is broken. It sees environments from outside only,
 * so it runs over any implementation, and over environments of users.
 */
import { philox, toUniform } from '../../src/core/philox.ts';
import type { EnvConfig } from '../../src/envs/spec.ts';
import type { ResetOptions, VectorStep } from '../../src/envs/vector-env.ts';

export interface ContractEnv {
  readonly config: EnvConfig;
  readonly numEnvs: number;
  reset(options?: ResetOptions): { observations: Float32Array; tasks: Float32Array };
  step(actions: Float32Array): VectorStep;
  tasks(): Float32Array;
  close(): void;
}

/** What the kit is told about a family. */
export interface Subject {
  readonly config: EnvConfig;
  /** The environment under test, with some of its options replaced. */
  make(numEnvs: number, changes?: Partial<EnvConfig>): ContractEnv;
  readonly observationSize: number;
  readonly actionSize: number;
  /** Number of choices of a discrete action, else 0. */
  readonly choices: number;
  readonly taskSize: number;
  /** Nothing that is observed ever changes. */
  readonly oneState: boolean;
  /** Episodes start at states drawn at their coordinates; else all start alike. */
  readonly drawnStart: boolean;
  /** There are but two tasks. */
  readonly twoTasks: boolean;
  /** Names of the family's rewards; at least one of them answers to actions within an episode. */
  readonly rewards: readonly string[];
  /** Actions [N, A] that lead to the family's own end of an episode; null if no law ends one. */
  readonly seek: ((observations: Float32Array, tasks: Float32Array) => Float32Array) | null;
}

export type Rule = (subject: Subject) => void;

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

export const bytesOf = (array: Float32Array | Uint8Array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength);
const same = (a: Float32Array | Uint8Array, b: Float32Array | Uint8Array) => bytesOf(a).equals(bytesOf(b));
const copy = (s: VectorStep): VectorStep => ({
  observations: s.observations.slice(),
  rewards: s.rewards.slice(),
  terminated: s.terminated.slice(),
  truncated: s.truncated.slice(),
  faults: s.faults.slice(),
  finalObservations: s.finalObservations.slice(),
});

/** All that a step answers, as bytes: what two steps are compared by. */
export const stepBytes = (s: VectorStep) =>
  Buffer.concat([s.observations, s.rewards, s.terminated, s.truncated, s.faults, s.finalObservations].map(bytesOf));
const sameStep = (a: VectorStep, b: VectorStep) => stepBytes(a).equals(stepBytes(b));

/** Actions of step t: uniform a little beyond the bounds, or uniform choices. Environment n's do not depend on N. */
export function actionsAt(subject: Pick<Subject, 'actionSize' | 'choices'>, numEnvs: number, t: number): Float32Array {
  return Float32Array.from({ length: numEnvs * subject.actionSize }, (_, i) => {
    const u = toUniform(philox(12, 34, i, t, 0, 0)[0]);
    return subject.choices > 0 ? Math.floor(u * subject.choices) : 2.6 * u - 1.3;
  });
}

/** The first half of the environments seeks the end, the others act at random. */
function mixed(subject: Subject, env: ContractEnv, t: number, observations: Float32Array): Float32Array {
  const actions = actionsAt(subject, env.numEnvs, t);
  const half = (env.numEnvs >> 1) * subject.actionSize;
  if (subject.seek !== null) actions.set(subject.seek(observations, env.tasks()).subarray(0, half));
  return actions;
}

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as { code?: string }).code ?? `untyped ${(error as Error).name}`;
  }
  return 'nothing thrown';
}

const N = 9; // not a multiple of four, so that padding shows

export const rules: Readonly<Record<string, Rule>> = {
  'reward-after-move': (subject) => {
    // A reward of the state before the move could not tell two moves after the same past apart.
    const { horizon } = subject.config;
    const answers = subject.rewards.some((reward) =>
      Array.from({ length: horizon }, (_, last) => last).some((last) => {
        const [a, b] = [0, 1000].map((other) => {
          const env = subject.make(N, { reward });
          env.reset({ seed: 5 });
          for (let t = 0; t < last; t++) env.step(actionsAt(subject, N, t));
          return env.step(actionsAt(subject, N, last + other)).rewards.slice();
        });
        return a.some((r, n) => r !== b[n]);
      }),
    );
    must(answers, 'the reward of a step must answer to its action, under some reward of the family');
    // Without a horizon in the way nothing is reset: the long twin shows the state after each move, and earns the same for it.
    const [short, long] = [subject.make(N), subject.make(N, { horizon: horizon + 1 })];
    short.reset({ seed: 5 });
    long.reset({ seed: 5 });
    for (let t = 0; t < horizon; t++) {
      const actions = actionsAt(subject, N, t);
      const [a, b] = [copy(short.step(actions)), copy(long.step(actions))];
      must(same(a.rewards, b.rewards), `step ${t + 1} of ${horizon} must earn what it earns under a longer horizon`);
      if (t + 1 < horizon) continue;
      for (let n = 0; n < N; n++) {
        if (a.truncated[n] === 0) continue;
        const row = [n * subject.observationSize, (n + 1) * subject.observationSize] as const;
        must(
          same(a.finalObservations.slice(...row), b.observations.slice(...row)),
          `the final observation of environment ${n} must be that of the state after the move`,
        );
      }
    }
  },

  terminated: (subject) => {
    const env = subject.make(N);
    let { observations } = env.reset({ seed: 6 });
    let count = 0;
    for (let t = 0; t < 3 * env.config.horizon; t++) {
      const after = env.step(mixed(subject, env, t, observations));
      observations = after.observations;
      for (const flag of after.terminated) {
        must(flag === 0 || flag === 1, `flags must be 0 or 1, got ${flag}`);
        count += flag;
      }
    }
    must(subject.seek === null ? count === 0 : count > 0, `a family whose law ends episodes must end some, others none; got ${count}`);
  },

  truncated: (subject) => {
    const env = subject.make(N);
    const elapsed = new Int32Array(N);
    let { observations } = env.reset({ seed: 7 });
    let count = 0;
    for (let t = 0; t < 3 * env.config.horizon; t++) {
      const after = env.step(mixed(subject, env, t, observations));
      observations = after.observations;
      for (let n = 0; n < N; n++) {
        elapsed[n]++;
        const due = elapsed[n] >= env.config.horizon && after.terminated[n] === 0;
        must(
          after.truncated[n] === Number(due),
          `environment ${n} after ${elapsed[n]} steps, terminated ${after.terminated[n]}: truncated must be ${Number(due)}, got ${after.truncated[n]}`,
        );
        if (after.terminated[n] || after.truncated[n]) elapsed[n] = 0;
        count += after.truncated[n];
      }
    }
    must(count >= 3, `some episodes must be truncated, got ${count}`);
  },

  'terminated-on-the-last-step': (subject) => {
    // Where the law ends an episode after k steps, a horizon of k must not claim it.
    if (subject.seek === null) return;
    const whole = subject.make(N);
    let { observations } = whole.reset({ seed: 6 });
    const played: Float32Array[] = [];
    let ended = -1;
    while (ended < 0 && played.length < subject.config.horizon) {
      played.push(mixed(subject, whole, played.length, observations));
      const after = whole.step(played[played.length - 1]);
      observations = after.observations;
      ended = after.terminated.indexOf(1);
    }
    must(ended >= 0, 'seeking must end an episode');
    const cut = subject.make(N, { horizon: played.length });
    cut.reset({ seed: 6 });
    const last = played.map((actions) => copy(cut.step(actions)))[played.length - 1];
    must(last.terminated[ended] === 1 && last.truncated[ended] === 0, 'an episode that ends by law on its last step is terminated only');
  },

  autoreset: (subject) => {
    // The k-th start of an environment is the same whatever was done before; where starts are not drawn it is the first one again.
    const O = subject.observationSize;
    const play = (act: (env: ContractEnv, t: number, observations: Float32Array) => Float32Array) => {
      const env = subject.make(N);
      let { observations } = env.reset({ seed: 8 });
      const rowOf = (all: Float32Array, n: number) => all.slice(n * O, (n + 1) * O);
      const starts = Array.from({ length: N }, (_, n) => [rowOf(observations, n)]);
      const finals: boolean[] = [];
      for (let t = 0; t < 3 * env.config.horizon; t++) {
        const after = env.step(act(env, t, observations));
        observations = after.observations;
        for (let n = 0; n < N; n++) {
          if (!after.terminated[n] && !after.truncated[n]) continue;
          starts[n].push(rowOf(observations, n));
          finals.push(!same(rowOf(after.finalObservations, n), rowOf(observations, n)));
        }
      }
      return { starts, finals };
    };
    const { starts, finals } = play((env, t, observations) => mixed(subject, env, t, observations));
    const others = play((_, t) => actionsAt(subject, N, 1000 + t)).starts;
    for (let n = 0; n < N; n++) {
      const known = Math.min(starts[n].length, others[n].length);
      must(known >= 3, `episodes must go on ending after the first end, got ${known - 1} ends of environment ${n}`);
      for (let k = 0; k < known; k++)
        must(
          same(starts[n][k], subject.drawnStart ? others[n][k] : starts[n][0]),
          `after its end environment ${n} must show the start of the next episode`,
        );
      if (subject.drawnStart)
        for (let k = 1; k < known; k++) must(!same(starts[n][k], starts[n][k - 1]), 'drawn starts must differ between episodes');
    }
    // A state may be the start by chance.
    const kept = finals.filter(Boolean).length;
    must(
      subject.oneState || kept > finals.length / 2,
      `finalObservations must keep the last observation, not the start: ${kept} of ${finals.length} did`,
    );
  },

  'task-stays': (subject) => {
    const env = subject.make(N);
    const tasks = env.reset({ seed: 9 }).tasks.slice();
    // Of few tasks some may be drawn twice, but not all of nine alike.
    const rows = Array.from({ length: N }, (_, n) => tasks.slice(n * subject.taskSize, (n + 1) * subject.taskSize).join());
    must(new Set(rows).size > (subject.twoTasks ? 1 : N / 2), 'tasks must differ between environments');
    for (let t = 0; t < 2 * env.config.horizon + 1; t++) env.step(actionsAt(subject, N, t));
    must(same(tasks, env.tasks()), 'the task must stay through autoreset');
    must(!same(tasks, env.reset({ seed: 10 }).tasks), 'another seed must draw other tasks');
    must(same(tasks, env.reset({ tasks }).tasks), 'given tasks must be taken as they are');
  },

  'batch-free': (subject) => {
    const steps = Math.min(50, subject.config.horizon + 3);
    const run = (size: number) => {
      const env = subject.make(size);
      const { tasks } = env.reset({ seed: 11 });
      const rows = Array.from({ length: steps }, (_, t) => {
        const { observations, rewards } = env.step(actionsAt(subject, size, t));
        return [...observations.slice(0, subject.observationSize), rewards[0]];
      });
      return Float32Array.from([...tasks.subarray(0, subject.taskSize), ...rows.flat()]);
    };
    const alone = run(1);
    for (const size of [2, 3, 4, 5, 8, 13]) must(same(alone, run(size)), `environment 0 must live the same life among ${size} as alone`);
  },

  context: (subject) => {
    const [hidden, shown] = [subject.make(N, { context: false }), subject.make(N, { context: true })];
    const plain = hidden.reset({ seed: 12 }).observations.length / N;
    const full = shown.reset({ seed: 12 }).observations.length / N;
    must(full === plain + subject.taskSize, `context must add ${subject.taskSize} numbers to ${plain}, got ${full}`);
    for (let t = 0; t < subject.config.horizon + 2; t++) {
      const actions = actionsAt(subject, N, t);
      const [a, b] = [hidden.step(actions), shown.step(actions)];
      const tasks = shown.tasks();
      must(same(a.rewards, b.rewards) && same(a.terminated, b.terminated), 'context must change neither rewards nor ends');
      for (let n = 0; n < N; n++) {
        must(
          same(a.observations.slice(n * plain, (n + 1) * plain), b.observations.slice(n * full, n * full + plain)),
          'the observation without the task must be the same',
        );
        must(
          same(b.observations.slice(n * full + plain, (n + 1) * full), tasks.slice(n * subject.taskSize, (n + 1) * subject.taskSize)),
          'the task must follow the observation',
        );
      }
    }
  },

  repeatable: (subject) => {
    const [a, b] = [subject.make(N), subject.make(N)];
    for (let t = 0; t < 5; t++) {
      if (t === 0) b.reset({ seed: 99 });
      else b.step(actionsAt(subject, N, 1000 + t)); // another past
    }
    must(same(a.reset({ seed: 13 }).tasks, b.reset({ seed: 13 }).tasks), 'the same seed must draw the same tasks');
    for (let t = 0; t < subject.config.horizon + 2; t++) {
      const actions = actionsAt(subject, N, t);
      const [x, y] = [a.step(actions), b.step(actions)];
      must(same(x.observations, y.observations) && same(x.rewards, y.rewards), `step ${t} after reset must not depend on what was before`);
    }
    const [c, d] = [subject.make(N), subject.make(N)];
    must(same(c.reset().tasks, d.reset({ seed: 0 }).tasks), 'the first reset() must be reset({ seed: 0 })');
    const next = c.reset().tasks;
    must(same(next, d.reset().tasks), 'a later reset() must go on in the order of the seed');
    must(!same(next, c.reset({ seed: 0 }).tasks), 'a later reset() must draw new tasks');
  },

  'refuse-first': (subject) => {
    const [calm, pestered] = [subject.make(N), subject.make(N)];
    calm.reset({ seed: 14 });
    pestered.reset({ seed: 14 });
    for (let t = 0; t < 12; t++) {
      const actions = actionsAt(subject, N, t);
      const size = actions.length;
      const spoiled = (value: number) => actions.slice().fill(value, t % size, (t % size) + 1);
      for (const value of [Number.NaN, Infinity, -Infinity])
        must(codeOf(() => pestered.step(spoiled(value))) === 'E_NOT_FINITE', `${value} among the actions must throw E_NOT_FINITE`);
      if (subject.choices > 0)
        for (const value of [-1, 0.5, subject.choices])
          must(codeOf(() => pestered.step(spoiled(value))) === 'E_ARGUMENT', `choice ${value} must throw E_ARGUMENT`);
      for (const bad of [
        actions.slice(1),
        new Float32Array(size + 1),
        new Float32Array(0),
        Float64Array.from(actions),
        [...actions],
        null,
        undefined,
        'up',
      ])
        must(codeOf(() => pestered.step(bad as Float32Array)) === 'E_ARGUMENT', 'actions of a wrong type or length must throw E_ARGUMENT');
      must(sameStep(copy(calm.step(actions)), copy(pestered.step(actions))), 'refused actions must leave no trace');
    }
    const tasks = pestered.tasks();
    for (const bad of [{ tasks: tasks.slice(1) }, { tasks: tasks.slice().fill(Number.NaN, 0, 1) }, { seed: -1 }, { seed: 0.5 }])
      must(codeOf(() => pestered.reset(bad)).startsWith('E_'), 'bad reset options must throw a typed error');
    must(same(tasks, pestered.tasks()), 'a refused reset must leave the tasks');
    const next = actionsAt(subject, N, 77);
    must(sameStep(copy(calm.step(next)), copy(pestered.step(next))), 'a refused reset must leave no trace');
  },

  'reset-first': (subject) => {
    const env = subject.make(N);
    must(codeOf(() => env.step(actionsAt(subject, N, 0))) === 'E_ARGUMENT', 'a step before the first reset must throw E_ARGUMENT');
  },

  closed: (subject) => {
    const env = subject.make(N);
    env.reset({ seed: 1 });
    env.close();
    env.close();
    for (const call of [() => env.reset(), () => env.reset(), () => env.step(actionsAt(subject, N, 0)), () => env.tasks()])
      must(codeOf(call) === 'E_CLOSED', 'after close every call but close must throw E_CLOSED');
  },

  finite: (subject) => {
    const env = subject.make(N);
    env.reset({ seed: 15 });
    const wild = new Float32Array(N * subject.actionSize).fill(subject.choices > 0 ? subject.choices - 1 : 3e38);
    for (let t = 0; t < env.config.horizon + 2; t++) {
      const { observations, rewards } = env.step(wild);
      must(
        observations.every(Number.isFinite) && rewards.every(Number.isFinite),
        'finite actions must give finite observations and rewards',
      );
    }
  },
};

/** Checks one rule; the error names it. */
export function checkRule(name: string, subject: Subject): void {
  try {
    rules[name](subject);
  } catch (error) {
    throw new Error(`rule ${name}: ${(error as Error).message}`, { cause: error });
  }
}

/** Checks all rules. */
export function checkContract(subject: Subject): void {
  for (const name of Object.keys(rules)) checkRule(name, subject);
}
