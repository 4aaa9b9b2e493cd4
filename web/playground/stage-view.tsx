/** The stage with its controls. */
import { darkColours, familyOf, lightColours } from 'wasmeta';
import { Announcer } from './announcer.tsx';
import { Beside } from './beside.tsx';
import { FittedCanvas } from './canvas.tsx';
import { Episodes } from './episodes.tsx';
import { touch } from './finger.ts';
import { GradientSteps } from './gradient-steps.tsx';
import { ghostsOf, ghostsShown, sideBySide } from './look.ts';
import { drawSideBySide, hasPanels } from './side-by-side.ts';
import { again, dark, exhibit, frame, nextTask, playing, said, speed, stage, stepOnce, trouble, updateLink } from './state.ts';

export function StageView() {
  const here = stage.value;
  const colours = dark.value ? darkColours : lightColours;
  const apart = sideBySide.value && here !== null && hasPanels(here.config);
  const draw = (canvas: HTMLCanvasElement) =>
    guardedDraw(() => {
      if (here === null || here.isClosed) return;
      const options = { colours, ghosts: ghostsOf(here) };
      if (apart) drawSideBySide(canvas, here.env.scene(), options);
      else here.env.render(canvas, options);
    });
  return (
    <section class="stage" aria-label="Stage">
      <h2>{exhibit.value.title}</h2>
      <p class="soft">{exhibit.value.text}</p>
      {trouble.value !== null && (
        <p class="trouble" role="alert">
          {trouble.value}
        </p>
      )}
      <FittedCanvas
        className="scene"
        draw={draw}
        frame={`${frame.value} ${dark.value} ${apart} ${Object.values(ghostsShown.value)}`}
        label={here?.env.describe() ?? 'loading'}
        onPointer={touch}
      />
      <Announcer />
      {exhibit.value.legend !== undefined && <p class="soft caption">{exhibit.value.legend}</p>}
      <Controls />
      <Episodes />
      <GradientSteps />
      <Beside />
    </section>
  );
}

function guardedDraw(work: () => void): void {
  try {
    work();
  } catch (error) {
    trouble.value ??= said(error);
  }
}

const speeds = [0.25, 0.5, 1, 2, 4, 16, 100, 1000];
const fractions: Readonly<Record<number, string>> = { 0.25: '¼', 0.5: '½' };

/** The speed at which bodies move as in the world; null where steps have no duration. */
function realTime(): number | null {
  const here = stage.value;
  if (here === null) return null;
  const { articulated, constants } = familyOf(here.config.id);
  const seconds = articulated?.step ?? (constants.step?.unit === 's' ? constants.step.value : null);
  return seconds === null ? null : Math.round(1e3 / (seconds * exhibit.value.rate)) / 1e3;
}

function Controls() {
  const real = realTime();
  return (
    <div class="controls">
      <button type="button" class="main" onClick={() => (playing.value = !playing.value)} aria-pressed={playing.value}>
        {playing.value ? 'Pause' : 'Play'}
      </button>
      <button type="button" onClick={stepOnce} disabled={playing.value}>
        Step
      </button>
      <button type="button" onClick={again}>
        Again
      </button>
      <button type="button" onClick={nextTask}>
        Next task
      </button>
      <label>
        Speed{' '}
        <select
          value={speed.value}
          onChange={(event) => {
            speed.value = Number(event.currentTarget.value);
            updateLink();
          }}
        >
          {speeds.map((x) => (
            <option key={x} value={x}>
              {fractions[x] ?? x} ×{x === real ? ', real time' : ''}
            </option>
          ))}
          {real !== null && !speeds.includes(real) && <option value={real}>real time</option>}
          {!speeds.includes(speed.value) && speed.value !== real && <option value={speed.value}>{speed.value} ×</option>}
        </select>
      </label>
    </div>
  );
}
