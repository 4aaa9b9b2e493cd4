/** A worker on this thread that speaks comlink's protocol, and misbehaves as `draw` says. It computes `answer`, a pure function of a job. */

export type Misdeed = 'none' | 'die' | 'silent' | 'late' | 'garbage' | 'noise' | 'unreadable';

interface Call {
  readonly id: string;
  readonly type: string;
  readonly path: readonly string[];
  readonly argumentList: readonly { readonly value: unknown }[];
}

export class FakeThread extends EventTarget {
  readonly #draw: () => Misdeed;
  readonly #answer: (job: unknown) => unknown;
  #ended = false;

  constructor(draw: () => Misdeed, answer: (job: unknown) => unknown) {
    super();
    this.#draw = draw;
    this.#answer = answer;
  }

  postMessage(data: unknown): void {
    const { id, type, path, argumentList } = structuredClone(data) as Call;
    if (this.#ended || type !== 'APPLY') return;
    const misdeed = this.#draw();
    const reply = (value: unknown) => this.#send({ id, type: 'RAW', value: structuredClone(value) });
    const work = () => reply({ ok: true, value: path[0] === 'run' ? this.#answer(argumentList[0].value) : null });
    const deeds: Record<Misdeed, () => void> = {
      none: work,
      die: () => {
        this.#ended = true;
        this.dispatchEvent(Object.assign(new Event('error', { cancelable: true }), { message: 'it died' }));
      },
      silent: () => {},
      late: () => setTimeout(work, 400),
      garbage: () => reply([null, 7, 'x', {}, { ok: false }, { ok: 1, value: 1 }][id.length % 6]),
      noise: () => {
        for (const junk of [null, 7, 'alive?', {}, { id: 'nobody', type: 'RAW', value: 1 }]) this.#send(junk);
        work();
      },
      unreadable: () => this.dispatchEvent(new Event('messageerror')),
    };
    setTimeout(deeds[misdeed], 1);
  }

  terminate(): void {
    this.#ended = true;
  }

  #send(data: unknown): void {
    if (!this.#ended) this.dispatchEvent(Object.assign(new Event('message'), { data }));
  }
}
