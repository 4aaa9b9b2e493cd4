/** The event file, read back by others: TFRecord framing by `tfrecord`, protocol buffers by `protobufjs` with the fields of TensorFlow's event.proto. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import protobuf from 'protobufjs';
import { RecordReader } from 'tfrecord';
import { afterAll, expect, test } from 'vitest';
import { scalarsRecord, versionRecord } from '../../src/runs/tensorboard.ts';

const folder = mkdtempSync(join(tmpdir(), 'wasmeta-events-'));
afterAll(() => rmSync(folder, { recursive: true }));

const Event = protobuf
  .parse(
    `syntax = "proto3";
    message Value { string tag = 1; float simple_value = 2; }
    message Summary { repeated Value value = 1; }
    message Event { double wall_time = 1; int64 step = 2; string file_version = 3; Summary summary = 5; }`,
    { keepCase: true },
  )
  .root.lookupType('Event');

async function readBack(file: Uint8Array): Promise<Record<string, unknown>[]> {
  const path = join(folder, 'events');
  writeFileSync(path, file);
  const reader = await RecordReader.create(path);
  const events: Record<string, unknown>[] = [];
  for (let record = await reader.readRecord(); record !== null; record = await reader.readRecord())
    events.push(Event.toObject(Event.decode(record.slice()), { longs: Number }));
  return events;
}

test('versions, steps, tags and numbers come back, with right CRCs', async () => {
  const steps = [1, 127, 128, 300, 2 ** 31, 2 ** 40 + 3];
  const scalars = { 'rollout/ep_rew_mean': 1.5, 'train/loß': -3e-5, nan: Number.NaN, infinity: Number.POSITIVE_INFINITY };
  const parts = [versionRecord(1.7e9), ...steps.map((step) => scalarsRecord(1.7e9 + step / 8, step, scalars)), scalarsRecord(2, 3, {})];
  const [version, ...events] = await readBack(Uint8Array.from(parts.flatMap((part) => [...part])));
  expect(version).toEqual({ wall_time: 1.7e9, file_version: 'brain.Event:2' });
  const value = Object.entries(scalars).map(([tag, number]) => ({ tag, simple_value: Math.fround(number) }));
  expect(events.slice(0, -1)).toEqual(steps.map((step) => ({ wall_time: 1.7e9 + step / 8, step, summary: { value } })));
  expect(events.at(-1)).toMatchObject({ step: 3 });
});

test('the reader notices a flipped bit', async () => {
  const file = scalarsRecord(1, 2, { a: 3 });
  file[20] ^= 4;
  await expect(readBack(file)).rejects.toThrow('CRC32C');
});
