/** The gallery: a card for each agent that is shipped, playing while it is in sight; with the recipe, the seed and the hash of its weights, which is computed here. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { darkColours, hashArrays, lightColours, loadAgent } from 'wasmeta';
import gallery from '../gallery/gallery.json';
import { FittedCanvas } from './canvas.tsx';
import { type Exhibit, exhibits } from './exhibits.ts';
import { Stage } from './stage.ts';
import { dark, link, said, show, updateLink } from './state.ts';

interface Entry {
  readonly file: string;
  readonly recipe: string;
  readonly changes: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly steps: number;
  readonly weightsHash: string;
}

const entries: readonly Entry[] = gallery;

export function Gallery() {
  return (
    <section class="gallery" aria-label="Gallery">
      <h2>Gallery</h2>
      <p class="soft">
        The agents that come with this page. Each was trained by the recipe on its card; the same recipe and seed give the same weights on
        any machine. The hash is computed here, from the weights that play.
      </p>
      <div class="cards">
        {exhibits.map((one) => (
          <Card key={one.id} exhibit={one} />
        ))}
      </div>
    </section>
  );
}

function Card({ exhibit }: { readonly exhibit: Exhibit }) {
  const stage = useSignal<Stage | null>(null);
  const hash = useSignal('');
  const frame = useSignal(0);
  const trouble = useSignal<string | null>(null);
  const box = useRef<HTMLElement>(null);
  const { weights } = exhibit;
  const entry = entries.find(({ file }) => weights instanceof URL && weights.pathname.includes(`/${file.replace('.safetensors', '')}`));
  useEffect(() => {
    if (box.current === null || !(weights instanceof URL)) return;
    return playInSight(box.current, weights, exhibit, {
      opened(made) {
        stage.value = made;
        hash.value = hashArrays([made.agent.parameters]);
      },
      moved: () => frame.value++,
      failed: (error) => {
        trouble.value = said(error);
      },
    });
  }, []);
  if (entry === undefined) return null;
  const colours = dark.value ? darkColours : lightColours;
  const same = hash.value === entry.weightsHash;
  return (
    <article class="card" ref={box}>
      <FittedCanvas
        className="small-scene"
        draw={(canvas) => stage.value?.env.render(canvas, { colours })}
        frame={`${frame.value} ${dark.value}`}
        label={`${exhibit.tab}: ${exhibit.title}`}
      />
      <h3>{exhibit.tab}</h3>
      {trouble.value !== null && <p class="trouble">{trouble.value}</p>}
      <dl>
        <dt>recipe</dt>
        <dd>
          {entry.recipe.replace(/^recipes\/|\.json$/g, '')}
          {Object.entries(entry.changes).map(([field, value]) => `, ${changeOf(field, value)}`)}
        </dd>
        <dt>seed</dt>
        <dd>
          {entry.seed}, {(entry.steps / 1e6).toFixed(1)} million steps
        </dd>
        <dt>SHA-256</dt>
        <dd>
          <code title={entry.weightsHash}>{entry.weightsHash.slice(0, 12)}…</code>{' '}
          {hash.value !== '' && (same ? '✓ checked here' : `✗ these weights have ${hash.value.slice(0, 12)}…`)}
        </dd>
      </dl>
      <button
        type="button"
        aria-label={`Watch ${exhibit.tab}`}
        onClick={() => {
          void show(exhibit).then(updateLink);
          document.querySelector('.tabs')?.scrollIntoView({ block: 'start' });
        }}
      >
        Watch
      </button>
    </article>
  );
}

/** What the run changed in its recipe; of another environment its preset says enough. */
function changeOf(field: string, value: unknown): string {
  const { preset } = (value ?? {}) as { readonly preset?: string };
  if (preset !== undefined) return `preset ${preset}`;
  const parts =
    typeof value === 'object' && value !== null ? Object.entries(value).map(([name, part]) => `${name} ${part}`) : [String(value)];
  return `${field} ${parts.join(', ').replaceAll(/(?<=\d),(?=\d)/g, ' + ')}`;
}

interface Watcher {
  opened(stage: Stage): void;
  moved(): void;
  failed(error: unknown): void;
}

/** Loads the agent when the card first comes into sight; plays as long as it stays there, and stands still where less motion is asked for. Returns what ends it. */
function playInSight(box: Element, weights: URL, { rate, first = 0 }: Exhibit, { opened, moved, failed }: Watcher): () => void {
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  let [stage, asked, ended]: [Stage | null, boolean, boolean] = [null, false, false];
  let [handle, before, owed] = [0, 0, 0];
  const tick = (now: number) => {
    handle = requestAnimationFrame(tick);
    owed = Math.min(owed + ((now - before) / 1000) * rate, 5);
    before = now;
    if (stage === null || owed < 1 || document.hidden) return;
    try {
      for (; owed >= 1; owed--) if (!stage.step()) stage.next();
      moved();
    } catch (error) {
      cancelAnimationFrame(handle);
      failed(error);
    }
  };
  const open = async () => {
    try {
      const made = await Stage.open(await loadAgent(weights), link.seed);
      if (ended) return made.close();
      made.next(first);
      stage = made;
      opened(made);
      for (let i = 0; still && i < made.config.horizon / 2; i++) made.step();
      moved();
    } catch (error) {
      failed(error);
    }
  };
  const observer = new IntersectionObserver(([{ isIntersecting }]) => {
    cancelAnimationFrame(handle);
    if (!isIntersecting) return;
    if (!asked) void open();
    asked = true;
    before = performance.now();
    if (!still) handle = requestAnimationFrame(tick);
  });
  observer.observe(box);
  return () => {
    ended = true;
    cancelAnimationFrame(handle);
    observer.disconnect();
    stage?.close();
  };
}
