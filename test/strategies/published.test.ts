/**
 * Every classic strategy against its published mean (Duan et al. 2016, tables 1 and 2), within 3 standard errors of both: theirs are of 1000 trials, and
 * rounded to 0.1. Options are a choice among a few (docs/strategies.md), as theirs were; μ = 0 as theirs. Seeds are fixed, so that a right strategy that passes
 * once passes always; with fresh seeds a case would fail by chance once in 370.
 */
import { describe, expect, test } from 'vitest';
import { deviation, mean } from '../../src/core/statistics.ts';
import { long } from '../long.ts';
import { totals } from './totals.ts';

const publishedTrials = 1000;
const rounding = 0.05;

function expectNear(all: Float64Array, published: number) {
  const stderr = deviation(all) * Math.sqrt(1 / all.length + 1 / publishedTrials);
  expect(Math.abs(mean(all) - published)).toBeLessThan(3 * stderr + rounding);
}

type Case = [name: string, options: Record<string, number>, trials: number, published: number];

const bandits: Record<string, Case[]> = {
  '10 pulls of 5': [
    ['gittins', { discount: 0.5 }, 20_000, 6.6],
    ['thompson', {}, 20_000, 5.7],
    ['optimistic-thompson', { draws: 20 }, 3000, 6.5],
    ['ucb1', { c: 0.1 }, 20_000, 6.7],
    ['epsilon-greedy', { epsilon: 0.01 }, 20_000, 6.6],
    ['greedy', {}, 20_000, 6.6],
  ],
  '10 pulls of 10': [
    ['gittins', { discount: 0.5 }, 20_000, 6.6],
    ['thompson', {}, 20_000, 5.5],
    ['optimistic-thompson', { draws: 20 }, 1500, 6.2],
    ['ucb1', { c: 0.1 }, 20_000, 6.7],
    ['epsilon-greedy', { epsilon: 0.01 }, 20_000, 6.6],
    ['greedy', {}, 20_000, 6.6],
  ],
  '100 pulls of 5': [
    ['gittins', { discount: 0.97 }, 1000, 78.3],
    ['thompson', {}, 1000, 74.7],
    ['optimistic-thompson', { draws: 10 }, 1000, 77.9],
    ['ucb1', { c: 0.2 }, 1000, 78],
    ['epsilon-greedy', { epsilon: 0.02 }, 1000, 75.4],
    ['greedy', {}, 1000, 74.8],
  ],
};

/** A third of them is enough to see a wrong strategy. */
const played = (trials: number) => (long ? trials : Math.ceil(trials / 3));

describe.each(Object.entries(bandits))('bandits: %s arms', (title, cases) => {
  const [pulls, arms] = title.split(' pulls of ').map(Number);
  test.each(cases)('%s %j', async (name, options, trials, published) => {
    expectNear(await totals({ id: 'Bandit-v0', arms, episodes: pulls }, name, options, played(trials)), published);
  });
});

test.each<Case>([
  ['greedy', {}, 1000, 134.8],
  ['epsilon-greedy', { epsilon: 0.1 }, 1000, 132.8],
  ['psrl', {}, 1000, 138.1],
  ['opsrl', { draws: 10 }, 300, 144.1],
  ['beb', { bonus: 30 }, 1000, 150.2],
  ['ucrl2', { scale: 0.15 }, 1000, 146.6],
])('random MDPs, 10 episodes: %s %j', async (name, options, trials, published) => {
  expectNear(await totals({ id: 'TabularMdp-v0' }, name, options, played(trials)), published);
});
