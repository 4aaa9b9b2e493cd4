/** What a queue's executor counts. */

/** Totals since the executor was made, but for the first two. */
export interface QueueCounts {
  /** Machines that work now, and their workers. */
  readonly machines: number;
  readonly workers: number;
  /** Jobs answered. */
  readonly jobs: number;
  /** Jobs sent again because their machine was lost, and jobs that a second machine was given because the first was late. */
  readonly repeated: number;
  readonly doubled: number;
  /** Bytes of payloads sent and of answers received. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** Time that workers spent on jobs, ms. */
  readonly workedMs: number;
}
