/** The trainings that this browser keeps: go on with one, download its newest checkpoint, or remove it. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { encodeCheckpoint, type LearnerConfig, type LearnerState, listRuns, openRun } from 'wasmeta';
import { isOurs } from './kept-run.ts';
import { ofWeights } from './opened.ts';
import { said } from './said.ts';
import { binary, saveFile } from './save-file.ts';
import { show } from './state.ts';

/** Rises when a training has ended. */
export const keptChanges = signal(0);

interface Kept {
  readonly name: string;
  readonly title: string;
  readonly iteration: number;
  readonly iterations: number;
  readonly started: string;
}

const kept = signal<readonly Kept[]>([]);
const trouble = signal<string | null>(null);

async function list(): Promise<void> {
  try {
    const found = await Promise.all((await listRuns()).filter(isOurs).map(describe));
    kept.value = found.filter((run) => run !== null).sort((a, b) => (a.started < b.started ? 1 : -1));
    trouble.value = null;
  } catch (error) {
    trouble.value = `This browser shows nothing that it keeps: ${said(error)}`;
  }
}

/** null for what holds no checkpoint (yet). */
async function describe(name: string): Promise<Kept | null> {
  const run = await openRun(name);
  if (!(await run.hasCheckpoint())) return null;
  const { algo, config, state } = await run.load();
  const { env, seed, iterations } = config as LearnerConfig & { readonly env?: { readonly id: string; readonly preset: string } };
  const info = await run.info().catch(() => null);
  const { iteration } = state as LearnerState;
  return {
    name,
    title: `${algo}, ${env?.id ?? ''} ${env?.preset ?? ''}, seed ${seed}`,
    iteration,
    iterations,
    started: info?.started ?? '',
  };
}

async function bytesOf(name: string): Promise<Uint8Array> {
  const { algo, config, state, score } = await (await openRun(name)).load();
  return encodeCheckpoint(algo, config as object, state as object, score);
}

export function KeptRuns() {
  const changes = keptChanges.value;
  useEffect(() => void list(), [changes]);
  const attempt = (work: () => Promise<unknown>) => () => {
    work()
      .then(list)
      .catch((error: unknown) => {
        trouble.value = said(error);
      });
  };
  const goOn = async (run: Kept) => show(await ofWeights(`${run.title}, iteration ${run.iteration}`, await bytesOf(run.name), run.name));
  return (
    <section class="kept" aria-label="Kept trainings">
      <h2>Kept in this browser</h2>
      {trouble.value !== null && (
        <p class="trouble" role="alert">
          {trouble.value}
        </p>
      )}
      {kept.value.length === 0 && trouble.value === null && <p class="soft">No training yet.</p>}
      <ul>
        {kept.value.map((run) => (
          <li key={run.name}>
            <span>
              {run.title}{' '}
              <span class="soft">
                iteration {run.iteration} of {run.iterations}
                {run.started && `, begun ${run.started.slice(0, 16).replace('T', ' ')} UTC`}
              </span>
            </span>
            <span class="controls">
              <button type="button" onClick={attempt(() => goOn(run))}>
                {run.iteration < run.iterations ? 'Go on' : 'Open'}
              </button>
              <button
                type="button"
                onClick={attempt(async () =>
                  saveFile(`${run.name.replace('playground-', '')}.safetensors`, binary(await bytesOf(run.name))),
                )}
              >
                Download
              </button>
              <button type="button" onClick={attempt(async () => (await openRun(run.name)).remove())}>
                Remove
              </button>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
