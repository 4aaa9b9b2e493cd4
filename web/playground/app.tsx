/** The page: tabs, stage, panel, training and three short texts. */
import { useEffect } from 'preact/hooks';
import { loadAgent } from 'wasmeta';
import { begin } from './begin.ts';
import { type Exhibit, exhibits } from './exhibits.ts';
import { FileOpener } from './file-opener.tsx';
import { Gallery } from './gallery.tsx';
import { KeptRuns } from './kept.tsx';
import { keyboard } from './keyboard.ts';
import { toHash } from './link.ts';
import { MetaTest } from './meta-test.tsx';
import { opened } from './opened.ts';
import { Panel } from './panel.tsx';
import { Presets } from './presets.tsx';
import { Share } from './share.tsx';
import { beside, Split, SplitChoice } from './split.tsx';
import { StageView } from './stage-view.tsx';
import { dark, exhibit, frame, link, linked, loop, show, stage, trained, updateLink } from './state.ts';
import { About } from './texts.tsx';
import { Training } from './training.tsx';

export function App() {
  useEffect(() => {
    void begin();
    document.documentElement.classList.toggle('embed', link.embed);
    const ends = [loop(), keyboard()];
    return () => {
      for (const end of ends) end();
    };
  }, []);
  return (
    <>
      <header>
        <h1>See a machine learn to learn</h1>
        <p>
          <b>Meta-learning</b>: trained on many tasks, an agent meets one that it has never seen. In its first episode it finds out what is
          asked; from then on it knows. <a href="#about">What you see</a> · <a href="./bench.html">Benchmark</a>
        </p>
      </header>
      <main>
        <div class="top">
          <Tabs />
          <SplitChoice />
        </div>
        <Presets />
        <div class={beside.value === '' ? 'columns' : 'columns split'}>
          <StageView />
          <Split />
          <Panel />
        </div>
        <Training exhibit={exhibit.value} dark={dark.value} onAgent={useTrained} key={keyOf(exhibit.value)} />
        <KeptRuns />
        <MetaTest />
        <Share />
        <FileOpener />
        <About />
        <Gallery />
      </main>
      {link.embed && (
        <p class="whole soft">
          <a href={location.pathname + toHash({ ...linked(), embed: false })} target="_blank" rel="noopener">
            Open the playground
          </a>
        </p>
      )}
      <footer>Everything runs in this page: engine, agents and training are WebAssembly. Nothing leaves your machine.</footer>
    </>
  );
}

/** A training belongs to the settings of its tab. */
const keyOf = ({ id, recipe }: Exhibit) => `${id} ${(recipe.env as { readonly preset?: string }).preset}`;

/** A training hands over its newest agent: the first time as a new player, then as new weights in the same memory. */
async function useTrained(source: Parameters<typeof loadAgent>[0], state: { readonly parameters: Float32Array }): Promise<void> {
  const here = stage.value;
  if (here === null) return;
  if (trained.value) here.agent.update(state);
  else {
    here.setAgent(await loadAgent(source));
    trained.value = true;
  }
  frame.value++;
}

function Tabs() {
  return (
    <nav class="tabs" aria-label="Families">
      {[...exhibits, ...opened.value].map((one) => (
        <button
          key={one.id}
          type="button"
          aria-current={one.id === exhibit.value.id ? 'page' : undefined}
          onClick={() => {
            void show(one).then(updateLink);
          }}
        >
          {one.tab}
        </button>
      ))}
    </nav>
  );
}
