/** SIGINT and SIGTERM: the first signal asks to stop after the iteration, the second ends the process at once. */
import { remark } from './output.ts';

const codes = { SIGINT: 130, SIGTERM: 143 } as const;

export class Interrupt {
  /** The exit code of the first signal; null until there is one. */
  exitCode: number | null = null;
  readonly #listeners = Object.entries(codes).map(([signal, code]) => {
    const listener = () => {
      if (this.exitCode !== null) process.exit(code);
      this.exitCode = code;
      remark(`\n${signal}: stopping after this iteration, with a checkpoint; send it again to stop at once`);
    };
    process.on(signal, listener);
    return [signal, listener] as const;
  });

  get requested(): boolean {
    return this.exitCode !== null;
  }

  close(): void {
    for (const [signal, listener] of this.#listeners) process.off(signal, listener);
  }
}
