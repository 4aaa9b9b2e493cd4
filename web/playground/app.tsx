/** The page: tabs, stage, panel, training and three short texts. */
import { useEffect } from 'preact/hooks';
import { loadAgent } from 'wasmeta';
import { exhibits } from './exhibits.ts';
import { Gallery } from './gallery.tsx';
import { keyboard } from './keyboard.ts';
import { Panel } from './panel.tsx';
import { StageView } from './stage-view.tsx';
import { dark, exhibit, frame, link, loop, show, stage, trained, updateLink } from './state.ts';
import { About } from './texts.tsx';
import { Training } from './training.tsx';

export function App() {
  useEffect(() => {
    void show(exhibit.value, link);
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
          A policy that was trained on many tasks meets one that it has never seen. In its first episode it finds out which task it is; from
          then on it knows. <a href="./bench.html">Benchmark</a>
        </p>
      </header>
      <main>
        <Tabs />
        <div class="columns">
          <StageView />
          <Panel />
        </div>
        <Training exhibit={exhibit.value} dark={dark.value} onAgent={useTrained} key={exhibit.value.id} />
        <About />
        <Gallery />
      </main>
      <footer>Everything runs in this page: engine, agents and training are WebAssembly. Nothing leaves your machine.</footer>
    </>
  );
}

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
      {exhibits.map((one) => (
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
