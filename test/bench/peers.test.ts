/** How speeds are compared (bench/peers), and what is made of docs/results/peers.json. What needs tools of others is in test/outside. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compile } from '../../bench/peers/compiled.mjs';
import { difference, inTurns, Missing, median, rateOf, ratioOf } from '../../bench/peers/measure.mjs';
import { load } from '../../bench/peers/packages.mjs';
import { chartOf, times } from '../../scripts/peers-chart.mjs';
import { tableOf, withTable } from '../../scripts/peers-page.mjs';

const read = (path: string) => readFileSync(new URL(`../../docs/${path}`, import.meta.url), 'utf8');
const saved = JSON.parse(read('results/peers.json'));
const sample = (count: number, cpu: number, wall: number) => ({ count, cpu, wall });

describe('a comparison', () => {
  test('takes the median over rounds of the ratios within a round', () => {
    const ours = [sample(10, 1, 2), sample(30, 1, 2), sample(20, 2, 2)]; // 10, 30, 10 a second of CPU time; 5, 15, 10 by the wall clock
    const theirs = [sample(5, 1, 1), sample(5, 1, 1), sample(8, 4, 4)]; // 5, 5, 2 by both
    expect(ratioOf(ours, theirs)).toEqual({ ratio: 5, lowest: 2, highest: 6, wall: 3 });
    expect(rateOf(ours)).toBe(10);
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });

  test('warms up, and lets another contender begin each round', async () => {
    const order: string[] = [];
    const contender = (name: string) => ({ version: '1', sample: () => sample(order.push(name), 1, 1) });
    const samples = await inTurns({ a: contender('a'), b: contender('b') }, 2);
    expect(order.join('')).toBe('abbaab');
    expect(samples.a.map(({ count }) => count)).toEqual([4, 5]);
  });

  test('measures how far numbers are apart as a share of the largest', () => {
    expect(difference([1, -4], [1.5, -4])).toBe(0.125);
    expect(difference([1], [1, 2])).toBe(Number.POSITIVE_INFINITY);
    expect(difference([1, 2], [1, Number.NaN])).toBeNaN();
  });
});

describe('a peer that is not there', () => {
  test('is named with how to get it, if it is a package', async () => {
    await expect(load('no-such-package')).rejects.toThrow(new Missing('the package no-such-package is not installed: npm install'));
  });

  test('is named with what it needs, if it is a program', () => {
    expect(() => compile('no-such-file.c', [], 'libnothing-dev')).toThrow(Missing);
    const path = process.env.PATH;
    process.env.PATH = '';
    try {
      expect(() => compile('point-mass.c', ['-lm'])).toThrow('no gcc: apt-get install gcc libc6-dev');
    } finally {
      process.env.PATH = path;
    }
  });
});

describe('what is shown', () => {
  const result = {
    ...saved,
    rows: [
      {
        id: 'a',
        title: 'a <b>',
        work: 'steps',
        rate: 2.6e7,
        peers: [{ peer: 'C', version: '1', rate: 5.2e7, ratio: 0.5, lowest: 0.4, highest: 0.6, wall: 0.5, differs: null }],
        missing: [{ peer: 'D', reason: 'not here' }],
      },
      { id: 'c', title: 'c', work: 'steps', rate: null, peers: [], missing: [{ peer: 'ours', reason: 'not there yet' }] },
    ],
  };

  test('ratios have as many digits as they bear', () => {
    expect([0.4523, 1.26, 2.345, 12.4, 205].map(times)).toEqual(['0.45 ×', '1.26 ×', '2.3 ×', '12 ×', '205 ×']);
  });

  test('a peer that is faster has a bar of another colour, and nothing is drawn of what was not measured', () => {
    const svg = chartOf(result);
    expect(svg).toContain('class="slower"');
    expect(svg).not.toContain('class="faster"');
    expect(svg).toContain('a &#60;b&#62;');
    expect(svg.match(/<rect/g)).toHaveLength(2); // the card and one bar
  });

  test('the table says what was left out and why', () => {
    expect(tableOf(result)).toContain('| a <b> | 26 M steps/s | D | – | left out: not here | – |');
    expect(tableOf(result)).toContain('| c | – | – | – | left out: not there yet | – |');
  });

  test('chart and table are those of the saved results', () => {
    expect(read('images/peers.svg'), 'run: node scripts/peers-page.mjs').toBe(chartOf(saved));
    const page = read('peers.md');
    expect(withTable(page, tableOf(saved)), 'run: node scripts/peers-page.mjs').toBe(page);
  });
});
