/** Taking what is seen elsewhere: as a link, as an <iframe>, as a picture. */
import { useSignal } from '@preact/signals';
import { darkColours, lightColours } from 'wasmeta';
import { toHash } from './link.ts';
import { ghostsOf } from './look.ts';
import { saveFile } from './save-file.ts';
import { dark, exhibit, linked, proof, stage } from './state.ts';
import { svgCanvas } from './svg-canvas.ts';

const addressOf = (hash: string) => new URL(hash, location.href).href;

function iframeOf(): string {
  const address = addressOf(toHash({ ...linked(), embed: true })).replaceAll('&', '&amp;');
  return `<iframe src="${address}" title="${exhibit.value.title}" width="640" height="560" loading="lazy" style="border: 0"></iframe>`;
}

export function Share() {
  const text = useSignal('');
  const copied = useSignal('');
  const copy = async (what: string, value: string) => {
    text.value = value;
    try {
      await navigator.clipboard.writeText(value);
      copied.value = `${what}: copied.`;
    } catch {
      copied.value = `${what}: this browser did not let the page copy it; copy it from the field.`;
    }
  };
  const png = () => {
    const canvas = document.querySelector<HTMLCanvasElement>('.stage .scene');
    canvas?.toBlob((blob) => blob !== null && saveFile(`${exhibit.value.id}.png`, blob));
  };
  const svg = () => {
    const here = stage.value;
    const shown = document.querySelector<HTMLCanvasElement>('.stage .scene');
    if (here === null || shown === null) return;
    const canvas = svgCanvas(shown.clientWidth, shown.clientHeight);
    here.env.render(canvas, { colours: dark.value ? darkColours : lightColours, ghosts: ghostsOf(here) });
    saveFile(`${exhibit.value.id}.svg`, new Blob([canvas.svg(here.env.describe())], { type: 'image/svg+xml' }));
  };
  const trained = proof.value;
  return (
    <section class="share" aria-label="Share">
      <h2>Take it with you</h2>
      <div class="controls">
        <button type="button" onClick={() => void copy('Link', addressOf(toHash(linked())))}>
          Copy link
        </button>
        <button
          type="button"
          disabled={trained === null}
          title="A link that trains again elsewhere and compares the hashes; there is one once a training has stopped"
          onClick={() =>
            trained !== null && void copy('Link to the training', addressOf(toHash({ ...linked(), weights: null, training: trained })))
          }
        >
          Copy link to the training
        </button>
        <button type="button" onClick={() => void copy('Frame', iframeOf())}>
          Copy &lt;iframe&gt;
        </button>
        <button type="button" onClick={png}>
          Picture (PNG)
        </button>
        <button type="button" onClick={svg}>
          Picture (SVG)
        </button>
      </div>
      {text.value !== '' && (
        <label>
          <span role="status">{copied.value}</span>
          <textarea readOnly rows={3} value={text.value} onFocus={({ currentTarget }) => currentTarget.select()} />
        </label>
      )}
    </section>
  );
}
