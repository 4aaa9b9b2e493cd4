/** The stage with its controls and the returns of the trial's episodes. */
import { darkColours, lightColours } from 'wasmeta';
import { FittedCanvas } from './canvas.tsx';
import { dark, exhibit, frame, guarded, nextTask, playing, said, speed, stage, stepOnce, trouble, updateLink } from './state.ts';

export function StageView() {
  const here = stage.value;
  const colours = dark.value ? darkColours : lightColours;
  const draw = (canvas: HTMLCanvasElement) => guardedDraw(() => here?.env.render(canvas, { colours }));
  const pointer = (canvas: HTMLCanvasElement, x: number, y: number) => {
    if (here === null) return;
    const task = here.env.taskAt(canvas, x, y, { colours });
    if (task !== null) guarded(() => here.setTask(task));
  };
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
        frame={`${frame.value} ${dark.value}`}
        label={here?.env.describe() ?? 'loading'}
        onPointer={pointer}
      />
      <Controls />
      <Episodes />
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

const speeds = [0.25, 1, 4, 16, 100, 1000];

function Controls() {
  return (
    <div class="controls">
      <button type="button" class="main" onClick={() => (playing.value = !playing.value)} aria-pressed={playing.value}>
        {playing.value ? 'Pause' : 'Play'}
      </button>
      <button type="button" onClick={stepOnce} disabled={playing.value}>
        Step
      </button>
      <button type="button" onClick={() => guarded((here) => here.restart(here.env.task()))}>
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
              {x === 0.25 ? '¼ ×' : `${x} ×`}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

/** The return of each episode of the trial, so that the second can be compared with the first. */
function Episodes() {
  frame.value; // the stage is no signal: read one that rises with it
  const here = stage.value;
  if (here === null) return null;
  const { returns, episode, step } = here.status;
  const { episodes, horizon } = here.config;
  const shown = returns.slice(-12);
  const most = Math.max(1e-9, ...shown.map(Math.abs));
  return (
    <div class="episodes">
      <p class="soft">
        Episode {episode + 1} of {episodes}, step {step} of {horizon}. Return of each episode of this trial:
      </p>
      <ol start={returns.length - shown.length + 1}>
        {shown.map((value, i) => (
          <li key={returns.length - shown.length + i}>
            <span class="bar">
              <span class={value < 0 ? 'fill bad' : 'fill'} style={{ width: `${(100 * Math.abs(value)) / most}%` }} />
            </span>
            <b>{value.toFixed(Math.abs(value) < 10 ? 2 : 1)}</b>
          </li>
        ))}
      </ol>
    </div>
  );
}
