/** Rules of one step and of episodes (docs/contract.md). */
import { actionsAt, type ContractEnv, copy, mixed, must, type Rule, same } from './kit.ts';

export const stepRules: Readonly<Record<string, Rule>> = {
  'reward-after-move': (subject) => {
    const N = subject.numEnvs;
    // A reward of the state before the move could not tell two moves after the same past apart.
    const { horizon } = subject.config;
    const { answersAfter: late } = subject;
    const longest = late === 0 ? horizon : 3 * horizon; // where only an end answers, ends must be met
    const last = (reward: string, length: number, changed: number, other: number) => {
      const env = subject.make(N, { reward, horizon: longest });
      env.reset({ seed: 5 });
      const actions = (t: number) => actionsAt(subject, N, t === changed ? t + other : t);
      for (let t = 0; t < length - 1; t++) env.step(actions(t));
      return env.step(actions(length - 1)).rewards.slice();
    };
    const answers = (after: number) =>
      Array.from({ length: longest - after }, (_, t) => t).some((t) =>
        subject.rewards.some((reward) => {
          const usual = last(reward, t + after + 1, t, 0);
          return [1000, 2000, 3000, 4000].some((other) => !same(usual, last(reward, t + after + 1, t, other)));
        }),
      );
    const when = late === 0 ? 'to its action' : `to the action ${late} steps before, and to none after it`;
    const earlier = Array.from({ length: late }, (_, after) => after);
    must(
      subject.user !== undefined || (answers(late) && !earlier.some(answers)),
      `the reward of a step must answer ${when}, under some reward of the family`,
    );
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
    const N = subject.numEnvs;
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
    const { user, seek } = subject;
    const right = user !== undefined ? user.ends || count === 0 : seek === null ? count === 0 : count > 0;
    must(right, `a law that ends episodes (ends: true) must end some, others none; got ${count}`);
  },

  truncated: (subject) => {
    const N = subject.numEnvs;
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
    must(subject.user !== undefined || count >= 3, `some episodes must be truncated, got ${count}`);
  },

  'terminated-on-the-last-step': (subject) => {
    const N = subject.numEnvs;
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
    const N = subject.numEnvs;
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
    const drawn = subject.drawnStart || subject.user !== undefined;
    for (let n = 0; n < N; n++) {
      const known = Math.min(starts[n].length, others[n].length);
      must(
        subject.user !== undefined || known >= 3,
        `episodes must go on ending after the first end, got ${known - 1} ends of environment ${n}`,
      );
      for (let k = 0; k < known; k++)
        must(
          same(starts[n][k], drawn ? others[n][k] : starts[n][0]),
          `after its end environment ${n} must show the start of the next episode`,
        );
      if (subject.drawnStart && subject.user === undefined)
        for (let k = 1; k < known; k++) must(!same(starts[n][k], starts[n][k - 1]), 'drawn starts must differ between episodes');
    }
    // A state may be the start by chance.
    const kept = finals.filter(Boolean).length;
    must(
      subject.oneState || subject.user !== undefined || kept > finals.length / 2,
      `finalObservations must keep the last observation, not the start: ${kept} of ${finals.length} did`,
    );
  },

  'fresh-episodes': (subject) => {
    // The second episode of an environment is the same whatever was done in the first.
    const N = subject.numEnvs;
    const O = subject.observationSize;
    const { horizon } = subject.config;
    const play = (past: number) => {
      const env = subject.make(N);
      env.reset({ seed: 16 });
      const [episode, elapsed] = [new Int32Array(N), new Int32Array(N)];
      const lives: number[][] = Array.from({ length: N }, () => []);
      for (let t = 0; t < 2 * horizon; t++) {
        const actions = new Float32Array(N * subject.actionSize);
        for (let n = 0; n < N; n++) {
          const row = actionsAt(subject, N, episode[n] === 0 ? past + t : elapsed[n]);
          for (let a = n * subject.actionSize; a < (n + 1) * subject.actionSize; a++) actions[a] = row[a];
        }
        const after = env.step(actions);
        for (let n = 0; n < N; n++) {
          const over = after.terminated[n] === 1 || after.truncated[n] === 1;
          const seen = over ? after.finalObservations : after.observations;
          if (episode[n] === 1) lives[n].push(...seen.slice(n * O, (n + 1) * O), after.rewards[n], after.terminated[n]);
          elapsed[n] = over ? 0 : elapsed[n] + 1;
          if (over) episode[n]++;
        }
      }
      return lives;
    };
    const [first, second] = [play(0), play(5000)];
    for (let n = 0; n < N; n++) {
      const shared = Math.min(first[n].length, second[n].length);
      const at = first[n].slice(0, shared).findIndex((value, k) => !Object.is(value, second[n][k]));
      must(
        at < 0,
        `step ${Math.floor(at / (O + 2)) + 1} of the second episode of environment ${n} must not depend on the first episode: ${first[n][at]} and ${second[n][at]} after other pasts`,
      );
    }
  },

  'task-stays': (subject) => {
    const N = subject.numEnvs;
    const env = subject.make(N);
    const tasks = env.reset({ seed: 9 }).tasks.slice();
    // Of few tasks some may be drawn twice, but not all of nine alike.
    const rows = Array.from({ length: N }, (_, n) => tasks.slice(n * subject.taskSize, (n + 1) * subject.taskSize).join());
    const known = subject.user === undefined;
    const { numTasks } = subject;
    const met = new Set(rows).size;
    must(
      !known || (met <= numTasks && met > Math.min(numTasks / 2, N / 2)),
      'tasks must differ between environments, where there are several',
    );
    for (let t = 0; t < 2 * env.config.horizon + 1; t++) env.step(actionsAt(subject, N, t));
    must(same(tasks, env.tasks()), 'the task must stay through autoreset');
    must(
      !known || same(tasks, env.reset({ seed: 10 }).tasks) === (numTasks === 1),
      'another seed must draw other tasks, where there are others',
    );
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
    const N = subject.numEnvs;
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

  finite: (subject) => {
    const N = subject.numEnvs;
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
