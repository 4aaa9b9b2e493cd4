import { describe, expect, test } from 'vitest';
import { boolean, finite, floats, integer, nearestNames, number, oneOf, onlyFields, record, seed } from '../../src/core/checks.ts';
import { fromErrorRecord, toErrorRecord, WasmetaError } from '../../src/core/errors.ts';

function errorOf(work: () => unknown): WasmetaError {
  try {
    work();
  } catch (error) {
    if (error instanceof WasmetaError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('a check returns what it accepts', () => {
  test('numbers at both ends of their range', () => {
    expect(integer('n', 1, 1, 5)).toBe(1);
    expect(integer('n', 5, 1, 5)).toBe(5);
    expect(number('x', 0.5, 0.5, 1)).toBe(0.5);
    expect(seed('seed', 2 ** 32 - 1)).toBe(2 ** 32 - 1);
    expect(boolean('flag', false)).toBe(false);
  });
});

describe('a check refuses with a title, what it expected and what it got', () => {
  test.each<[string, () => unknown, string]>([
    ['a fraction', () => integer('n', 1.5, 0, 9), '"n" expected a whole number from 0 to 9, got 1.5'],
    ['a number below', () => integer('n', -1, 0, 9), '"n" expected a whole number from 0 to 9, got -1'],
    ['a number above', () => integer('n', 10, 0, 9), '"n" expected a whole number from 0 to 9, got 10'],
    ['a number as text', () => integer('n', '3', 0, 9), '"n" expected a whole number from 0 to 9, got "3"'],
    ['NaN', () => number('x', Number.NaN), '"x" expected a finite number, got NaN'],
    ['a big integer', () => number('x', 3n), '"x" expected a finite number, got 3'],
    ['infinity', () => number('x', Infinity, 0, 1), '"x" expected a number from 0 to 1, got Infinity'],
    [
      'a seed of 33 bits',
      () => seed('seed', 2 ** 32),
      '"seed" expected a whole number from 0 to 4294967295, such as 4294967296 % 2 ** 32 = 0, got 4294967296',
    ],
    ['1 for true', () => boolean('flag', 1), '"flag" expected true or false, got 1'],
    ['null', () => record('env', null), '"env" expected an object, got null'],
    ['an array', () => record('env', [1, 2]), '"env" expected an object, got an array of length 2'],
    ['a typed array', () => record('env', new Uint8Array(3)), '"env" expected an object, got Uint8Array of length 3'],
    ['a function', () => record('env', () => 0), '"env" expected an object, got a function'],
    [
      'other floats',
      () => floats('a', new Float64Array(2), 2, 'why'),
      '"a" expected Float32Array of length 2 (why), got Float64Array of length 2',
    ],
    ['too few', () => floats('a', new Float32Array(1), 2, 'why'), '"a" expected Float32Array of length 2 (why), got 1'],
  ])('%s', (_, work, message) => {
    const error = errorOf(work);
    expect(error.code).toBe('E_ARGUMENT');
    expect(error.message).toBe(message);
  });

  test('a value that is not finite, with its place', () => {
    const error = errorOf(() => finite('p', [0, 1, -Infinity]));
    expect([error.code, error.details.index]).toEqual(['E_NOT_FINITE', 2]);
  });

  test('a name that is not known, with those that are', () => {
    const error = errorOf(() => oneOf('kind', 'grue', ['mlp', 'gru']));
    expect(error.code).toBe('E_UNKNOWN_NAME');
    expect(error.message).toBe('"kind" expected one of mlp, gru, got "grue"; did you mean gru?');
    expect(error.details).toMatchObject({ known: ['mlp', 'gru'], nearest: ['gru'] });
  });

  test.each([
    [Object.create(null)],
    [[Symbol('x')]],
    [
      {
        toString: () => {
          throw new Error('no');
        },
      },
    ],
    [Symbol('x')],
    [5n],
    [undefined],
  ])('a name that is no string: case %#', (value) => {
    expect(errorOf(() => oneOf('kind', value, ['mlp'])).code).toBe('E_UNKNOWN_NAME');
  });

  test('a misspelt field', () => {
    expect(errorOf(() => onlyFields('env', { horzon: 3 }, ['horizon', 'episodes'])).details.nearest).toEqual(['horizon']);
    onlyFields('env', { horizon: 3 }, ['horizon']);
  });
});

test('the nearest names come first, those far away not at all', () => {
  expect(nearestNames('PointMas-v0', ['Puck-v0', 'PointMass-v0', 'Runner-v1'])[0]).toBe('PointMass-v0');
  expect(nearestNames('zzzzzzzzzzzz', ['mlp', 'gru'])).toEqual([]);
});

test('an error survives as plain data, with code and details', () => {
  const before = new WasmetaError('E_DEADLINE', 'late', { ms: 5 }, new Error('cause'));
  const after = fromErrorRecord(structuredClone(toErrorRecord(before)));
  expect(after).toBeInstanceOf(WasmetaError);
  expect(after).toMatchObject({ code: 'E_DEADLINE', message: 'late', details: { ms: 5 }, stack: before.stack });
  expect(fromErrorRecord(toErrorRecord(new RangeError('r')))).toMatchObject({ name: 'RangeError', message: 'r' });
  expect(toErrorRecord('just text').message).toBe('just text');
});
