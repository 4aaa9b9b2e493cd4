/** Learning, live: a training in the page's workers, its curve, and the stage that plays the policy of this minute; or one that a link names, done again. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { type AgentSource, decodeCheckpoint, type LearnerState } from 'wasmeta';
import { Curve } from './curve.tsx';
import { DistantTrainer } from './distant-trainer.ts';
import type { Exhibit } from './exhibits.ts';
import { keptChanges } from './kept.tsx';
import { loadedModules } from './opened.ts';
import { verdict } from './proof.ts';
import { said } from './said.ts';
import { binary, saveFile } from './save-file.ts';
import { link, linkedId, proof } from './state.ts';
import type { Progress, Yardsticks } from './trainer.ts';
import { type Chosen, chosenOf, recipeOf, Settings } from './training-settings.tsx';

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
  const checked = useSignal<{ readonly same: boolean; readonly sentence: string } | null>(null);
  const settings = useSignal<Chosen>(chosenOf(exhibit.recipe));
  const trainer = useRef<DistantTrainer | null>(null);
  useEffect(() => () => trainer.current?.stop(), []);
  const linked = exhibit.id === linkedId ? link.training : null;

  const work = async (made: DistantTrainer): Promise<boolean> => {
    trainer.current = made;
    trouble.value = done.value = checked.value = proof.value = progress.value = null;
    running.value = true;
    let shown = 0;
    try {
      return await made.run({
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
        warned: (sentence) => {
          trouble.value = sentence;
        },
      });
    } finally {
      if (trainer.current === made) proof.value = made.proof;
      running.value = false;
      keptChanges.value++;
    }
  };
  const attempt = (start: () => Promise<void>) => () => {
    start().catch((error: unknown) => {
      trouble.value = said(error);
    });
  };
  const train = attempt(async () => {
    const { weights } = exhibit;
    const from = weights instanceof Uint8Array ? { from: decodeCheckpoint(weights, exhibit.opened?.name ?? 'the file') } : {};
    const made = new DistantTrainer(recipeOf(exhibit.recipe, settings.value), from, loadedModules);
    if (await work(made)) done.value = made.weightsHash;
  });
  const verify = attempt(async () => {
    if (linked === null) return;
    const made = new DistantTrainer(linked.recipe, { fresh: true, until: linked.iteration }, loadedModules);
    if ((await work(made)) && made.proof !== null) checked.value = verdict(linked, made.proof);
  });
  const save = () => {
    const bytes = trainer.current?.bytes();
    if (bytes) saveFile(`${exhibit.id}.safetensors`, binary(bytes));
  };
  const at = progress.value;
  if (exhibit.opened?.trains === false) return null;
  return (
    <section class="training" aria-label="Training">
      <h2>Learning, live</h2>
      <p class="soft">
        Train the policy of this tab from nothing, in this page’s own workers. The stage plays the policy of this minute. What was trained
        is kept in this browser, and a training that was broken off goes on.
      </p>
      {linked !== null && (
        <p class="linked">
          This link is a training of {linked.iteration} iterations, and names what comes of it.{' '}
          <button type="button" onClick={verify} disabled={running.value}>
            Train again and verify
          </button>
        </p>
      )}
      <div class="controls">
        <button type="button" class="main" onClick={() => (running.value ? trainer.current?.stop() : train())}>
          {running.value ? 'Stop' : 'Train'}
        </button>
        <Settings recipe={exhibit.recipe} chosen={settings} disabled={running.value} />
        <button type="button" onClick={save} disabled={at === null}>
          Save weights
        </button>
      </div>
      <p role="status" class="soft">
        {statusOf(at, running.value, done.value)}
      </p>
      {trouble.value !== null && (
        <p class="trouble" role="alert">
          {trouble.value}
        </p>
      )}
      {checked.value !== null && (
        <p class={checked.value.same ? 'verified' : 'trouble'} role="alert">
          {checked.value.sentence}
        </p>
      )}
      {at !== null && <Curve curve={at.curve} yardsticks={yardsticks.value} dark={dark} />}
    </section>
  );
}

function statusOf(at: Progress | null, running: boolean, hash: string | null): string {
  if (at === null) return running ? 'Starting workers …' : 'Not started.';
  const done = `Iteration ${at.iteration} of ${at.iterations}, ${(at.steps / 1e6).toFixed(2)} M steps, ${Number(at.stepsPerSecond.toPrecision(2)).toLocaleString('en')} steps/s`;
  const share = at.share === null ? '' : `, ${Math.round(100 * at.share)} % of the way from random play to the oracle`;
  const reached = at.reachedAfter === null ? '' : ` (90 % after ${at.reachedAfter.toFixed(1)} s)`;
  const text = `${done}${share}${reached}`;
  if (hash !== null) return `${text}. Done; SHA-256 of the weights ${hash.slice(0, 16)}…`;
  return running ? `${text}, about ${Math.ceil(at.secondsLeft)} s left.` : `${text}. Stopped; “Train” goes on from the newest checkpoint.`;
}
