/** The examples run as a reader would run them, and print what they should. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const folder = new URL('../examples/', import.meta.url);
const root = new URL('..', import.meta.url).pathname;

async function run(name: string, ...args: string[]): Promise<string> {
  const options = { cwd: root, timeout: 300_000, killSignal: 'SIGKILL' } as const;
  return (await promisify(execFile)(process.execPath, [`examples/${name}`, ...args], options)).stdout;
}

const numbers = (text: string) => [...text.matchAll(/-?\d+(?:\.\d+)?/g)].map(([number]) => Number(number));

const tests: Record<string, () => Promise<void>> = {
  async 'step-by-hand.mjs'() {
    const [episodes, arrived, steps] = numbers(await run('step-by-hand.mjs', '5000'));
    expect(arrived).toBe(episodes);
    // Goals are uniform in ±0.5 m, the longer way m counts, P(m ≤ x) = 4x², and k steps reach 0.1 k + 0.01: 1/k has mean 0.319 over tasks. An
    // environment keeps its task and plays 1/k episodes a step, so an episode takes 1/0.319 = 3.13 steps, ± 0.25 for 64 tasks.
    expect(steps).toBeGreaterThan(2.6);
    expect(steps).toBeLessThan(3.65);
  },
  async 'random-rollouts.mjs'() {
    const [two, three] = [await run('random-rollouts.mjs', '2', '2'), await run('random-rollouts.mjs', '2', '3')];
    expect(two).toMatch(/^2000000 steps by 2 workers .* M steps\/s\n/);
    expect(two.split('\n')[1]).toMatch(/^mean return 0\.\d{3}, SHA-256 of all returns [0-9a-f]{64}$/);
    expect(three.split('\n')[1]).toBe(two.split('\n')[1]);
  },
  async 'train-rl2.mjs'() {
    const [, first, second] = (await run('train-rl2.mjs', '60')).trim().split('\n').map(numbers);
    const [, random, learned, , oracle] = second;
    expect(Math.abs(random)).toBeLessThan(1);
    expect(learned).toBeGreaterThan(first[2] + 1); // the second episode profits from the first
    expect(learned).toBeGreaterThan(oracle / 2);
  },
  async 'multi-task.mjs'() {
    const [point, puck] = (await run('multi-task.mjs', '30'))
      .trim()
      .split('\n')
      .map((line) => numbers(line.slice(line.indexOf(':'))));
    // Both at once: 30 iterations are too few for either to be good, and enough for both to be better.
    expect(point[1]).toBeGreaterThan(0.7 * point[0]);
    expect(puck[1]).toBeGreaterThan(0.7 * puck[0]);
  },
  async 'context.mjs'() {
    const [hidden, shown] = (await run('context.mjs', '2000')).trim().split('\n');
    expect(hidden).toMatch(/^observation \[x, y\]:/);
    expect(shown).toMatch(/^observation \[x, y, goal x, goal y\]:/);
    // Always to the right: E[ω · (1, 0)] = 0 a step, 0.01 paid for each; its standard error over tasks is 20 √½ / √32 = 2.5.
    expect(Math.abs((numbers(hidden)[0] as number) + 0.2)).toBeLessThan(7.5);
    // Along ω, which has length 1: exactly 1 − 0.01 a step.
    expect(numbers(shown)[0]).toBe(19.8);
  },
};

describe('the examples', () => {
  test('are these, and short', () => {
    expect(readdirSync(folder).filter((name) => name.endsWith('.mjs'))).toEqual(Object.keys(tests).sort());
    for (const name of Object.keys(tests)) expect(readFileSync(new URL(name, folder), 'utf8').split('\n').length).toBeLessThanOrEqual(61);
  });
  test.each(Object.keys(tests))('%s runs and prints what it should', (name) => tests[name]());
});
