/** Learning, live: a training in the page's workers, its curve, and the stage that plays the policy of this minute. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { AgentSource, LearnerState } from 'wasmeta';
import { Curve } from './curve.tsx';
import type { Exhibit } from './exhibits.ts';
import { type Progress, Trainer, type Yardsticks } from './trainer.ts';

interface Props {
  readonly exhibit: Exhibit;
  readonly dark: boolean;
  readonly onAgent: (source: AgentSource, state: LearnerState) => Promise<void>;
}

const unknown: Yardsticks = { random: null, oracle: null };

export function Training({ exhibit, dark, onAgent }: Props) {
  const running = useSignal(false);
  const progress = useSignal<Progress | null>(null);
  const yardsticks = useSignal<Yardsticks>(unknown);
  const trouble = useSignal<string | null>(null);
  const done = useSignal<string | null>(null);
  const settings = useSignal({ seed: 1, hidden: 64, learningRate: Number(exhibit.recipe.learningRate ?? 1e-3), memory: true });
  const trainer = useRef<Trainer | null>(null);
  useEffect(() => () => trainer.current?.stop(), []);
  const canChange = typeof exhibit.recipe.learningRate === 'number';

  const start = async () => {
    trouble.value = null;
    done.value = null;
    progress.value = null;
    running.value = true;
    try {
      const made = new Trainer(recipeOf(exhibit, settings.value), `playground-${exhibit.id}-${settings.value.seed}`);
      trainer.current = made;
      let shown = 0;
      const finished = await made.run({
        begun: (known) => {
          yardsticks.value = known;
        },
        moved: (now, state) => {
          progress.value = now;
          // The stage follows a few times a second; copying weights more often would be for nobody.
          if (performance.now() - shown < 300 && now.iteration < now.iterations) return;
          shown = performance.now();
          void onAgent({ algo: made.algo, config: made.config, state }, state);
        },
      });
      if (finished) done.value = made.weightsHash;
    } catch (error) {
      trouble.value = (error as Error).message;
    } finally {
      running.value = false;
    }
  };
  const save = () => {
    const bytes = trainer.current?.bytes();
    if (bytes === null || bytes === undefined) return;
    const anchor = document.createElement('a');
    anchor.href = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>]));
    anchor.download = `${exhibit.id}.safetensors`;
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(anchor.href), 10_000);
  };
  const change = (fields: Partial<typeof settings.value>) => {
    settings.value = { ...settings.value, ...fields };
  };
  const at = progress.value;
  return (
    <section class="training" aria-label="Training">
      <h2>Learning, live</h2>
      <p class="soft">
        Train the policy of this tab from nothing, in this page’s own workers. The stage plays the policy of this minute. What was trained
        is kept in this browser, and a training that was broken off goes on.
      </p>
      <div class="controls">
        <button type="button" class="main" onClick={() => (running.value ? trainer.current?.stop() : void start())}>
          {running.value ? 'Stop' : 'Train'}
        </button>
        <label>
          Seed{' '}
          <input
            type="number"
            min={0}
            max={4294967295}
            value={settings.value.seed}
            disabled={running.value}
            onChange={(e) => change({ seed: Math.max(0, Math.floor(Number(e.currentTarget.value))) })}
          />
        </label>
        {canChange && (
          <>
            <label>
              Learning rate{' '}
              <select
                value={settings.value.learningRate}
                disabled={running.value}
                onChange={(e) => change({ learningRate: Number(e.currentTarget.value) })}
              >
                {[...new Set([2e-4, 5e-4, 1e-3, 2e-3, 4e-3, Number(exhibit.recipe.learningRate)])]
                  .sort((a, b) => a - b)
                  .map((x) => (
                    <option key={x} value={x}>
                      {x}
                    </option>
                  ))}
              </select>
            </label>
            <label class="check">
              <input
                type="checkbox"
                checked={settings.value.memory}
                disabled={running.value || exhibit.recipe.algo !== 'rl2'}
                onChange={(e) => change({ memory: e.currentTarget.checked })}
              />{' '}
              with memory
            </label>
          </>
        )}
        <button type="button" onClick={save} disabled={at === null}>
          Save weights
        </button>
      </div>
      <p role="status" class="soft">
        {trouble.value ?? statusOf(at, running.value, done.value)}
      </p>
      {at !== null && <Curve curve={at.curve} yardsticks={yardsticks.value} dark={dark} />}
    </section>
  );
}

function statusOf(at: Progress | null, running: boolean, hash: string | null): string {
  if (at === null) return running ? 'Starting workers …' : 'Not started.';
  const done = `Iteration ${at.iteration} of ${at.iterations}, ${(at.steps / 1e6).toFixed(2)} M steps, ${Math.round(at.stepsPerSecond / 1000)} k steps/s`;
  const share = at.share === null ? '' : `, ${Math.round(100 * at.share)} % of the way from random play to the oracle`;
  const reached = at.reachedAfter === null ? '' : ` (90 % after ${at.reachedAfter.toFixed(1)} s)`;
  const text = `${done}${share}${reached}`;
  if (hash !== null) return `${text}. Done; SHA-256 of the weights ${hash.slice(0, 16)}…`;
  return running ? `${text}, about ${Math.ceil(at.secondsLeft)} s left.` : `${text}. Stopped; “Train” goes on from the newest checkpoint.`;
}

interface Chosen {
  readonly seed: number;
  readonly learningRate: number;
  readonly memory: boolean;
}

/** Without memory: the same policy and inputs, but no state to keep them in. */
function recipeOf({ recipe }: Exhibit, { seed, learningRate, memory }: Chosen): Exhibit['recipe'] {
  const policy = memory ? recipe.policy : { kind: 'mlp', hidden: [64, 64] };
  const { gateBias, ...plain } = recipe;
  return {
    ...(memory ? recipe : plain),
    ...(recipe.policy !== undefined && { policy }),
    seed,
    ...(recipe.learningRate !== undefined && { learningRate }),
  };
}
