/** What drivers and machines tell each other through Redis, and the checks of what the other side wrote: whoever can write to Redis can write anything. */

import type { ErrorRecord } from '../core/errors.ts';
import { WasmetaError } from '../core/errors.ts';
import { type Build, buildFrom } from './build.ts';
import { fromBytes } from './packing.ts';
import type { Referring } from './payloads.ts';

/** A machine: a process that works for drivers. Its record ends with its life. */
export interface MachineRecord {
  readonly id: string;
  /** Jobs that it does at the same time. */
  readonly workers: number;
  readonly build: Build;
  /** Jobs that it is doing. */
  readonly active: readonly string[];
  /** Whether it takes no more jobs. */
  readonly leaving: boolean;
}

/** The driver of a run: a process whose executor sends jobs. */
export interface DriverRecord {
  readonly run: string;
  readonly build: Build;
}

/** What BullMQ carries as a job's data. */
export interface JobMessage extends Referring {
  readonly run: string;
}

/** What a machine answers. */
export type Answer = {
  readonly id: string;
  readonly machine: string;
  /** Time that the job took, ms. */
  readonly tookMs: number;
} & Outcome;

export type Outcome =
  | { readonly kind: 'result'; readonly result: unknown }
  /** The job's own error: it would be the same anywhere. */
  | { readonly kind: 'error'; readonly error: ErrorRecord }
  /** The job's worker died, or showed no life. */
  | { readonly kind: 'lost'; readonly error: ErrorRecord }
  /** Redis has lost payloads of these hashes. */
  | { readonly kind: 'missing'; readonly hashes: readonly string[] }
  /** The machine may not work for this driver. */
  | { readonly kind: 'refused'; readonly reason: string };

const isText = (value: unknown): value is string => typeof value === 'string';
const fieldsOf = (value: unknown) => (value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {});

function parsed(text: unknown): Record<string, unknown> {
  try {
    return fieldsOf(JSON.parse(String(text)));
  } catch {
    return {};
  }
}

/** null for what is no record. */
export function machineFrom(text: unknown): MachineRecord | null {
  const { id, workers, build, active, leaving } = parsed(text);
  const known = buildFrom(build);
  if (!isText(id) || !Number.isInteger(workers) || (workers as number) < 1 || (workers as number) > 1024 || known === null) return null;
  if (!Array.isArray(active) || !active.every(isText)) return null;
  return { id, workers: workers as number, build: known, active, leaving: leaving === true };
}

/** null for what is no record. */
export function driverFrom(text: unknown): DriverRecord | null {
  const { run, build } = parsed(text);
  const known = buildFrom(build);
  return isText(run) && known !== null ? { run, build: known } : null;
}

/** Throws `E_QUEUE`. */
export function jobFrom(data: unknown): JobMessage {
  const { run, text, parts } = fieldsOf(data);
  const isPart = (part: unknown) => {
    const { hash, length } = fieldsOf(part);
    return isText(part) || (isText(hash) && /^[0-9a-f]{64}$/.test(hash) && Number.isInteger(length) && (length as number) >= 0);
  };
  if (isText(run) && isText(text) && Array.isArray(parts) && parts.every(isPart)) return { run, text, parts };
  throw new WasmetaError('E_QUEUE', 'a job of the queue is not one of ours', {});
}

/** Throws `E_QUEUE`. */
export function answerFrom(message: Uint8Array): Answer {
  const answer = fromBytes(message);
  const { id, machine, tookMs, kind } = fieldsOf(answer);
  const kinds = ['result', 'error', 'lost', 'missing', 'refused'];
  if (isText(id) && isText(machine) && typeof tookMs === 'number' && kinds.includes(String(kind))) return answer as Answer;
  throw new WasmetaError('E_QUEUE', 'an answer of a machine is not one of ours', {});
}
