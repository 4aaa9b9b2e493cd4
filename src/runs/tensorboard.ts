/**
 * TensorBoard event files: TFRecords of `Event` protocol buffers. Sources: tensorflow/core/lib/io/record_writer.h, tensorflow/core/util/event.proto,
 * tensorflow/core/framework/summary.proto.
 *   record = length u64 · masked CRC-32C of the length · data · masked CRC-32C of the data
 *   Event = { 1: wall_time f64, 2: step varint, 3: file_version string, 5: Summary { 1: Value { 1: tag string, 2: simple_value f32 } },
 *             7: SessionLog { 1: status varint, START = 1 } }
 */
import { crc32c } from './crc32c.ts';

const encoded = (text: string) => new TextEncoder().encode(text);

/** The first record of a file. `wallTime` in seconds since 1970. */
export function versionRecord(wallTime: number): Uint8Array {
  return record([...double(1, wallTime), ...bytes(3, encoded('brain.Event:2'))]);
}

/** A session that starts anew: readers forget what earlier files of the folder say of this step and later ones. */
export function startRecord(wallTime: number, step: number): Uint8Array {
  return record([...double(1, wallTime), ...key(2, 0), ...varint(step), ...bytes(7, [...key(1, 0), ...varint(1)])]);
}

/** One record with a scalar for each metric. Numbers that are not finite are kept as they are. */
export function scalarsRecord(wallTime: number, step: number, scalars: Readonly<Record<string, number>>): Uint8Array {
  const values = Object.entries(scalars).flatMap(([tag, value]) => bytes(1, [...bytes(1, encoded(tag)), ...float(2, value)]));
  return record([...double(1, wallTime), ...key(2, 0), ...varint(step), ...bytes(5, values)]);
}

function record(data: readonly number[]): Uint8Array {
  const file = new Uint8Array(12 + data.length + 4);
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, masked(crc32c(file.subarray(0, 8))), true);
  file.set(data, 12);
  view.setUint32(12 + data.length, masked(crc32c(file.subarray(12, 12 + data.length))), true);
  return file;
}

/** A CRC stored beside its data is rotated and shifted, so that a record within a record is not taken for one. */
function masked(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** Wire types: 0 varint, 1 eight bytes, 2 length and bytes, 5 four bytes. */
function key(field: number, wireType: 0 | 1 | 2 | 5): number[] {
  return [(field << 3) | wireType];
}

function varint(value: number): number[] {
  const out: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...out, rest];
    out.push((rest % 128) | 128);
  }
}

function bytes(field: number, content: ArrayLike<number>): number[] {
  return [...key(field, 2), ...varint(content.length), ...Array.from(content)];
}

function double(field: number, value: number): number[] {
  return [...key(field, 1), ...new Uint8Array(new Float64Array([value]).buffer)];
}

function float(field: number, value: number): number[] {
  return [...key(field, 5), ...new Uint8Array(new Float32Array([value]).buffer)];
}
