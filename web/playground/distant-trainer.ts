/** The page's end of a training that runs in a worker (trainer-worker.ts). A browser whose workers have no workers trains on the page's own thread. */
import { encodeCheckpoint, hashArrays, type LearnerConfig, type LearnerState } from 'wasmeta';
import type { LinkedTraining, Recipe } from './link.ts';
import { type Progress, Trainer, type TrainerOptions, type TrainingCallbacks, type Yardsticks } from './trainer.ts';

/** To the worker. `modules`: addresses of the users' environments that the page has loaded. */
export type Order = 'stop' | { readonly recipe: Recipe; readonly options: TrainerOptions; readonly modules: readonly string[] };

/** From the worker. Errors go as data, with what the page's sentences are made of. */
export type Reply =
  | { readonly kind: 'ready'; readonly able: boolean }
  | { readonly kind: 'begun'; readonly yardsticks: Yardsticks }
  | { readonly kind: 'moved'; readonly progress: Progress; readonly state: LearnerState }
  | { readonly kind: 'warned'; readonly sentence: string }
  | { readonly kind: 'ended'; readonly done: boolean; readonly proof: LinkedTraining | null }
  | { readonly kind: 'failed'; readonly error: { name: string; message: string; code?: string; details?: unknown } };

export class DistantTrainer {
  /** Checks the recipe, and trains where no worker can. */
  readonly #here: Trainer;
  readonly #order: Exclude<Order, 'stop'>;
  #worker: Worker | null = null;
  #state: LearnerState | null = null;
  #proof: LinkedTraining | null = null;
  #stopped = false;

  /** Throws what the learner's check of its config throws. */
  constructor(recipe: Recipe, options: TrainerOptions, modules: readonly string[]) {
    this.#here = new Trainer(recipe, options);
    this.#order = { recipe, options, modules };
  }

  get algo(): string {
    return this.#here.algo;
  }

  get config(): LearnerConfig {
    return this.#here.config;
  }

  get weightsHash(): string | null {
    return this.#state === null ? null : hashArrays([this.#state.parameters]);
  }

  /** What has come of it, for a link; null before its end. */
  get proof(): LinkedTraining | null {
    return this.#proof;
  }

  /** The newest state as a checkpoint's bytes; null before the first iteration. */
  bytes(): Uint8Array | null {
    return this.#state === null ? null : encodeCheckpoint(this.algo, this.config, this.#state);
  }

  stop(): void {
    this.#stopped = true;
    this.#here.stop();
    this.#worker?.postMessage('stop' satisfies Order);
  }

  /** Trains to the end, or until `stop`. Resolves with whether it was done. */
  run(callbacks: TrainingCallbacks): Promise<boolean> {
    const worker = new Worker(new URL('./trainer-worker.ts', import.meta.url), { type: 'module' });
    this.#worker = worker;
    const moved: TrainingCallbacks['moved'] = (progress, state) => {
      this.#state = state;
      callbacks.moved(progress, state);
    };
    const trained = new Promise<boolean>((resolve, reject) => {
      worker.onerror = ({ message }) => reject(new Error(`The training's worker failed: ${message ?? 'its file could not be loaded'}.`));
      worker.onmessage = ({ data }: MessageEvent<Reply>) => {
        if (data.kind === 'ready') {
          if (this.#stopped) resolve(false);
          else if (data.able) worker.postMessage(this.#order satisfies Order);
          else resolve(this.#trainHere({ ...callbacks, moved }));
        } else if (data.kind === 'begun') callbacks.begun(data.yardsticks);
        else if (data.kind === 'moved') moved(data.progress, data.state);
        else if (data.kind === 'warned') callbacks.warned(data.sentence);
        else if (data.kind === 'failed') reject(Object.assign(new Error(data.error.message), data.error));
        else {
          this.#proof = data.proof;
          resolve(data.done);
        }
      };
    });
    return trained.finally(() => {
      worker.terminate();
      this.#worker = null;
    });
  }

  async #trainHere(callbacks: TrainingCallbacks): Promise<boolean> {
    const done = await this.#here.run(callbacks);
    this.#proof = this.#here.proof;
    return done;
  }
}
