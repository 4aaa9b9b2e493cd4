/** The terminal as the watcher of long work: remarks and progress on stderr; the first SIGINT or SIGTERM asks it to stop, the second ends the process at once. */
import type { Watcher } from '../experiments/training.ts';
import { Interrupt } from './interrupt.ts';
import { remark } from './output.ts';
import { ProgressLine } from './progress-line.ts';

/** For commands of several trainings: each has its checkpoints, and those that are done stay done. */
export function sayHowToGoOn(): void {
  remark('stopped; the same command goes on from here');
}

/** Does `work` with the terminal as its watcher. If a signal stopped it, the process ends with that signal's exit code. */
export async function watched<T>(quiet: boolean, work: (watcher: Watcher) => Promise<T>): Promise<T> {
  const progress = new ProgressLine(quiet);
  const interrupt = new Interrupt();
  const watcher: Watcher = {
    say: (text) => quiet || remark(text),
    warn: (text) => remark(`wasmeta: warning: ${text}`),
    progress: (parts, final) => progress.show(parts, final),
    get stopping() {
      return interrupt.requested;
    },
  };
  try {
    return await work(watcher);
  } finally {
    interrupt.close();
    if (interrupt.exitCode !== null) process.exitCode = interrupt.exitCode;
  }
}
