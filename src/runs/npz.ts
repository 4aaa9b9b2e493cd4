/**
 * NumPy's containers: an array as .npy (format version 1.0: magic, header length, a Python dictionary, little-endian data in C order) and several in a zip, .npz.
 * Source: numpy.lib.format. Written only.
 */
import { type Zippable, zipSync } from 'fflate';

interface NamedArray {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Int32Array | Uint8Array;
}

const types = { Float32Array: '<f4', Float64Array: '<f8', Int32Array: '<i4', Uint8Array: '|u1' } as const;

function encodeNpy({ shape, data }: NamedArray): Uint8Array {
  const type = types[data.constructor.name as keyof typeof types];
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${tuple}), }`;
  const start = 64 * Math.ceil((10 + text.length + 1) / 64); // the data stays aligned
  const file = new Uint8Array(start + data.byteLength).fill(0x20, 10, start);
  file.set([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, (start - 10) & 255, (start - 10) >> 8]);
  file.set(new TextEncoder().encode(text), 10);
  file[start - 1] = 0x0a;
  file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start);
  return file;
}

/** The same arrays give the same bytes: files in a zip carry a date, which is a fixed one here. */
export function encodeNpz(arrays: Readonly<Record<string, NamedArray>>): Uint8Array {
  const files: Zippable = {};
  for (const [name, array] of Object.entries(arrays)) files[`${name}.npy`] = [encodeNpy(array), { mtime: '1980-01-01' }];
  return zipSync(files, { level: 1 });
}
