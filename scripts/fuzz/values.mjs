/** Values that nobody expects, drawn from a seed; and right values with something wrong in one place. */

/** Calls that belong together, since one makes what the next is called on. */
export const callsOfSession = 25;

/** What a value of ours throws when it is read: the caller's own error, which may pass through. */
export class Planted extends Error {}

const numbers = [
  0,
  1,
  2,
  3,
  4,
  5,
  7,
  8,
  16,
  100,
  -1,
  -0,
  0.5,
  1e-300,
  1e300,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 1,
  2 ** 32,
  2 ** 53,
  Infinity,
  -Infinity,
  NaN,
];
const texts = [
  '',
  'x',
  'constructor',
  '__proto__',
  'PointMass-v0',
  'gru',
  'mlp',
  'random',
  'test',
  '../..',
  '\0',
  '💥',
  '1',
  'file:///gone.mjs',
  'x'.repeat(5000),
];
const throwing = () => {
  throw new Planted('not for you');
};

/** Mulberry32: numbers in [0, 1). */
export function sequence(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export class Draw {
  constructor(seed) {
    this.random = sequence(seed);
  }

  below(n) {
    return Math.floor(this.random() * n);
  }

  one(list) {
    return list[this.below(list.length)];
  }

  chance(p) {
    return this.random() < p;
  }

  number() {
    return this.chance(0.8) ? this.one(numbers) : (this.random() - 0.5) * 10 ** this.below(6);
  }

  /** Any value; objects hold others, two deep. */
  any(depth = 2) {
    const kinds = [
      () => undefined,
      () => null,
      () => this.chance(0.5),
      () => this.number(),
      () => this.number(),
      () => this.one(texts),
      () => BigInt(this.below(100)),
      () => Symbol('fuzz'),
      () => this.callback(depth),
      () => new Float32Array(this.below(8)).fill(this.number()),
      () => new Float64Array(this.below(8)),
      () => Uint8Array.from({ length: this.below(60) }, () => this.below(256)),
      () => this.odd(),
    ];
    if (depth > 0)
      kinds.push(
        () => Array.from({ length: this.below(4) }, () => this.any(depth - 1)),
        () => this.object(depth - 1),
        () => this.object(depth - 1),
      );
    return this.one(kinds)();
  }

  object(depth) {
    const names = [
      'env',
      'id',
      'policy',
      'kind',
      'hidden',
      'tasks',
      'seed',
      'run',
      'length',
      'state',
      'parameters',
      'config',
      'iteration',
      'a',
      'then',
    ];
    return Object.fromEntries(Array.from({ length: this.below(5) }, () => [this.one(names), this.any(depth)]));
  }

  callback(depth) {
    const answer = this.any(Math.max(0, depth - 1));
    return this.one([() => answer, async () => answer, (x) => x, throwing]);
  }

  /** Things that look like others, are endless, or bite when they are read. */
  odd() {
    const cyclic = { a: 1 };
    cyclic.self = cyclic;
    return this.one([
      () => cyclic,
      () => ({ length: 1e12 }),
      () => ({ length: -1 }),
      () => ({ length: 3, 0: 'a' }),
      () => new Array(2 ** 32 - 1),
      () => new Array(5),
      () => Object.create(null),
      () => Object.freeze({ env: 'PointMass-v0' }),
      () => new Map([[1, 2]]),
      () => new Set([1]),
      () => new Date(0),
      () => new Date(NaN),
      () => /x/,
      () => new URL('file:///gone.mjs'),
      () => new Error('a value'),
      () => new Proxy([1, 2, 3], {}),
      () => new Proxy(new Float32Array(4), {}),
      () => new Proxy({}, { get: throwing, has: throwing, ownKeys: throwing, getPrototypeOf: throwing }),
      () => Object.defineProperty({}, 'env', { get: throwing, enumerable: true }),
      () => ({ toString: throwing, valueOf: throwing, [Symbol.toPrimitive]: throwing }),
      () => ({ toJSON: throwing }),
      () => new DataView(new ArrayBuffer(8)),
      () => new ArrayBuffer(16),
      () => new SharedArrayBuffer(16),
      () => new Float32Array(new SharedArrayBuffer(16)),
      () => structuredClone(new Float32Array(4), { transfer: [] }),
      () => new BigInt64Array(2),
      () => class {},
      () => globalThis,
      () => new WeakMap(),
    ])();
  }

  /** A right value, with one place of it replaced, taken away or added to. What is not plain data is left as it is or replaced whole. */
  spoiled(value, depth = 4) {
    const plain =
      value !== null && typeof value === 'object' && [Object.prototype, Array.prototype, null].includes(Object.getPrototypeOf(value));
    if (ArrayBuffer.isView(value) && !(value instanceof DataView) && this.chance(0.7)) return this.spoiledArray(value);
    if (!plain || depth === 0 || this.chance(0.15)) return this.any();
    const copy = Array.isArray(value) ? [...value] : { ...value };
    const keys = Object.keys(copy).filter((key) => key !== 'length');
    const act = this.random();
    if (keys.length === 0 || act < 0.1) copy[this.one(Array.isArray(copy) ? ['extra', '0'] : ['extra', 'length', 'id', '0'])] = this.any(1);
    else if (act < 0.25) delete copy[this.one(keys)];
    else {
      const key = this.one(keys);
      copy[key] = this.spoiled(copy[key], depth - 1);
    }
    return copy;
  }

  spoiledArray(array) {
    const copy = array.slice();
    if (this.chance(0.4)) return copy.slice(0, this.below(copy.length + 1));
    if (copy.length > 0) {
      const value = this.number();
      copy[this.below(copy.length)] = typeof copy[0] === 'bigint' ? 1n : value;
    }
    return copy;
  }

  /** Mostly right: an argument that `make` gives, seldom spoiled or another one. */
  mostly(make) {
    const act = this.random();
    if (act < 0.55) return make();
    if (act < 0.85) return this.spoiled(make());
    return this.any();
  }
}
