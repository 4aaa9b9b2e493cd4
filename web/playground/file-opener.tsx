/** Opens files: by a button, or dropped anywhere on the page. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { openFile } from './opened.ts';
import { said } from './said.ts';
import { show } from './state.ts';

export function FileOpener() {
  const input = useRef<HTMLInputElement>(null);
  const trouble = useSignal<string | null>(null);
  const over = useSignal(false);
  const open = async (files: Iterable<File>) => {
    trouble.value = null;
    try {
      // In their order: weights may need the environment that was dropped with them.
      const sorted = [...files].sort((a, b) => Number(b.name.endsWith('.wasm')) - Number(a.name.endsWith('.wasm')));
      for (const file of sorted) await show(await openFile(file));
    } catch (error) {
      trouble.value = said(error);
    }
  };
  useEffect(() => {
    const holds = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;
    const drag = (event: DragEvent) => {
      if (!holds(event)) return;
      event.preventDefault();
      over.value = event.type === 'dragover';
    };
    const drop = (event: DragEvent) => {
      if (!holds(event)) return;
      event.preventDefault();
      over.value = false;
      void open(event.dataTransfer?.files ?? []);
    };
    const listeners = Object.entries({ dragover: drag, dragleave: drag, drop }) as [string, (event: Event) => void][];
    for (const [name, listener] of listeners) addEventListener(name, listener);
    return () => {
      for (const [name, listener] of listeners) removeEventListener(name, listener);
    };
  }, []);
  return (
    <div class={over.value ? 'opener over' : 'opener'}>
      <button type="button" onClick={() => input.current?.click()}>
        Open a file …
      </button>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept=".safetensors,.wasm"
        aria-label="Weights or an environment"
        onChange={({ currentTarget }) => {
          void open([...(currentTarget.files ?? [])]);
          currentTarget.value = ''; // the same file again is a change, too
        }}
      />
      <span class="soft">or drop it here: weights (.safetensors) or your own environment (.wasm). It stays on your machine.</span>
      {trouble.value !== null && (
        <p class="trouble" role="alert">
          {trouble.value}
        </p>
      )}
    </div>
  );
}
