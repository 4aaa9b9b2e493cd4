/** Links: what is written is read again, and what is damaged is said. */
import { describe, expect, test } from 'vitest';
import { fromHash, toHash } from '../../web/playground/link.ts';
import { verdict } from '../../web/playground/proof.ts';

const hash = (digit: string) => digit.repeat(64);
const plain = { show: 'grid', seed: 3, trial: 5, speed: 4, forget: true, weights: null, embed: false, training: null };
const training = {
  recipe: { algo: 'rl2', env: { id: 'PointMass-v0', preset: 'walking-direction' }, seed: 2, policy: { kind: 'gru', hidden: 8 } },
  iteration: 12,
  weights: hash('a'),
  trajectory: hash('b'),
};

describe('a link', () => {
  test.each([
    ['a stage', plain],
    ['weights', { ...plain, weights: hash('c') }],
    ['a frame', { ...plain, embed: true }],
    ['a training', { ...plain, training }],
  ])('to %s is read as it was written', (_, link) => {
    expect(fromHash(toHash(link))).toEqual({ ...link, wrong: null });
  });

  test('without anything shows the first tab', () => {
    expect(fromHash('')).toMatchObject({ show: 'semicircle', seed: 7, trial: 0, speed: 1, forget: false, wrong: null });
  });

  test('with numbers that are none takes the usual ones', () => {
    expect(fromHash('#seed=-1&trial=1e3&speed=0&forget=yes')).toMatchObject({ seed: 7, trial: 0, speed: 1, forget: false });
  });

  test.each([
    ['cut weights', `#weights=${hash('c').slice(1)}`, /hash of 63 signs, where 64 are needed/],
    ['a cut training', toHash({ ...plain, training }).slice(0, -3), /means a training, but its settings or hashes can’t be read/],
    ['settings that are no JSON', `#train=%7B&at=1&made=${hash('a')}&path=${hash('b')}`, /can’t be read/],
    ['settings without a learner', `#train=%7B%7D&at=1&made=${hash('a')}&path=${hash('b')}`, /can’t be read/],
    ['no iteration', `#train=%7B%22algo%22:%22rl2%22%7D&at=0&made=${hash('a')}&path=${hash('b')}`, /can’t be read/],
  ])('with %s says so', (_, text, sentence) => {
    expect(fromHash(text)).toMatchObject({ training: null, weights: null, wrong: expect.stringMatching(sentence) });
  });
});

test('a repeated training is judged by its weights first, then by its trials', () => {
  expect(verdict(training, training)).toMatchObject({ same: true, sentence: expect.stringMatching(/^Verified: 12 iterations/) });
  expect(verdict(training, { ...training, weights: hash('d') })).toMatchObject({
    same: false,
    sentence: expect.stringMatching(/weights have SHA-256 dddd/),
  });
  expect(verdict(training, { ...training, trajectory: hash('e') })).toMatchObject({
    same: false,
    sentence: expect.stringMatching(/trials .* eeee/),
  });
});
