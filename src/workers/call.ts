/**
 * One comlink connection to one worker. Its calls always settle. comlink's own promises never settle once the worker is gone (terminated,
 * exited, threw, out of memory or dead before the call), so each call races against the worker's death and a deadline: the longest time without a message of the worker, be it only a sign of life. What is no answer is none.
 */
import { releaseProxy, wrap } from 'comlink';
import { patience } from '../platform/patience.ts';
import type { WorkerHandle } from '../platform/spawn.ts';
import { endpointOf } from './endpoint.ts';
import { isReply, lifeSign, type WorkerApi } from './protocol.ts';

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

export function connect(handle: WorkerHandle): Connection {
  const endpoint = endpointOf(handle);
  const remote = wrap<WorkerApi>(endpoint);
  const api: WorkerApi = remote;
  const waiting = new Set<(reason: NoAnswer) => void>();
  let death: string | null = null;
  let closed: Promise<void> | null = null;
  const waits = new Set<{ alive(): void }>();
  const unlisten = handle.onMessage((data) => {
    if (data === lifeSign) for (const wait of waits) wait.alive();
  });
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
          wait.stop();
          waits.delete(wait);
          waiting.delete(onDeath);
          if (waiting.size === 0) handle.keepProcess(false);
        };
        const onDeath = (reason: NoAnswer) => {
          settle();
          reject(reason);
        };
        const wait = patience(deadlineMs, () => onDeath(new NoAnswer('E_DEADLINE', `no sign of life for ${deadlineMs} ms`)));
        waits.add(wait);
        waiting.add(onDeath);
        handle.keepProcess(true);
        send(api).then(
          (value) => {
            settle();
            if (isReply(value)) resolve(value);
            else reject(new NoAnswer('E_WORKER_LOST', 'it answered with what is no answer'));
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
        unlisten();
        remote[releaseProxy]();
        closed = handle.terminate();
        endpoint.close();
      }
      return closed;
    },
  };
}
