/** Text for terminals: lines end between words, columns and progress lines keep within their width. */
import { afterEach, describe, expect, test } from 'vitest';
import { columns, lines, table } from '../../src/cli/layout.ts';
import { fitted } from '../../src/cli/progress-line.ts';
import { Course, roughly } from '../../src/experiments/course.ts';

test('lines end between words; a word that is longer than a line stays whole', () => {
  expect(lines('a bc def', 4)).toEqual(['a bc', 'def']);
  expect(lines('incomprehensibilities are long', 8)).toEqual(['incomprehensibilities', 'are long']);
});

test('texts stand beside their names, or below names that are too long', () => {
  const long = 'a-name-of-thirty-characters-or-so';
  expect(
    columns([
      ['a', 'one', 'two'],
      [long, 'three'],
    ]).split('\n'),
  ).toEqual([`  a${' '.repeat(25)}one`, `${' '.repeat(28)}two`, `  ${long}`, `${' '.repeat(28)}three`]);
});

describe('a table', () => {
  const rows = [
    ['learner', 'return ± se', 'steps'],
    ['RL²', '51.20 ± 0.31', '2.00 M'],
  ];
  const { isTTY, columns: width } = process.stdout;
  afterEach(() => Object.assign(process.stdout, { isTTY, columns: width }));

  test('aligns its columns', () => {
    expect(table(rows)).toBe('  learner    return ± se    steps\n  RL²       51.20 ± 0.31   2.00 M');
  });

  test('is a paragraph for each row where the terminal is too narrow', () => {
    Object.assign(process.stdout, { isTTY: true, columns: 30 });
    expect(table(rows)).toBe('  RL²\n      return ± se 51.20 ± 0.31,\n      steps 2.00 M');
  });
});

describe('a line of progress', () => {
  const parts = [
    { text: 'learner 3 of 7, about 9 min left: RL², seed 101', rank: 0 },
    { text: '12/400', rank: 2 },
    { text: '━━━━······', rank: 4 },
    { text: 'return 3.1 → 7.3', rank: 1 },
    { text: '48 k steps/s', rank: 3 },
    { text: '1:02 left', rank: 0 },
  ];

  test('leaves out what matters least, and keeps what is left in its order', () => {
    expect(fitted(parts, 200)).toContain('12/400  ━━━━······  return');
    expect(fitted(parts, 79)).toBe('learner 3 of 7, about 9 min left: RL², seed 101  return 3.1 → 7.3  1:02 left');
    expect(fitted(parts, 62)).toBe('learner 3 of 7, about 9 min left: RL², seed 101  1:02 left');
  });

  test('never is longer than the line', () => {
    for (let width = 20; width < 140; width++) expect(fitted(parts, width).length).toBeLessThanOrEqual(width);
    expect(fitted(parts, 40)).toBe('learner 3 of 7, about 9 min …  1:02 left');
  });
});

describe('the time that is left', () => {
  test('counts the trainings that are to come, by their shares', () => {
    const course = new Course({ noun: 'learner', count: 4, shares: 2.5 });
    expect(course.begin()).toBe('learner 1 of 4');
    expect(course.left(30, 60)).toBe(30 + 1.5 * 60);
    course.end(60);
    course.begin();
    expect(course.left(20, 20)).toBe(20 + 0.5 * 40); // 80 s for two shares
    course.end(20);
    course.begin(0.25);
    course.end(10);
    expect(course.begin(0.25)).toBe('learner 4 of 4');
    expect(course.left(5, 10)).toBe(null);
  });

  test('is said in words that promise little', () => {
    expect([10, 100, 540, 3600, 7800, 86_400].map(roughly)).toEqual([
      'under a minute',
      'about 2 min',
      'about 9 min',
      'about 1 h',
      'about 2 h 10 min',
      'about 24 h',
    ]);
  });
});
