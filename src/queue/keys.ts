/** Names of all that a queue keeps in Redis. They begin with `wasmeta:` and the queue's name, so that other users of the same Redis are left alone. */

/** BullMQ's prefix, and ours. */
export const prefix = 'wasmeta';

/** What BullMQ keeps of a queue besides its jobs. */
const engineParts = [
  'active',
  'completed',
  'de',
  'delayed',
  'events',
  'failed',
  'id',
  'limiter',
  'marker',
  'meta',
  'metrics:completed',
  'metrics:completed:data',
  'metrics:failed',
  'metrics:failed:data',
  'paused',
  'pc',
  'prioritized',
  'stalled',
  'stalled-check',
  'wait',
] as const;

type EnginePart = (typeof engineParts)[number];

export interface Keys {
  /** Set: ids of the machines that are there, or were a moment ago. */
  readonly machines: string;
  /** What a machine says of itself, for as long as it lives. */
  machine(id: string): string;
  /** Why a driver gives a machine no work. */
  refusal(id: string): string;
  /** Set: runs whose drivers are there, or were, or were answered. */
  readonly drivers: string;
  /** What the driver of a run says of itself, for as long as it lives. */
  driver(run: string): string;
  /** List: what machines answer to the driver of a run. */
  answers(run: string): string;
  /** Bytes that several jobs share, by their SHA-256. */
  payload(hash: string): string;
  /** Name of the BullMQ queue of a machine: each has one of its own. */
  queueOf(machine: string): string;
  /** A part of that queue. */
  engine(machine: string, part: EnginePart): string;
  /** All parts of that queue, but for its jobs. */
  engineAll(machine: string): string[];
  /** A job in that queue. */
  job(machine: string, id: string): string;
}

export function keysOf(queue: string): Keys {
  const own = `${prefix}:${queue}`;
  const engine = (machine: string, part: EnginePart) => `${own}.${machine}:${part}`;
  return {
    machines: `${own}:machines`,
    machine: (id) => `${own}:machine:${id}`,
    refusal: (id) => `${own}:refusal:${id}`,
    drivers: `${own}:drivers`,
    driver: (run) => `${own}:driver:${run}`,
    answers: (run) => `${own}:answers:${run}`,
    payload: (hash) => `${own}:payload:${hash}`,
    queueOf: (machine) => `${queue}.${machine}`,
    engine,
    engineAll: (machine) => engineParts.map((part) => engine(machine, part)),
    job: (machine, id) => `${own}.${machine}:${id}`,
  };
}
