/** A job on its way: where its copies are, how often it was sent, and what became of it. */
import type { Job, JobResult } from '../jobs/table.ts';
import type { JobMessage } from './messages.ts';
import type { TrainingJob, TrainingJobResult } from './training-job.ts';

/** What machines do: the jobs of all executors, and whole stretches of a training. */
export type QueueJob = Job | TrainingJob;
export type QueueResult = JobResult | TrainingJobResult;

/** A job as one machine has it. */
export interface Copy {
  readonly id: string;
  readonly task: Task;
  readonly machine: string;
  /** When it was sent, ms. */
  readonly at: number;
  /** Looks at the machine that did not find it at work on this, though it had time. */
  idleLooks: number;
}

export class Task {
  readonly job: QueueJob;
  readonly message: JobMessage;
  /** The number of the call of `run` that it belongs to. */
  readonly call: number;
  readonly copies = new Set<Copy>();
  /** Why copies came to nothing. */
  readonly reasons: string[] = [];
  /** Machines that have lost it; others are asked first. */
  readonly avoided = new Set<string>();
  readonly result: Promise<QueueResult>;
  resolve!: (result: QueueResult) => void;
  reject!: (error: unknown) => void;
  readonly #id: string;
  #sent = 0;

  constructor(id: string, job: QueueJob, message: JobMessage, call: number) {
    this.#id = id;
    this.job = job;
    this.message = message;
    this.call = call;
    this.result = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.result.catch(() => {}); // its call may have ended by another job's error
  }

  copyFor(machine: string, at: number): Copy {
    const copy: Copy = { id: `${this.#id}-${this.#sent++}`, task: this, machine, at, idleLooks: 0 };
    this.copies.add(copy);
    return copy;
  }
}
