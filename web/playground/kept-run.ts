/** A training's run in this browser's IndexedDB: its curve and newest checkpoints, under a name that its config gives. Without storage training goes on, and it is said. */
import { hashArrays, type LearnerConfig, type LearnerState, type MetricsLine, type MetricsLog, openRun, type Run } from 'wasmeta';
import { unkept } from './said.ts';
import type { CurvePoint } from './trainer.ts';

declare const __VERSION__: string;

interface Training {
  readonly algo: string;
  readonly config: LearnerConfig;
  /** Names of the two metrics of the curve. */
  readonly shown: { readonly first: string; readonly last: string };
  /** Hears, once, why nothing is kept. */
  readonly warned: (sentence: string) => void;
}

const prefix = 'playground-';
export const isOurs = (name: string) => name.startsWith(prefix);

function nameOf({ algo, config }: Training): string {
  return `${prefix}${algo}-${hashArrays([new TextEncoder().encode(JSON.stringify(config))]).slice(0, 16)}`;
}

export class KeptRun {
  readonly #training: Training;
  readonly #run: Run;
  readonly #log: MetricsLog;
  /** What it goes on from; undefined: nothing is kept. */
  readonly state: unknown;
  /** Lets another page train this run. */
  readonly release: () => Promise<void>;
  #failed = false;

  private constructor(training: Training, run: Run, log: MetricsLog, state: unknown, release: () => Promise<void>) {
    this.#training = training;
    this.#run = run;
    this.#log = log;
    this.state = state;
    this.release = release;
  }

  /** null where nothing can be kept, or another page trains this run, once `warned` has heard why. A run that has come to its end begins anew. */
  static async open(training: Training): Promise<KeptRun | null> {
    const { algo, config } = training;
    let release = async () => {};
    try {
      const run = await openRun(nameOf(training));
      release = await run.hold();
      if (await run.hasCheckpoint()) {
        const checkpoint = await run.load();
        const unfinished = (checkpoint.state as LearnerState).iteration < config.iterations;
        if (unfinished && checkpoint.algo === algo && JSON.stringify(checkpoint.config) === JSON.stringify(config))
          return new KeptRun(training, run, await run.resume(checkpoint), checkpoint.state, release);
      }
      const info = { algo, config, version: __VERSION__, commit: null, modules: {}, started: new Date().toISOString() };
      return new KeptRun(training, run, await run.begin(info), undefined, release);
    } catch (error) {
      await release();
      training.warned(unkept(error));
      return null;
    }
  }

  /** So far, with a point for every checkpoint. */
  get curve(): CurvePoint[] {
    const { first, last } = this.#training.shown;
    return this.#log.lines.map((line) => ({ steps: line['time/total_timesteps'], first: line[first], last: line[last] }));
  }

  /** Writes a checkpoint, and the metrics of its iteration if they are given. */
  async save(state: LearnerState, line?: MetricsLine): Promise<void> {
    const { algo, config, warned } = this.#training;
    try {
      if (line !== undefined) await this.#log.append(line);
      await this.#run.save(algo, config, state, state.iteration);
    } catch (error) {
      if (!this.#failed) warned(unkept(error));
      this.#failed = true;
    }
  }
}
