/**
 * comlink endpoints over our worker handles: the same in Node and in browsers, typed, and counted, because comlink 4.4.2 never takes
 * its listeners off.
 */
import type { Endpoint } from 'comlink';

interface Channel {
  post(message: unknown, transfer: readonly Transferable[]): void;
  onMessage(listener: (data: unknown) => void): () => void;
}

interface ClosableEndpoint extends Endpoint {
  /** Removes every listener that comlink did not remove. */
  close(): void;
}

/** `accept` is asked about every message; messages that it refuses are dropped. */
export function endpointOf(channel: Channel, accept: (data: unknown) => boolean = () => true): ClosableEndpoint {
  const removers = new Map<unknown, () => void>();
  const remove = (listener: unknown) => {
    removers.get(listener)?.();
    removers.delete(listener);
  };
  return {
    postMessage: (message: unknown, transfer: Transferable[] = []) => channel.post(message, transfer),
    addEventListener(type, listener) {
      if (type !== 'message' || removers.has(listener)) return;
      const call = typeof listener === 'function' ? listener : listener.handleEvent.bind(listener);
      removers.set(
        listener,
        channel.onMessage((data) => {
          if (accept(data)) call({ data } as MessageEvent); // comlink reads nothing else of the event
        }),
      );
    },
    removeEventListener: (_type, listener) => remove(listener),
    close() {
      for (const listener of [...removers.keys()]) remove(listener);
    },
  };
}
