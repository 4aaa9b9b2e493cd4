/** Philox4x32-10 in WebAssembly and in TypeScript: the known answers of Random123 (kat_vectors), and the two against each other. */
import { describe, expect, test } from 'vitest';
import { philox, toUniform, type Words } from '../../src/core/philox.ts';
import { Engine } from '../../src/envs/engine.ts';
import { modules } from './modules.ts';

type Draw = (seed: number, purpose: number, counter: readonly number[]) => number[];

function drawIn(module: WebAssembly.Module): Draw {
  const engine = new Engine(module);
  const at = engine.givenIntegers([0, 0, 0, 0]);
  return (seed, purpose, counter) => {
    engine.integers(at, 4).set(counter);
    engine.call((wasm) => wasm.philox(seed, purpose, at));
    return Array.from(engine.integers(at, 4), (word) => word >>> 0);
  };
}

const draws: Record<string, Draw> = {
  typescript: (seed, purpose, [a, b, c, d]) => philox(seed, purpose, a, b, c, d),
  release: drawIn(modules.release),
  debug: drawIn(modules.debug),
};

const F = 0xffffffff;
const knownAnswers: [name: string, key: [number, number], counter: Words, words: Words][] = [
  ['all zero', [0, 0], [0, 0, 0, 0], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]],
  ['all ones', [F, F], [F, F, F, F], [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]],
  [
    'digits of π',
    [0xa4093822, 0x299f31d0],
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
];

describe.each(Object.entries(draws))('Philox in %s', (_, draw) => {
  test.each(knownAnswers)('gives the known answer for %s', (_name, [seed, purpose], counter, words) => {
    expect(draw(seed, purpose, counter)).toEqual(words);
  });
});

test('WebAssembly and TypeScript give the same words at 5000 random coordinates', () => {
  for (let i = 0; i < 5000; i++) {
    const [seed, purpose, a, b] = philox(1, 2, i, 0, 0, 0);
    const [c, d] = philox(1, 2, i, 0, 0, 1);
    const expected = draws.typescript(seed, purpose, [a, b, c, d]);
    expect(draws.release(seed, purpose, [a, b, c, d])).toEqual(expected);
    expect(draws.debug(seed, purpose, [a, b, c, d])).toEqual(expected);
  }
});

test('each of the six coordinates alone changes all four words', () => {
  const base = philox(1, 2, 3, 4, 5, 6);
  for (let i = 0; i < 6; i++) {
    const moved = [1, 2, 3, 4, 5, 6].map((x, j) => x + Number(i === j));
    const words = philox(...(moved as [number, number, number, number, number, number]));
    words.forEach((word, w) => {
      expect(word).not.toBe(base[w]);
    });
  }
});

test('uniforms lie in [0, 1), are exact in f32, and their mean and variance are right (4.5 σ: false alarm 1.4e-5)', () => {
  expect(toUniform(0)).toBe(0);
  expect(toUniform(0xffffffff)).toBe(1 - 2 ** -24);
  const n = 40_000;
  let [sum, squares] = [0, 0];
  for (let i = 0; i < n; i += 4)
    for (const word of philox(7, 8, i, 0, 0, 0)) {
      const u = toUniform(word);
      if (Math.fround(u) !== u) expect.fail(`${u} is no f32`);
      sum += u - 0.5;
      squares += (u - 0.5) ** 2;
    }
  expect(Math.abs(sum / n)).toBeLessThan(4.5 * Math.sqrt(1 / 12 / n));
  expect(Math.abs(squares / n - 1 / 12)).toBeLessThan(4.5 * Math.sqrt(1 / 180 / n)); // Var[(u − ½)²] = 1/80 − 1/144
});
