/**
 * One comlink connection to one worker. Its calls always settle. comlink's own promises never settle once the worker is gone (terminated,
 * exited, threw, out of memory or dead before the call), so each call races against the worker's death and a deadline.
 */
import { releaseProxy, wrap } from 'comlink';
import type { WorkerHandle } from '../platform/spawn.ts';
import { endpointOf } from './endpoint.ts';
import type { WorkerApi } from './protocol.ts';

/** The reason why no answer came. The worker is unusable from then on; another worker can do the same job. */
export class NoAnswer extends Error {
  readonly code: 'E_WORKER_LOST' | 'E_DEADLINE';
  constructor(code: 'E_WORKER_LOST' | 'E_DEADLINE', reason: string) {
    super(reason);
    this.code = code;
  }
}

export interface Connection {
  readonly dead: boolean;
  /** Rejects with `NoAnswer`, or with the error that kept the message from being sent. */
  call<T>(send: (api: WorkerApi) => Promise<T>, deadlineMs: number): Promise<T>;
  /** Ends the worker; resolves when it has ended. */
  close(): Promise<void>;
}

// A timer counts in 31 bits; a longer one would fire at once.
const MAX_TIMER_MS = 2 ** 31 - 1;

export function connect(handle: WorkerHandle): Connection {
  const endpoint = endpointOf(handle);
  const remote = wrap<WorkerApi>(endpoint);
  const api: WorkerApi = remote;
  const waiting = new Set<(reason: NoAnswer) => void>();
  let death: string | null = null;
  let closed: Promise<void> | null = null;
  handle.onDeath((reason) => {
    death = reason;
    for (const reject of [...waiting]) reject(new NoAnswer('E_WORKER_LOST', reason));
  });
  return {
    get dead() {
      return death !== null;
    },
    call(send, deadlineMs) {
      return new Promise((resolve, reject) => {
        if (death !== null) {
          reject(new NoAnswer('E_WORKER_LOST', death));
          return;
        }
        const settle = () => {
          clearTimeout(timer);
          waiting.delete(onDeath);
        };
        const onDeath = (reason: NoAnswer) => {
          settle();
          reject(reason);
        };
        const timer = setTimeout(
          () => onDeath(new NoAnswer('E_DEADLINE', `no answer within ${deadlineMs} ms`)),
          Math.min(deadlineMs, MAX_TIMER_MS),
        );
        waiting.add(onDeath);
        send(api).then(
          (value) => {
            settle();
            resolve(value);
          },
          (error) => {
            settle();
            reject(error);
          },
        );
      });
    },
    close() {
      if (closed === null) {
        remote[releaseProxy]();
        closed = handle.terminate();
        endpoint.close();
      }
      return closed;
    },
  };
}
