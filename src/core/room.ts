/**
 * Room for numbers. A checkpoint of 600 bytes may name a net of a billion weights: while its state is checked, what is made to compare it with may hold no more
 * numbers than the checkpoint does. At any other time the room is what one array can hold.
 */
import { fail } from './checks.ts';
import { WasmetaError } from './errors.ts';

/** Numbers that fit into one array of 32-bit floats on every platform. */
const mostNumbers = 2 ** 29;
let room = Number.POSITIVE_INFINITY;

/** Does `work`, in which `mustHaveRoom` refuses more than `numbers`. */
export function within<T>(numbers: number, work: () => T): T {
  const before = room;
  room = numbers;
  try {
    return work();
  } finally {
    room = before;
  }
}

/** Call before an array of weights or transitions is made. Throws `E_CHECKPOINT_CORRUPT` where a checkpoint is too small for its config, else `E_ARGUMENT`. */
export function mustHaveRoom(title: string, numbers: number): void {
  if (numbers > room)
    throw new WasmetaError(
      'E_CHECKPOINT_CORRUPT',
      `the state holds ${room} numbers, but its config asks for ${numbers} in "${title}" alone`,
      {
        title,
        numbers,
        found: room,
      },
    );
  if (numbers > mostNumbers) fail(title, `at most ${mostNumbers} numbers in one array`, numbers);
}

/** Numbers in all arrays of a state. */
export function numbersIn(value: unknown, depth = 0): number {
  if (ArrayBuffer.isView(value)) return (value as Float32Array).length;
  if (value === null || typeof value !== 'object') return 0;
  if (depth > deepest) throw new WasmetaError('E_CHECKPOINT_CORRUPT', `the state is nested more than ${deepest} deep`, { deepest });
  return Object.values(value).reduce((sum: number, field) => sum + numbersIn(field, depth + 1), 0);
}

const deepest = 16;
