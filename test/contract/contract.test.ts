/** docs/contract.md over every registered family × preset × {reference, debug, release}; then the three against each other, and the kit against broken environments. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { actionsAt, type ContractEnv, type Subject, same, sameStep } from '../../src/envs/contract/kit.ts';
import { checkRule, rules } from '../../src/envs/contract/rules.ts';
import { familyIds, familyOf, resolveEnv } from '../../src/envs/registry.ts';
import { VectorEnv } from '../../src/envs/vector-env.ts';
import { release } from '../assembly/modules.ts';
import { references } from '../reference/families.ts';
import { ReferenceVectorEnv } from '../reference/vector-env.ts';
import { implementations, kitHorizon, makeEnv, subjectOf, twinSteps } from './subjects.ts';

const cases = familyIds().flatMap((id) => Object.keys(familyOf(id).presets).map((preset) => [id, preset] as const));

test('every registered family has a plain twin', () => {
  expect(Object.keys(references).sort()).toEqual(familyIds().sort());
});

test('every rule of the kit stands by its name in docs/contract.md', () => {
  const page = readFileSync(new URL('../../docs/contract.md', import.meta.url), 'utf8');
  const names = [...page.matchAll(/\*\*([a-z-]+)\.?\*\*/g)].map(([, name]) => name);
  expect(Object.keys(rules).filter((rule) => !names.includes(rule))).toEqual([]);
});

describe.each(implementations)('%s keeps the contract', (implementation) => {
  describe.each(cases)('%s %s', (id, preset) => {
    test.each(Object.keys(rules))('%s', (rule) =>
      checkRule(rule, subjectOf(implementation, id, preset, kitHorizon(implementation, id, preset))),
    );
  });
});

/** Random steps, and steps that seek the end, so that all kinds of ends occur. */
function actionsFor(subject: Subject, numEnvs: number, t: number, observations: Float32Array, tasks: Float32Array): Float32Array {
  const actions = actionsAt(subject, numEnvs, t);
  const some = subject.actionSize * (numEnvs >> 1);
  if (subject.seek !== null) actions.set(subject.seek(observations, tasks).subarray(0, some));
  return actions;
}

test.each(cases)('%s %s: a law ends episodes only where its spec says so', (id, preset) => {
  const subject = subjectOf('release', id, preset);
  const env = makeEnv('release', subject.config, 64);
  let { observations, tasks } = env.reset({ seed: 3 });
  let ended = 0;
  for (let t = 0; t < Math.max(300, subject.config.horizon); t++) {
    const step = env.step(actionsFor(subject, 64, t, observations, tasks));
    // A body that could not go on has ended, too.
    step.terminated.forEach((terminated, n) => {
      if (step.faults[n] === 0) ended += terminated;
    });
    ({ observations } = step);
  }
  expect(ended > 0).toBe(familyOf(id).ends?.(subject.config) === true);
});

/** The same actions from the same start: what is seen, paid and ended, within 1e-5 of the growth of errors. */
function expectTwins(subject: Subject, steps: number, numEnvs: number): void {
  const [fast, plain] = [new VectorEnv(release, subject.config, numEnvs), new ReferenceVectorEnv(subject.config, numEnvs)];
  const [x, y] = [fast.reset({ seed: 4 }), plain.reset({ seed: 4 })];
  const tasks = x.tasks.slice();
  tasks.forEach((task, i) => {
    expect(Math.abs(task - y.tasks[i])).toBeLessThan(1e-6);
  });
  plain.reset({ seed: 4, tasks }); // from here on the same task to the bit, and noise at the same coordinates
  let { observations } = x;
  let [worst, near] = [0, 0];
  for (let t = 0; t < steps; t++) {
    const actions = actionsFor(subject, numEnvs, t, observations, tasks);
    const [p, q] = [fast.step(actions), plain.step(actions)];
    observations = p.observations;
    expect([...p.terminated], `terminated at step ${t}`).toEqual([...q.terminated]);
    expect([...p.truncated], `truncated at step ${t}`).toEqual([...q.truncated]);
    const O = subject.observationSize;
    const growth = plain.moves.map(({ amplifies = 1 }) => amplifies);
    observations.forEach((o, i) => {
      const n = Math.floor(i / O);
      const over = p.terminated[n] || p.truncated[n]; // then the step itself shows in the final observation only
      worst = Math.max(worst, Math.abs(o - q.observations[i]) / (over ? 1 : growth[n]));
      if (over) worst = Math.max(worst, Math.abs(p.finalObservations[i] - q.finalObservations[i]) / growth[n]);
    });
    p.rewards.forEach((r, n) => {
      if (plain.moves[n].margin < 1e-5 || growth[n] === Infinity)
        near++; // rounding may put the two on either side of a threshold
      else worst = Math.max(worst, Math.abs(r - q.rewards[n]) / (growth[n] * (plain.moves[n].slope ?? 1)));
    });
    plain.resume(observations);
    plain.restore(() => fast.state());
  }
  expect(worst).toBeLessThan(1e-5);
  expect(near).toBeLessThan(16); // 0.1 % of the steps
}

describe.each(cases)('%s %s', (id, preset) => {
  test.each(Object.keys(familyOf(id).rewards))(
    'debug and release give the same bytes for 2000 steps of 13 environments, reward %s',
    (reward) => {
      const subject = subjectOf('release', id, preset, { reward });
      const [a, b] = [makeEnv('debug', subject.config, 13), makeEnv('release', subject.config, 13)];
      const [x, y] = [a.reset({ seed: 3 }), b.reset({ seed: 3 })];
      expect(same(x.tasks, y.tasks)).toBe(true);
      let { observations } = y;
      for (let t = 0; t < 2000; t++) {
        const actions = actionsFor(subject, 13, t, observations, y.tasks);
        const [p, q] = [a.step(actions), b.step(actions)];
        if (!sameStep(p, q)) expect.fail(`bytes differ at step ${t}`);
        observations = q.observations;
      }
    },
  );

  const { steps, numEnvs } = twinSteps(id);
  test.each(Object.keys(familyOf(id).rewards))(
    `release is the plain twin within 1e-5 for ${steps} steps of ${numEnvs} environments, reward %s`,
    (reward) => expectTwins(subjectOf('release', id, preset, { reward }), steps, numEnvs),
  );
});

/** Every coordinate of every family's goals alone. */
const parts = familyIds().flatMap((id) =>
  (familyOf(id).goal?.coordinates ?? []).flatMap((name) =>
    Object.keys(familyOf(id).presets)
      .filter((preset) => familyOf(id).goal?.rewards(resolveEnv({ id, preset })).length)
      .map((preset) => [id, preset, name] as const),
  ),
);

describe.each(parts)('%s %s whose goal is %s alone', (id, preset, name) => {
  const changes = { goal: [name], context: true };
  test.each(Object.keys(familyOf(id).rewards))('release is the plain twin within 1e-5, reward %s', (reward) =>
    expectTwins(subjectOf('release', id, preset, { ...changes, reward }), 500, 32),
  );

  test('the rest of the task is not seen and does not count', () => {
    const { config } = subjectOf('release', id, preset, changes);
    const [a, b] = [makeEnv('release', config, 8), makeEnv('release', config, 8)];
    const { tasks } = a.reset({ seed: 3 });
    const W = tasks.length / 8;
    const w = familyOf(id).goal?.coordinates.indexOf(name);
    a.reset({ seed: 3, tasks });
    b.reset({ seed: 3, tasks: tasks.map((x, i) => (i % W === w ? x : x / 3)) });
    for (let t = 0; t < 50; t++) {
      const actions = actionsAt(subjectOf('release', id, preset, changes), 8, t);
      expect(sameStep(a.step(actions), b.step(actions))).toBe(true);
    }
  });
});

/** A reference environment with one thing wrong. */
function broken(spoil: (env: ReferenceVectorEnv) => Partial<ContractEnv>): Subject {
  const subject = subjectOf('reference', 'PointMass-v0', 'maml-navigation', { horizon: 12 });
  return {
    ...subject,
    make: (numEnvs, more = {}) => {
      const env = new ReferenceVectorEnv({ ...subject.config, ...more }, numEnvs);
      const faults = spoil(env);
      return {
        config: env.config,
        numEnvs,
        reset: (options) => env.reset(options),
        step: (actions) => env.step(actions),
        tasks: () => env.tasks(),
        close: () => env.close(),
        ...faults,
      };
    },
  };
}

describe('the kit refuses', () => {
  const faults: Record<string, [rule: string, spoil: (env: ReferenceVectorEnv) => Partial<ContractEnv>]> = {
    'a reward of the state before the move': [
      'reward-after-move',
      (env) => {
        let before: Float32Array = new Float32Array(env.numEnvs);
        return {
          step: (actions) => {
            const after = env.step(actions);
            const rewards = before;
            before = after.rewards;
            return { ...after, rewards };
          },
        };
      },
    ],
    'a final observation that is the start again': [
      'reward-after-move',
      (env) => ({
        step: (actions) => {
          const after = env.step(actions);
          return { ...after, finalObservations: after.observations };
        },
      }),
    ],
    'a law that never ends an episode although it should': [
      'terminated',
      (env) => ({
        step: (actions) => {
          const after = env.step(actions);
          return { ...after, terminated: after.terminated.fill(0) };
        },
      }),
    ],
    'truncated where terminated': [
      'terminated-on-the-last-step',
      (env) => ({
        step: (actions) => {
          const after = env.step(actions);
          return { ...after, truncated: after.truncated.map((flag, n) => flag | after.terminated[n]) };
        },
      }),
    ],
    'a horizon one step too long': [
      'truncated',
      (env) => {
        const longer = new ReferenceVectorEnv({ ...env.config, horizon: env.config.horizon + 1 }, env.numEnvs);
        return { reset: (o) => longer.reset(o), step: (a) => longer.step(a), tasks: () => longer.tasks() };
      },
    ],
    'an observation that is not reset': [
      'autoreset',
      (env) => ({
        step: (actions) => {
          const after = env.step(actions);
          const O = after.observations.length / env.numEnvs;
          const ended = (i: number) => after.terminated[Math.floor(i / O)] | after.truncated[Math.floor(i / O)];
          return { ...after, observations: after.observations.map((o, i) => (ended(i) ? after.finalObservations[i] : o)) };
        },
      }),
    ],
    'a task that changes with the episode': [
      'task-stays',
      (env) => {
        let t = 0;
        return {
          step: (actions) => {
            if (t++ === env.config.horizon) env.reset({ seed: 77 });
            return env.step(actions);
          },
        };
      },
    ],
    'a life that depends on the neighbours': [
      'batch-free',
      (env) => ({
        step: (actions) => {
          const after = env.step(actions);
          return { ...after, rewards: after.rewards.map((r) => r * env.numEnvs) };
        },
      }),
    ],
    'a seed that is not heeded': ['task-stays', (env) => ({ reset: (options = {}) => env.reset({ ...options, seed: 1 }) })],
    'something that is kept from one episode to the next': [
      'fresh-episodes',
      (env) => {
        let kept = 0;
        return {
          step: (actions) => {
            kept += actions[0];
            const after = env.step(actions);
            return { ...after, rewards: after.rewards.map((r) => r + kept) };
          },
        };
      },
    ],
    'a past that leaks through reset': [
      'repeatable',
      (env) => {
        let steps = 0;
        return {
          step: (actions) => {
            const after = env.step(actions);
            steps++;
            return { ...after, rewards: after.rewards.map((r) => r + steps) };
          },
        };
      },
    ],
    'actions that move before they are refused': [
      'refuse-first',
      (env) => ({
        step: (actions) => {
          if (actions instanceof Float32Array && actions.some(Number.isNaN)) env.step(new Float32Array(actions.length));
          return env.step(actions);
        },
      }),
    ],
    'a fault that stays behind after refused actions': [
      'refuse-first',
      (env) => {
        let refused = false;
        return {
          step: (actions) => {
            refused ||= actions instanceof Float32Array && actions.some(Number.isNaN);
            const after = env.step(actions);
            return { ...after, faults: after.faults.fill(Number(refused)) };
          },
        };
      },
    ],
    'an untyped error': [
      'refuse-first',
      (env) => ({
        step: (actions) => {
          if (!(actions instanceof Float32Array)) throw new TypeError('no');
          return env.step(actions);
        },
      }),
    ],
    'a first step without a reset': [
      'reset-first',
      (env) => {
        env.reset();
        return {};
      },
    ],
    'life after close': ['closed', () => ({ close: () => {} })],
    'infinite rewards': [
      'finite',
      (env) => ({
        step: (actions) => {
          const after = env.step(actions);
          return { ...after, rewards: after.rewards.map((r) => r / 0) };
        },
      }),
    ],
    'a context that changes the reward': [
      'context',
      (env) => ({
        step: (actions) => {
          const after = env.step(actions);
          return { ...after, rewards: after.rewards.map((r) => r + Number(env.config.context)) };
        },
      }),
    ],
  };
  test.each(Object.entries(faults))('%s', (_, [rule, spoil]) => {
    expect(() => checkRule(rule, broken(spoil))).toThrow(`rule ${rule}: `);
  });

  test('nothing of an environment without a fault', () => {
    for (const rule of Object.keys(rules))
      checkRule(
        rule,
        broken(() => ({})),
      );
  });

  test('at least one fault for every rule', () => {
    const caught = new Set(Object.values(faults).map(([rule]) => rule));
    expect(Object.keys(rules).filter((rule) => !caught.has(rule))).toEqual([]);
  });
});
