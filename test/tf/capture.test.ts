/** Recorded programs: the bits of tfjs on every input, memory that stays flat, and refusals by name. */
import { beforeAll, expect, test } from 'vitest';
import type { Tensor, Tensor3D } from '#tf';
import { cellKinds, cellWeights } from '../../src/policies/cells.ts';
import { Program, programFor } from '../../src/tf/capture.ts';
import { layer } from '../../src/tf/layer.ts';
import { stackedSequences } from '../../src/tf/recurrent.ts';
import type { Tf } from '../../src/tf/tf.ts';
import { sequence, startedTf } from './tf.ts';

let tf: Tf;
beforeAll(async () => {
  tf = await startedTf();
});

const [rows, width] = [7, 5];
const shapes = { x: { shape: [rows, width] }, w: { shape: [width, width] }, b: { shape: [width] }, scale: { shape: [] } };
type Given = Parameters<ConstructorParameters<typeof Program>[2]>[0];

/** A loss and its gradient with constants before, among and behind what varies, slices, masks and a kernel of ours. */
const body = ({ x, w, b, scale }: Given) => {
  const mask = tf.tensor2d(
    Float32Array.from({ length: rows }, (_, i) => (i === 2 ? 0 : 1)),
    [rows, 1],
  );
  const { value, grads } = tf.valueAndGrads((...[w, b]) => {
    const hidden = layer(tf, tf.mul(x, 0.5), w, b, 'tanh');
    const shifted = tf.concat([tf.slice(hidden, [1, 0], [rows - 1, width]), tf.zeros([1, width])], 0);
    const errors = tf.square(tf.sub(tf.mul(shifted, mask), tf.mul(hidden, scale)));
    return tf.add(tf.sum(errors), tf.mean(tf.maximum(hidden, tf.scalar(0.1))));
  })([w, b]);
  return { value, w: grads[0], b: grads[1] };
};

function fill(program: Program, next: () => number): void {
  for (const name of Object.keys(shapes)) {
    const place = program.input(name);
    for (let i = 0; i < place.length; i++) place[i] = next();
  }
}

test('a replay gives the bits that tfjs gives for the same inputs, again and again', () => {
  const recorded = new Program(tf, shapes, body);
  const next = sequence(3);
  for (let run = 0; run < 20; run++) {
    fill(recorded, next);
    const eager = new Program(tf, shapes, body);
    for (const name of Object.keys(shapes)) eager.write(name, recorded.input(name));
    eager.run(); // the first run is tfjs's own
    recorded.run();
    for (const name of ['value', 'w', 'b']) expect([run, name, ...recorded.output(name)]).toEqual([run, name, ...eager.output(name)]);
    eager.dispose();
  }
  expect([recorded.recorded, recorded.refused]).toEqual([true, null]);
  recorded.dispose();
});

test.each(cellKinds)('a replay of two %s cells over a sequence gives the bits of tfjs', (kind) => {
  const [T, N, I, H] = [9, 3, 5, 8];
  const inputs = Object.fromEntries(
    [['x', [T, N, I]] as const, ...cellWeights(kind, 2, I, H)].map(([name, shape]) => [name, { shape: [...shape] }]),
  );
  const gradients = (given: Given) => {
    const keep = tf.tensor2d(
      Float32Array.from({ length: T * N }, (_, i) => Number(i >= N && i !== 4 * N + 1)),
      [T, N],
    );
    const loss = (x: Tensor, ...own: Tensor[]) => tf.sum(tf.square(stackedSequences(tf, { kind, depth: 2 }, x as Tensor3D, keep, own)));
    return Object.fromEntries(
      tf
        .grads(loss)(Object.values(given))
        .map((gradient, i) => [Object.keys(inputs)[i], gradient]),
    );
  };
  const recorded = new Program(tf, inputs, gradients);
  const next = sequence(7);
  for (let run = 0; run < 4; run++) {
    const eager = new Program(tf, inputs, gradients);
    for (const name of Object.keys(inputs)) {
      const place = recorded.input(name);
      for (let i = 0; i < place.length; i++) place[i] = next();
      eager.write(name, place);
    }
    eager.run();
    recorded.run();
    for (const name of Object.keys(inputs)) expect([run, name, ...recorded.output(name)]).toEqual([run, name, ...eager.output(name)]);
    eager.dispose();
  }
  expect([recorded.recorded, recorded.refused]).toEqual([true, null]);
  recorded.dispose();
});

test('2000 replays take no memory, no tensors, and leave what others hold alone', () => {
  const program = new Program(tf, shapes, body);
  const next = sequence(5);
  const other = tf.tensor1d([1, 2, 3]);
  for (let run = 0; run < 3; run++) {
    fill(program, next);
    program.run();
  }
  const before = { tensors: tf.memory().numTensors, bytes: tf.backendMemory().buffer.byteLength, held: program.bytes };
  for (let run = 0; run < 2000; run++) {
    fill(program, next);
    program.run();
    if (run % 100 === 0)
      tf.tidy(() => void body(Object.fromEntries(Object.entries(shapes).map(([name, { shape }]) => [name, tf.ones(shape)]))));
  }
  expect({ tensors: tf.memory().numTensors, bytes: tf.backendMemory().buffer.byteLength, held: program.bytes }).toEqual(before);
  expect(Array.from(other.dataSync())).toEqual([1, 2, 3]);
  program.dispose();
  other.dispose();
});

test('what a program has recorded is given back when it is disposed of', () => {
  const tensors = tf.memory().numTensors;
  const sizes: number[] = [];
  for (let i = 0; i < 60; i++) {
    const program = new Program(tf, { x: { shape: [256, 256] } }, ({ x }) => ({ y: tf.matMul(tf.exp(x), tf.add(x, 1)) }));
    program.run();
    program.run();
    expect(program.recorded).toBe(true);
    program.dispose();
    sizes.push(tf.backendMemory().buffer.byteLength);
  }
  expect(tf.memory().numTensors).toBe(tensors);
  expect(sizes.at(-1)).toBe(sizes[10]);
});

test('a kernel that runs in JavaScript is refused by its name, and the program is right all the same', () => {
  const program = new Program(tf, { x: { shape: [6] } }, ({ x }) => ({ y: tf.mul(tf.gather(x, [5, 1]), 3) }));
  for (let run = 0; run < 5; run++) {
    program.write('x', [run, 5, 1, 9, run, 7 + run]);
    program.run();
    expect(Array.from(program.output('y'))).toEqual([21 + 3 * run, 15]);
  }
  expect([program.recorded, program.refused]).toEqual([false, 'GatherV2']);
  program.dispose();
});

test('an input of another length is refused by its name, and a NaN comes out where tfjs lets it out', () => {
  const program = new Program(tf, shapes, body);
  expect(() => program.write('b', [1, 2])).toThrow('input "b" expected 5 numbers, got 2');
  for (let run = 0; run < 4; run++) {
    fill(program, sequence(run));
    program.input('scale')[0] = run === 3 ? Number.NaN : 1;
    program.run();
    expect(Number.isFinite(program.number('value'))).toBe(run < 3);
  }
  program.dispose();
});

test('programs are found by what makes them differ, and the oldest make room', () => {
  let made = 0;
  const make = () => {
    made++;
    return new Program(tf, { x: { shape: [2] } }, ({ x }) => ({ y: tf.add(x, 1) }));
  };
  const first = programFor(tf, ['test', 1], make);
  expect(programFor(tf, ['test', 1], make)).toBe(first);
  for (let i = 2; i < 40; i++) programFor(tf, ['test', i], make);
  expect(made).toBe(39);
  programFor(tf, ['test', 1], make);
  expect(made).toBe(40);
});
