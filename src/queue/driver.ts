/**
 * The driver's work while it runs: sends jobs to machines, takes their answers, and looks at intervals for what was lost or is late.
 *   send     each job to the home of its shard, or to the machine with least to do (placement.ts)
 *   take     an answer: the first settles its job; a second must be the same bytes
 *   look     a machine without a record is lost: its jobs are sent again, elsewhere; a late job is given to an idle machine as well
 */
import type { Queue } from 'bullmq';
import { fromErrorRecord, WasmetaError } from '../core/errors.ts';
import { plural } from '../core/wording.ts';
import { patience } from '../platform/patience.ts';
import { builtin, now, pause } from '../platform/runtime.ts';
import { until } from '../workers/abortable.ts';
import { closedError } from '../workers/slot.ts';
import { ownBuild } from './build.ts';
import { clearLost } from './clear.ts';
import type { QueueCounts } from './counts.ts';
import { Durations } from './durations.ts';
import { Fleet } from './fleet.ts';
import type { Keys } from './keys.ts';
import { type Answer, answerFrom, type MachineRecord } from './messages.ts';
import { toBytes } from './packing.ts';
import { PayloadSender } from './payloads.ts';
import { leastBusy, type Place, Placement } from './placement.ts';
import type { Store } from './redis.ts';
import { type Copy, type QueueJob, type QueueResult, Task } from './task.ts';

interface DriverSettings {
  readonly deadlineMs: number;
  readonly leaseMs: number;
  readonly ttlMs: number;
  readonly mostBytes: number;
  readonly tries: number;
  readonly say: (text: string) => void;
}

/** A job is late when it takes so many times what jobs of its kind take, and this long besides, ms. */
const late = { times: 3, ms: 500 };
/** A job that its machine has not taken up after so many looks, though it had time, is sent again. */
const patientLooks = 5;

export class Driver {
  readonly #settings: DriverSettings;
  readonly #store: Store;
  readonly #keys: Keys;
  readonly #makeQueue: (name: string) => Queue;
  readonly #run = builtin('node:crypto').randomBytes(6).toString('hex');
  readonly #fleet: Fleet;
  readonly #payloads: PayloadSender;
  readonly #placement = new Placement();
  readonly #durations = new Durations();
  /** Those that are not settled, in the order in which they came. */
  readonly #tasks = new Set<Task>();
  readonly #copies = new Map<string, Copy>();
  /** Of settled jobs: the hash of the result, by copies that are still out. */
  readonly #settled = new Map<string, string>();
  readonly #queues = new Map<string, Queue>();
  readonly #calls = new Set<number>();
  readonly #totals = { jobs: 0, repeated: 0, doubled: 0, bytesReceived: 0, workedMs: 0 };
  #lastCall = 0;
  #lastTask = 0;
  #closed = false;
  #loops: Promise<unknown> = Promise.resolve();
  #looking: Promise<void> = Promise.resolve();
  /** Waits for a machine, while there is none. */
  #alone: { stop(): void } | null = null;

  constructor(settings: DriverSettings, store: Store, keys: Keys, makeQueue: (name: string) => Queue) {
    this.#settings = settings;
    this.#store = store;
    this.#keys = keys;
    this.#makeQueue = makeQueue;
    const { leaseMs, ttlMs, mostBytes } = settings;
    this.#fleet = new Fleet({ store, keys, driver: { run: this.#run, build: ownBuild() }, leaseMs, ttlMs });
    this.#payloads = new PayloadSender(store, keys, { ttlMs, mostBytes });
  }

  /** Throws `E_QUEUE`. */
  async start(): Promise<void> {
    await this.#fleet.look();
    this.#loops = Promise.all([
      this.#repeat(() => this.#listen()),
      this.#repeat(async () => {
        await pause(Math.min(1000, this.#settings.leaseMs / 5));
        this.#looking = this.#look();
        await this.#looking;
      }),
    ]);
  }

  counts(): QueueCounts {
    const members = [...this.#fleet.members.values()];
    const workers = members.reduce((sum, member) => sum + member.workers, 0);
    return { machines: members.length, workers, ...this.#totals, bytesSent: this.#payloads.bytes };
  }

  async run(jobs: readonly QueueJob[], signal?: AbortSignal): Promise<QueueResult[]> {
    const call = ++this.#lastCall;
    this.#calls.add(call);
    const hashes = new Map<ArrayBufferView, string>();
    const tasks: Task[] = [];
    try {
      const messages = await Promise.all(
        jobs.map(async (job) => ({ run: this.#run, ...(await this.#payloads.refer(job, titleOf(job), call, hashes)) })),
      );
      if (this.#closed) throw closedError();
      tasks.push(...jobs.map((job, i) => new Task(`${this.#run}-${this.#lastTask++}`, job, messages[i], call)));
      for (const task of tasks) this.#tasks.add(task);
      this.#send();
      return await until(signal, Promise.all(tasks.map(({ result }) => result)));
    } finally {
      for (const task of tasks) this.#forget(task);
      this.#calls.delete(call);
      await this.#payloads.trim(Math.min(call, ...this.#calls)).catch(() => {}); // what stays has a time to live
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#failAll(closedError());
    this.#alone?.stop();
    try {
      await this.#looking.catch(() => {}); // it says that the driver lives
      await this.#payloads.trim();
      await this.#store.send([
        ['del', this.#keys.driver(this.#run), this.#keys.answers(this.#run)],
        ['srem', this.#keys.drivers, this.#run],
      ]);
      await clearLost(this.#store, this.#keys);
    } finally {
      this.#store.close();
      await this.#loops;
    }
  }

  /** Sends what waits, as far as there is a machine for it. */
  #send(): void {
    const waiting = [...this.#tasks].filter(({ copies }) => copies.size === 0);
    const sends = new Map<string, Copy[]>();
    const places = this.#places();
    for (const task of waiting) {
      const others = places.filter(({ id }) => !task.avoided.has(id));
      const machine = this.#placement.choose(task.job.shard, others.length > 0 ? others : places);
      if (machine === null) continue;
      (places.find(({ id }) => id === machine) as Place).jobs++;
      sends.set(machine, [...(sends.get(machine) ?? []), this.#copy(task, machine)]);
    }
    for (const [machine, copies] of sends) void this.#sendTo(machine, copies);
    const none = this.#tasks.size > 0 && this.#fleet.members.size === 0;
    if (!none) this.#alone?.stop();
    this.#alone = none ? (this.#alone ?? patience(this.#settings.deadlineMs, () => this.#failAll(this.#noMachine()))) : null;
  }

  #copy(task: Task, machine: string): Copy {
    const copy = task.copyFor(machine, now());
    this.#copies.set(copy.id, copy);
    return copy;
  }

  async #sendTo(machine: string, copies: readonly Copy[]): Promise<void> {
    const { ttlMs } = this.#settings;
    let queue = this.#queues.get(machine);
    if (queue === undefined) {
      queue = this.#makeQueue(this.#keys.queueOf(machine)).on('error', () => {}); // the call that failed says it
      this.#queues.set(machine, queue);
    }
    try {
      await this.#store.guard(
        queue.addBulk(copies.map(({ id, task }) => ({ name: task.job.kind, data: task.message, opts: { jobId: id } }))),
      );
      const keys = [...this.#keys.engineAll(machine), ...copies.map(({ id }) => this.#keys.job(machine, id))];
      await this.#store.send(keys.filter((key) => !key.endsWith(':failed')).map((key) => ['pexpire', key, ttlMs]));
    } catch (error) {
      if (!this.#closed) for (const { task } of copies) this.#settle(task, () => task.reject(error));
    }
  }

  /** Waits for the next answer. */
  async #listen(): Promise<void> {
    const message = await this.#store.pop(this.#keys.answers(this.#run), 5);
    if (message === null) return;
    this.#totals.bytesReceived += message.length;
    await this.#take(answerFrom(message));
    this.#send();
  }

  async #take(answer: Answer): Promise<void> {
    const copy = this.#copies.get(answer.id);
    if (copy === undefined) return this.#compare(answer);
    const { task } = copy;
    switch (answer.kind) {
      case 'result':
        this.#placement.moved(task.job.shard, answer.machine);
        this.#durations.note(task.job.kind, now() - copy.at);
        this.#totals.jobs++;
        this.#totals.workedMs += answer.tookMs;
        this.#drop(copy);
        for (const { id } of task.copies) this.#remember(id, answer);
        this.#settle(task, () => task.resolve(answer.result as QueueResult));
        return;
      case 'error':
        this.#settle(task, () => task.reject(fromErrorRecord(answer.error)));
        return;
      case 'lost':
        task.avoided.add(answer.machine);
        this.#again(copy, fromErrorRecord(answer.error).message);
        return;
      case 'missing':
        this.#payloads.forget(answer.hashes);
        await this.#payloads.refer(task.job, titleOf(task.job), task.call, new Map());
        this.#again(copy, 'Redis has lost its data');
        return;
      case 'refused':
        this.#drop(copy);
        await this.#fleet.refuse(answer.machine, answer.reason);
    }
  }

  /** A result of a job that another machine has settled: the same bytes, or nothing that either did can be trusted. */
  #compare(answer: Answer): void {
    const expected = this.#settled.get(answer.id);
    this.#settled.delete(answer.id);
    if (expected === undefined || answer.kind !== 'result' || hashOf(answer.result) === expected) return;
    this.#failAll(
      new WasmetaError(
        'E_QUEUE',
        `two machines gave different results of one job, one of them ${answer.machine}: one of them computes wrongly`,
        {
          machine: answer.machine,
        },
      ),
    );
  }

  #remember(copy: string, { kind, ...answer }: Answer): void {
    if (kind === 'result' && 'result' in answer) this.#settled.set(copy, hashOf(answer.result));
    if (this.#settled.size > 256) this.#settled.delete(this.#settled.keys().next().value as string);
  }

  /** Sends a copy's job again, unless that was tried too often. */
  #again(copy: Copy, reason: string): void {
    const { task } = copy;
    this.#drop(copy);
    task.reasons.push(`${copy.machine}: ${reason}`);
    this.#totals.repeated++;
    if (task.reasons.length < this.#settings.tries) return;
    const error = new WasmetaError(
      'E_WORKER_LOST',
      `${titleOf(task.job)} was sent ${plural(task.reasons.length, 'time')} and never answered; the last time ${task.reasons.at(-1)}`,
      { kind: task.job.kind, shard: task.job.shard, attempts: task.reasons.length, reasons: task.reasons },
    );
    this.#settle(task, () => task.reject(error));
  }

  /** Looks after machines and jobs. */
  async #look(): Promise<void> {
    if (this.#closed) return;
    const { say } = this.#settings;
    const refused = new Set(this.#fleet.refused.keys());
    const changed = await this.#fleet.look();
    for (const [id, reason] of this.#fleet.refused) if (!refused.has(id)) say(`machine ${id} gets no work: ${reason}`);
    if (changed) {
      this.#placement.share(this.#places());
      for (const [id, queue] of this.#queues) if (!this.#fleet.members.has(id)) void this.#closeQueue(id, queue);
    }
    for (const copy of [...this.#copies.values()]) this.#lookAt(copy);
    this.#send();
  }

  #lookAt(copy: Copy): void {
    const { task, machine, at } = copy;
    const gone = goneReason(copy, this.#fleet.members.get(machine));
    if (gone !== null) {
      this.#again(copy, gone);
      return;
    }
    const typical = this.#durations.typical(task.job.kind);
    if (typical === null || task.copies.size > 1 || now() - at < late.times * typical + late.ms) return;
    const other = leastBusy(this.#places().filter(({ id, jobs }) => id !== machine && jobs === 0));
    if (other === null) return;
    this.#totals.doubled++;
    void this.#sendTo(other.id, [this.#copy(task, other.id)]);
  }

  /** Machines that take jobs, with what they have. */
  #places(): Place[] {
    const jobs = new Map<string, number>();
    for (const { machine } of this.#copies.values()) jobs.set(machine, (jobs.get(machine) ?? 0) + 1);
    return [...this.#fleet.members.values()]
      .filter(({ leaving }) => !leaving)
      .map(({ id, workers }) => ({ id, workers, jobs: jobs.get(id) ?? 0 }));
  }

  #drop(copy: Copy): void {
    this.#copies.delete(copy.id);
    copy.task.copies.delete(copy);
  }

  #settle(task: Task, settle: () => void): void {
    this.#forget(task);
    settle();
  }

  /** Copies that nobody has begun are taken back; of others the answer is not waited for. */
  #forget(task: Task): void {
    this.#tasks.delete(task);
    for (const copy of [...task.copies]) {
      this.#drop(copy);
      this.#queues
        .get(copy.machine)
        ?.remove(copy.id)
        .catch(() => {});
    }
  }

  #failAll(error: Error): void {
    for (const task of [...this.#tasks]) this.#settle(task, () => task.reject(error));
  }

  async #closeQueue(id: string, queue: Queue): Promise<void> {
    this.#queues.delete(id);
    await queue.close().catch(() => {});
  }

  /** Again and again; what Redis refuses ends the jobs that wait, and is tried again for the next. */
  async #repeat(work: () => Promise<void>): Promise<void> {
    while (!this.#closed) {
      try {
        await work();
      } catch (error) {
        if (this.#closed) return;
        this.#failAll(error as Error);
        await pause(this.#settings.leaseMs / 5);
      }
    }
  }

  #noMachine(): WasmetaError {
    const { deadlineMs } = this.#settings;
    const refused = [...this.#fleet.refused].map(([id, reason]) => `${id}: ${reason}`).sort();
    return new WasmetaError(
      'E_DEADLINE',
      `no machine took part for ${deadlineMs / 1000} s: start one by wasmeta work --redis ADDRESS${refused.length > 0 ? `. Refused: ${refused.join('; ')}` : ''}`,
      { refused },
    );
  }
}

/** Why a copy will not be answered, as far as its machine's record tells; null if it may be. Counts looks at a machine that had time for it. */
function goneReason(copy: Copy, machine: MachineRecord | undefined): string | null {
  if (machine === undefined) return 'it was lost';
  if (machine.active.includes(copy.id)) copy.idleLooks = 0;
  else if (machine.leaving) return 'it left';
  else if (machine.active.length < machine.workers && ++copy.idleLooks > patientLooks) return 'it did not take it up';
  return null;
}

const titleOf = ({ kind, shard }: QueueJob) => `job "${kind}" of shard ${shard}`;

const hashOf = (result: unknown) => builtin('node:crypto').createHash('sha256').update(toBytes(result)).digest('hex');
