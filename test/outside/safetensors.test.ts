/** Checkpoints are safetensors: other readers of the format find the names, types, shapes and bytes that we wrote. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { encodeTensors } from '../../src/runs/safetensors.ts';
import { missing, run } from './python.ts';

const tensors = new Map([
  ['policy/w', { shape: [3, 5], data: Float32Array.from({ length: 15 }, (_, i) => Math.fround(1 / (i - 7.5))) }],
  ['policy/b', { shape: [2, 1, 2], data: Float32Array.of(-0, 1e-45, 3.4e38, -1) }],
  ['moments', { shape: [2], data: Float64Array.of(Math.PI, 5e-324) }],
]);
const folder = mkdtempSync(join(tmpdir(), 'wasmeta-outside-'));
const file = join(folder, 'written.safetensors');
writeFileSync(file, encodeTensors({ tensors, metadata: new Map([['made by', 'a test']]) }));
afterAll(() => rmSync(folder, { recursive: true }));

const wanted = [...tensors].map(([name, { shape, data }]) => ({
  name,
  type: data instanceof Float64Array ? 'float64' : 'float32',
  shape,
  sha256: createHash('sha256').update(new Uint8Array(data.buffer)).digest('hex'),
}));

const print = `
import hashlib, json
print(json.dumps([{'name': name, 'type': str(x.dtype), 'shape': list(x.shape), 'sha256': hashlib.sha256(x.tobytes()).hexdigest()}
                  for name, x in found.items() if name in ('policy/w', 'policy/b', 'moments')]))`;

/** Each sets `found`, NumPy arrays by name. */
const readers: readonly [name: string, modules: string[], read: string][] = [
  [
    'NumPy, by the format',
    ['numpy'],
    `
import json, sys, numpy
text = open(sys.argv[1], 'rb').read()
start = 8 + int.from_bytes(text[:8], 'little')
types = {'F32': numpy.float32, 'F64': numpy.float64}
found = {name: numpy.frombuffer(text[start + x['data_offsets'][0]:start + x['data_offsets'][1]], types[x['dtype']]).reshape(x['shape'])
         for name, x in json.loads(text[8:start]).items() if x.get('dtype') in types}`,
  ],
  ['safetensors with NumPy', ['safetensors', 'numpy'], 'import sys, safetensors.numpy\nfound = safetensors.numpy.load_file(sys.argv[1])'],
  [
    'safetensors with PyTorch',
    ['safetensors', 'torch', 'numpy'],
    'import sys, safetensors.torch\nfound = {name: x.numpy() for name, x in safetensors.torch.load_file(sys.argv[1]).items()}',
  ],
];

test.for(readers)('%s reads what we wrote', ([, modules, read], { skip }) => {
  const reason = missing(...modules);
  if (reason !== null) skip(reason);
  const found = run(`${read}\n${print}`, file) as { name: string }[];
  expect(found.sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual(wanted.sort((a, b) => (a.name < b.name ? -1 : 1)));
});
