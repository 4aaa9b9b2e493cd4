import { describe, expect, test } from 'vitest';
import { createInlineExecutor } from '../../src/workers/inline.ts';
import { createPool } from '../../src/workers/pool.ts';

const wrong: [string, unknown, string][] = [
  ['a misspelt option', { wokers: 2 }, 'E_UNKNOWN_NAME'],
  ['null', null, 'E_ARGUMENT'],
  ['a learner that is no boolean', { learner: 'no' }, 'E_ARGUMENT'],
  ['a misspelt module', { wasm: { engin: 'x' } }, 'E_UNKNOWN_NAME'],
  ['modules that are a number', { wasm: 3 }, 'E_ARGUMENT'],
  ['a module that is a number', { wasm: { engine: 3 } }, 'E_ARGUMENT'],
];

describe.each([
  ['a pool', createPool],
  ['an inline executor', createInlineExecutor],
] as const)('%s refuses', (_, create) => {
  test.each(wrong)('%s', (_name, options, code) => {
    expect(() => create(options as never)).toThrow(expect.objectContaining({ code }));
  });
});

test('a pool refuses a worker that is no function', () => {
  expect(() => createPool({ worker: 3 as never })).toThrow(expect.objectContaining({ code: 'E_ARGUMENT' }));
});
