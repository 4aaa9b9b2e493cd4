/** The store that handlers keep things in: it finds by what a key says, drops the least recently used, and frees whatever it drops, once. */
import { expect, test } from 'vitest';
import { Kept } from '../../src/jobs/kept.ts';

function recording(limit: number) {
  const log: string[] = [];
  const kept = new Kept<string>(limit, (value) => log.push(`free ${value}`));
  const get = (key: unknown, value: string) =>
    kept.get(key, () => {
      log.push(`make ${value}`);
      return value;
    });
  return { log, kept, get };
}

test('equal keys find the same value, whoever made them', () => {
  const { get, log } = recording(2);
  expect(get({ a: [1, 'x'] }, 'first')).toBe('first');
  expect(get({ a: [1, 'x'] }, 'second')).toBe('first');
  expect(log).toEqual(['make first']);
});

test('the least recently used value is freed before its successor is made', () => {
  const { get, log, kept } = recording(2);
  get(1, 'a');
  get(2, 'b');
  get(1, 'a again');
  get(3, 'c');
  expect(log).toEqual(['make a', 'make b', 'free b', 'make c']);
  expect([kept.peek(1), kept.peek(2), kept.peek(3)]).toEqual(['a', undefined, 'c']);
});

test('a look does not make a value the newest', () => {
  const { get, log, kept } = recording(2);
  get(1, 'a');
  get(2, 'b');
  kept.peek(1);
  get(3, 'c');
  expect(log).toEqual(['make a', 'make b', 'free a', 'make c']);
});

test('drop and clear free each value once', () => {
  const { get, log, kept } = recording(3);
  for (const key of [1, 2, 3]) get(key, String(key));
  kept.drop(2);
  kept.drop(2);
  kept.clear();
  kept.clear();
  expect(log.slice(3)).toEqual(['free 2', 'free 1', 'free 3']);
});

test('nothing is kept of a value that could not be made', () => {
  const { kept, get } = recording(1);
  const fails = () => {
    throw new Error('no');
  };
  expect(() => kept.get(1, fails)).toThrow('no');
  expect(get(1, 'a')).toBe('a');
});
