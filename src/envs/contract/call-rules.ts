/** Rules of the calls (docs/contract.md). */
import { actionsAt, codeOf, copy, must, type Rule, same, sameStep } from './kit.ts';

export const callRules: Readonly<Record<string, Rule>> = {
  repeatable: (subject) => {
    const N = subject.numEnvs;
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
    const others = subject.user === undefined && subject.numTasks > 1;
    must(!others || !same(next, c.reset({ seed: 0 }).tasks), 'a later reset() must draw new tasks');
  },

  'refuse-first': (subject) => {
    const N = subject.numEnvs;
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
        [...actions, 0],
        [...actions].map(String),
        null,
        undefined,
        'up',
      ])
        must(codeOf(() => pestered.step(bad as Float32Array)) === 'E_ARGUMENT', 'actions of a wrong type or length must throw E_ARGUMENT');
      must(sameStep(copy(calm.step(actions)), copy(pestered.step(actions))), 'refused actions must leave no trace');
    }
    const tasks = pestered.tasks();
    const badTasks = tasks.length > 0 ? [{ tasks: tasks.slice(1) }, { tasks: tasks.slice().fill(Number.NaN, 0, 1) }] : [];
    for (const bad of [...badTasks, { seed: -1 }, { seed: 0.5 }])
      must(codeOf(() => pestered.reset(bad)).startsWith('E_'), 'bad reset options must throw a typed error');
    must(same(tasks, pestered.tasks()), 'a refused reset must leave the tasks');
    const next = actionsAt(subject, N, 77);
    must(sameStep(copy(calm.step(next)), copy(pestered.step(next))), 'a refused reset must leave no trace');
  },

  'reset-first': (subject) => {
    const N = subject.numEnvs;
    const env = subject.make(N);
    must(codeOf(() => env.step(actionsAt(subject, N, 0))) === 'E_ARGUMENT', 'a step before the first reset must throw E_ARGUMENT');
  },

  closed: (subject) => {
    const N = subject.numEnvs;
    const env = subject.make(N);
    env.reset({ seed: 1 });
    env.close();
    env.close();
    for (const call of [() => env.reset(), () => env.reset(), () => env.step(actionsAt(subject, N, 0)), () => env.tasks()])
      must(codeOf(call) === 'E_CLOSED', 'after close every call but close must throw E_CLOSED');
  },
};
