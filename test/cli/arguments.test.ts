/** What the command line refuses before a command starts. */
import { describe, expect, test } from 'vitest';
import { checkFlags, exitCodeOf } from '../../src/cli/arguments.ts';
import { WasmetaError } from '../../src/core/errors.ts';

const args = {
  dir: { type: 'positional', description: '' },
  seed: { type: 'string', description: '' },
  set: { type: 'string', description: '', repeatable: true },
  json: { type: 'boolean', description: '' },
} as const;

describe('flags', () => {
  test.each([
    [[]],
    [['runs/a', '--seed', '3', '--json']],
    [['--set', 'a=1', '--set=b=2', 'runs/a', '--no-json']],
    [['--seed', '-3', '--', '--odd name']],
  ])('%j are taken', (rawArgs) => {
    checkFlags(rawArgs, args);
  });

  test.each([
    [['--sed', '3'], 'did you mean --seed?'],
    [['-s', '3'], '"flag" expected one of --seed, --set, --json, --no-json, got "-s"'],
    [['--seed', '1', '--seed=2'], '"--seed" expected once, got twice'],
    [['--json', '--no-json'], '"--json" expected once, got twice'],
    [['--seed'], '"--seed" expected a value, got none'],
    [['--seed', '--json'], '"--seed" expected a value, got --json'],
    [['runs/a', 'runs/b'], 'the command expected only dir, got "runs/b" as well'],
  ])('%j are refused', (rawArgs, why) => {
    expect(() => checkFlags(rawArgs, args)).toThrow(why);
  });

  test('several words are taken where the last argument is repeatable', () => {
    checkFlags(['a', 'b', 'c'], { dirs: { type: 'positional', repeatable: true } });
  });
});

test.each([
  [2, new WasmetaError('E_UNKNOWN_NAME', '')],
  [2, new WasmetaError('E_IO', '', {}, Object.assign(new Error(), { code: 'ENOENT' }))],
  [1, new WasmetaError('E_IO', '', {}, Object.assign(new Error(), { code: 'ENOSPC' }))],
  [1, new WasmetaError('E_NOT_FINITE', '')],
  [1, new WasmetaError('E_WORKER_LOST', '')],
  [1, new TypeError('a fault of our own')],
  [1, 'no error at all'],
])('exit code %i for %s', (code, error) => {
  expect(exitCodeOf(error)).toBe(code);
});
