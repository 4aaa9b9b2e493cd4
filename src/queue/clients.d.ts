/**
 * What the queue uses of BullMQ and ioredis, which are optional peers: the package's types compile where neither is installed, and this page is all that a
 * new version of either must keep. test/outside/queue.test.ts runs it against the real ones.
 */
declare module 'ioredis' {
  /** A command's name, then its arguments. */
  type Command = readonly (string | number | Uint8Array)[];

  export class Redis {
    constructor(url: string, options: Readonly<Record<string, unknown>>);
    constructor(options: Readonly<Record<string, unknown>>);
    readonly status: string;
    connect(): Promise<void>;
    /** Each command answers with its error or its reply; those that end in `Buffer` with bytes. */
    pipeline(commands: readonly Command[]): { exec(): Promise<[Error | null, unknown][] | null> };
    blpopBuffer(list: string, seconds: number): Promise<[Uint8Array, Uint8Array] | null>;
    duplicate(): Redis;
    on(event: 'error', listener: (error: Error) => void): this;
    disconnect(): void;
  }
}

declare module 'bullmq' {
  interface Shared {
    readonly connection: import('ioredis').Redis;
    readonly prefix: string;
    readonly skipVersionCheck?: boolean;
  }

  export interface Job {
    readonly id?: string;
    readonly data: unknown;
  }

  export class Queue {
    constructor(name: string, options: Shared & { readonly skipMetasUpdate: boolean });
    addBulk(jobs: readonly { name: string; data: unknown; opts: { jobId: string } }[]): Promise<unknown>;
    /** 1 if the job was there and nobody worked on it. */
    remove(id: string): Promise<number>;
    on(event: 'error', listener: (error: Error) => void): this;
    close(): Promise<void>;
  }

  export class Worker {
    constructor(
      name: string,
      work: (job: Job) => Promise<unknown>,
      options: Shared & {
        readonly concurrency: number;
        /** The lease of a job, ms. */
        readonly lockDuration: number;
        readonly stalledInterval: number;
        readonly maxStalledCount: number;
        readonly runRetryDelay: number;
        readonly removeOnComplete: { count: number };
        readonly removeOnFail: { count: number };
      },
    );
    on(event: 'error', listener: (error: Error) => void): this;
    /** Waits for the jobs that are being worked on, unless forced. */
    close(force?: boolean): Promise<void>;
  }
}
