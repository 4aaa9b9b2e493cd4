/** A training off the page's own thread: its jobs go to workers of this worker, so that none waits for the page to draw. */
import { loadEnv } from 'wasmeta';
import type { Order, Reply } from './distant-trainer.ts';
import { Trainer } from './trainer.ts';

let trainer: Trainer | null = null;
const reply = (data: Reply) => postMessage(data);

addEventListener('message', ({ data }: MessageEvent<Order>) => {
  if (data === 'stop') trainer?.stop();
  else void train(data);
});
reply({ kind: 'ready', able: typeof Worker === 'function' });

async function train({ recipe, options, modules }: Exclude<Order, 'stop'>): Promise<void> {
  try {
    for (const module of modules) await loadEnv(new URL(module));
    trainer = new Trainer(recipe, options);
    const done = await trainer.run({
      begun: (yardsticks) => reply({ kind: 'begun', yardsticks }),
      moved: (progress, state) => reply({ kind: 'moved', progress, state }),
      warned: (sentence) => reply({ kind: 'warned', sentence }),
    });
    reply({ kind: 'ended', done, proof: trainer.proof });
  } catch (error) {
    const { name, message, code, details } = error as Error & { code?: string; details?: unknown };
    reply({ kind: 'failed', error: { name, message, code, details } });
  }
}
