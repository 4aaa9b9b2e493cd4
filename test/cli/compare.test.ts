/** `wasmeta compare`: how long each learner is trained, and what is reported. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { resolveEnv } from '../../src/envs/registry.ts';
import { playersOf } from '../../src/experiments/compare-players.ts';
import { wasmeta } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'wasmeta-compare-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ['PointMass-v0', 'pomdp-semicircle'],
  ['GridNavi-v0', 'varibad-grid'],
  ['Puck-v0', 'one-shot'],
  ['Runner-v1', 'velocity'],
])('on %s %s all learn from as many environment steps, within one iteration', (id, preset) => {
  const env = resolveEnv({ id, preset });
  const steps = 10_000_000;
  for (const { name, learner, settings, experts = 1 } of playersOf(env, steps)) {
    const resolved = learner.resolve(settings);
    const { tasks, episodes, innerSteps } = { ...resolved } as Record<string, unknown> as Record<string, number>;
    const { iterations } = resolved;
    const [own] = learner.environments(resolved);
    const round = env.horizon * tasks * (innerSteps === undefined ? own.episodes : episodes * (innerSteps + 1));
    expect(Math.abs(iterations * round * experts - steps), name).toBeLessThanOrEqual(round * experts);
  }
});

test('where episodes end early, steps are counted and not iterations', () => {
  const env = resolveEnv({ id: 'PointMass-v0', preset: 'maml-navigation' });
  for (const { name, learner, settings, experts = 1 } of playersOf(env, 1_000_000))
    expect((learner.resolve(settings).steps ?? 0) * experts, name).toBe(1_000_000);
  const out = join(folder, 'navigation');
  const args = ['--env', 'PointMass-v0', '--preset', 'maml-navigation', '--steps', '30000', '--tasks', '20', '--only', 'contextual,rl2'];
  const { stdout } = wasmeta('compare', ...args, '--out', out, '--json');
  const { parts, command } = JSON.parse(stdout) as { parts: { steps: number; commit: string }[]; command: string };
  expect(parts).toHaveLength(2);
  // An iteration takes 25 600 steps at most, or 12 800.
  for (const { steps } of parts) expect(steps >= 30_000 && steps < 30_000 + 25_600).toBe(true);
  expect(command).toBe(
    'wasmeta compare --env PointMass-v0 --preset maml-navigation --episodes 1 --tasks 20 --seeds 101 --steps 30000 --only contextual,rl2',
  );
});

test('a learner that cannot be trained on the environment is refused before anything is trained', () => {
  const args = ['--env', 'Bandit-v0', '--only', 'goal-conditioned', '--out', join(folder, 'nobody')];
  const { status, stderr } = wasmeta('compare', ...args);
  expect([status, stderr.trim()]).toEqual([
    2,
    'wasmeta: "--only" expected a learner that can be trained on Bandit-v0, got goal-conditioned',
  ]);
  expect(existsSync(join(folder, 'nobody'))).toBe(false);
});

test('one table, by name and by who knows the task; on the same unseen tasks; saved', () => {
  const out = join(folder, 'runs');
  const args = [
    '--env',
    'GridNavi-v0',
    '--steps',
    '1',
    '--tasks',
    '20',
    '--seeds',
    '1,2',
    '--out',
    out,
    '--save',
    join(folder, 'saved.json'),
    '--json',
  ];
  const { status, stdout, stderr } = wasmeta('compare', ...args);
  expect(stderr).not.toContain('rror');
  expect(status).toBe(0);
  const document = JSON.parse(stdout);
  for (const file of [join(out, 'compare.json'), join(folder, 'saved.json')])
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(document);
  const rows = document.rows as { setting: string; knows: string; axis: string; mean: number; ci95: [number, number] }[];
  const ofSeeds = document.ofSeeds as { setting: string; axis: string; ours: { mean: number } }[];
  // Of two seeds a mean, and Student's interval of 12.706 standard errors.
  for (const { setting, axis, mean, ci95 } of rows) {
    const [a, b] = [1, 2].map(
      (seed) => ofSeeds.find((one) => one.setting === `${setting}, seed ${seed}` && one.axis === axis)?.ours.mean ?? 0,
    );
    expect(mean).toBeCloseTo((a + b) / 2, 9);
    expect(ci95[1] - mean).toBeCloseTo((12.706 * Math.abs(a - b)) / 2, 6);
  }
  // Every pair of the eight that played the same tasks, MAML's the first fifth; the difference is that of the means where all tasks are shared.
  const last = (setting: string) => rows.filter((one) => one.setting === setting).at(-1)?.mean ?? 0;
  expect(document.pairs).toHaveLength(28);
  for (const { a, b, tasks, difference, improvement } of document.pairs) {
    const few = [a, b].some((name) => name === 'MAML' || name === 'fine-tuned');
    expect([difference.of, difference.n, tasks]).toEqual(['seeds', 2, few ? 4 : 20]);
    if (!few) expect(difference.mean).toBeCloseTo(last(a) - last(b), 6);
    expect(improvement >= 0 && improvement <= 1).toBe(true);
  }
  // What each cost.
  for (const one of document.rows)
    expect([one.seeds, one.steps === null]).toEqual(/random|oracle/.test(one.setting) ? [[], true] : [[1, 2], false]);
  expect(document.environments).toContainEqual({ id: 'GridNavi-v0', version: 0, preset: 'varibad-grid', reward: 'search' });
  // The page holds every row of a trial this short, in text and as a dot but for the two lines of reference.
  const page = readFileSync(join(out, 'compare.html'), 'utf8');
  expect(page.match(/<tr[^>]*><th scope="row">/g)).toHaveLength(rows.length);
  expect(page).toContain('RL² − VariBAD');
  expect(page.match(/<circle/g)).toHaveLength(rows.length - 2);
  const of = (setting: string) => rows.filter((one) => one.setting === setting).map(({ axis }) => axis);
  expect([...new Set(rows.map(({ setting, knows }) => `${setting}: ${knows}`))]).toEqual([
    'random: nothing',
    'oracle: is told the task',
    'blind: nothing',
    'blind, recurrent: nothing; remembers all but rewards',
    'fine-tuned: adapts to it, not trained to',
    'contextual: is told the task',
    'goal-conditioned: is told the goal',
    'RL²: infers it',
    'VariBAD: infers a belief over it',
    'MAML: adapts to it',
    'expert: is trained on it alone',
  ]);
  expect(of('blind')).toEqual(['episode 1']);
  expect(of('RL²')).toEqual(['episode 1', 'episode 2', 'episode 3', 'episode 4']);
  expect(of('expert')).toEqual(['episode 1']);
  expect(of('MAML')).toEqual(['0 steps', '1 step', '2 steps', '3 steps']);
  expect(of('fine-tuned')).toEqual(of('MAML'));
  // The fine-tuned policy is the blind one, which is trained once.
  expect(document.parts).toHaveLength(2 * (7 + 5));
  expect(document.command).toBe('wasmeta compare --env GridNavi-v0 --preset varibad-grid --episodes 4 --tasks 20 --seeds 1,2 --steps 1');
}, 600_000);
