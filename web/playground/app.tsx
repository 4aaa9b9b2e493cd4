/** The page: tabs, stage, switches, mind, training and three short texts. State is a handful of signals; the stage moves in one animation loop. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { type AdaptiveAgent, createAgent, darkColours, lightColours, loadAgent, type PolicySpec, type WasmetaError } from 'wasmeta';
import { FittedCanvas } from './canvas.tsx';
import { type Exhibit, exhibits } from './exhibits.ts';
import { fromHash, toHash } from './link.ts';
import { Mind } from './mind.tsx';
import { type Player, Stage } from './stage.ts';
import { About } from './texts.tsx';
import { Training } from './training.tsx';

const link = fromHash(location.hash);
const exhibit = signal<Exhibit>(exhibits.find(({ id }) => id === link.show) ?? exhibits[0]);
const stage = signal<Stage | null>(null);
/** Rises whenever the picture changes. */
const frame = signal(0);
const playing = signal(!matchMedia('(prefers-reduced-motion: reduce)').matches);
const speed = signal(link.speed);
const player = signal<Player>('agent');
const forget = signal(link.forget);
const noise = signal(0);
const invert = signal(false);
const trouble = signal<string | null>(null);
const dark = signal(matchMedia('(prefers-color-scheme: dark)').matches);
const trained = signal(false);

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', ({ matches }) => {
  dark.value = matches;
});

/** What a person reads where something failed. */
function said(error: unknown): string {
  const { code, message } = error as WasmetaError;
  if (typeof WebAssembly === 'undefined') return 'This browser has no WebAssembly, or it is switched off (lockdown mode does that).';
  if (code === 'E_WASM_INVALID')
    return 'This browser can’t compile the engine: it needs WebAssembly with SIMD (Safari 16.4, Firefox 89, Chrome 91, or newer).';
  return message ?? String(error);
}

async function agentOf({ weights, recipe }: Exhibit): Promise<AdaptiveAgent> {
  if (weights !== null) return loadAgent(weights);
  return createAgent({ env: recipe.env as string, policy: recipe.policy as PolicySpec });
}

let opening = 0;
async function show(next: Exhibit, { seed, trial } = { seed: link.seed, trial: 0 }): Promise<void> {
  const mine = ++opening;
  exhibit.value = next;
  trouble.value = null;
  trained.value = false;
  try {
    const made = await Stage.open(await agentOf(next), seed);
    if (mine !== opening) return made.close();
    stage.value?.close();
    made.switches.forget = forget.value;
    made.next(trial, seed);
    stage.value = made;
    frame.value++;
  } catch (error) {
    if (mine === opening) trouble.value = said(error);
  }
}

/** The state in the address, so that what is seen is a link. */
function updateLink(): void {
  const here = stage.value;
  const hash = toHash({
    show: exhibit.value.id,
    seed: here?.seed ?? link.seed,
    trial: here?.status.trial ?? 0,
    speed: speed.value,
    forget: forget.value,
  });
  history.replaceState(null, '', hash);
}

function guarded(work: (stage: Stage) => void): void {
  const here = stage.value;
  if (here === null) return;
  try {
    work(here);
    frame.value++;
  } catch (error) {
    playing.value = false;
    trouble.value = said(error);
  }
}

const stepOnce = () =>
  guarded((here) => {
    if (!here.step()) nextTask();
  });

function nextTask(): void {
  guarded((here) => here.next());
  updateLink();
}

/** One loop for the whole page: as many steps as the time asks for, at most 12 ms of them a frame, so that nothing janks. */
function loop(): () => void {
  let [before, owed, handle] = [performance.now(), 0, 0];
  let pauseUntil = 0;
  const tick = (now: number) => {
    handle = requestAnimationFrame(tick);
    const here = stage.value;
    const passed = Math.min(0.25, (now - before) / 1000);
    before = now;
    if (here === null || !playing.value || document.hidden || now < pauseUntil) return;
    owed = Math.min(owed + passed * speed.value * exhibit.value.rate, 20_000);
    if (owed < 1) return;
    const end = now + 12;
    guarded(() => {
      while (owed >= 1 && performance.now() < end) {
        owed--;
        if (here.step()) continue;
        owed = 0;
        if (speed.value <= 4) pauseUntil = now + 900; // a breath before the next task
        here.next();
        updateLink();
        break;
      }
    });
  };
  handle = requestAnimationFrame(tick);
  return () => cancelAnimationFrame(handle);
}

/** Arrow keys play where you play; the space bar pauses, a full stop steps. */
function keyboard(): () => void {
  const held = new Set<string>();
  const wish = () => {
    const here = stage.value;
    if (here === null) return;
    const axis = (minus: string, plus: string) => (held.has(plus) ? 1 : 0) - (held.has(minus) ? 1 : 0);
    const [x, y] = [axis('ArrowLeft', 'ArrowRight'), axis('ArrowDown', 'ArrowUp')];
    if (!here.isDiscrete) here.wish = [x, y];
    else {
      const wanted = x > 0 ? 'right' : x < 0 ? 'left' : y > 0 ? 'up' : y < 0 ? 'down' : 'stay';
      const choice = here.choices.findIndex((name) => name.toLowerCase().includes(wanted));
      if (choice >= 0) here.wish = choice;
    }
  };
  const down = (event: KeyboardEvent) => {
    const target = event.target as HTMLElement;
    if (/^(INPUT|SELECT|TEXTAREA|BUTTON|SUMMARY)$/.test(target.tagName)) return;
    if (event.key === ' ') playing.value = !playing.value;
    else if (event.key === '.') stepOnce();
    else if (/^[1-9]$/.test(event.key) && stage.value?.isDiscrete)
      stage.value.wish = Math.min(stage.value.numActions, Number(event.key)) - 1;
    else if (!event.key.startsWith('Arrow')) return;
    held.add(event.key);
    wish();
    event.preventDefault();
  };
  const up = (event: KeyboardEvent) => {
    held.delete(event.key);
    wish();
  };
  addEventListener('keydown', down);
  addEventListener('keyup', up);
  return () => {
    removeEventListener('keydown', down);
    removeEventListener('keyup', up);
  };
}

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

function StageView() {
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
        frame={`${frame.value} ${dark.value} ${opening}`}
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

function Panel() {
  frame.value;
  const here = stage.value;
  const change = (work: (stage: Stage) => void) => () => guarded(work);
  const remembers = here !== null && (here.agent.hiddenSize > 0 || here.agent.belief !== null);
  return (
    <aside class="panel" aria-label="Interfere">
      <fieldset>
        <legend>Your finger</legend>
        {exhibit.value.finger !== undefined && <p class="soft">{exhibit.value.finger}</p>}
        {here !== null && !here.isDiscrete && (
          <button type="button" onClick={change((one) => one.push(0.5))}>
            Push it
          </button>
        )}
        <Slider
          name="Noise on actions"
          most={1}
          step={0.05}
          value={noise.value}
          onInput={(x) => guarded((one) => (one.switches.noise = noise.value = x))}
        />
        <Check name="Invert an action" on={invert.value} onChange={(on) => guarded((one) => (one.switches.invert = invert.value = on))} />
        <label>
          Who plays{' '}
          <select
            value={player.value}
            onChange={(event) => {
              const who = event.currentTarget.value as Player;
              player.value = who;
              guarded((one) => {
                one.player = who;
                one.restart(one.env.task());
              });
            }}
          >
            <option value="agent">the agent</option>
            <option value="you">you (arrow keys, digits)</option>
            <option value="random">random play</option>
            <option value="oracle">the oracle, who is told</option>
          </select>
        </label>
      </fieldset>
      <fieldset>
        <legend>The mind</legend>
        {remembers && here !== null ? (
          <>
            <Check
              name="Forget between episodes"
              on={forget.value}
              onChange={(on) =>
                guarded((one) => {
                  forget.value = on;
                  one.switches.forget = on;
                  one.restart(one.env.task());
                  updateLink();
                })
              }
            />
            <p class="soft">
              Meta-RL’s crucial sentence: the hidden state is not reset between the episodes of a trial. Reset it, and the second episode is
              as blind as the first.
            </p>
            <Mind
              minds={here.minds}
              frame={frame.value}
              dark={dark.value}
              what={here.agent.belief === null ? 'Hidden state' : 'Hidden state of the encoder'}
            />
            <p class="soft caption">Hidden state, one column a step</p>
          </>
        ) : (
          <p class="soft">This policy has no memory.</p>
        )}
        {here?.agent.adapts === true && <GradientSteps stage={here} />}
      </fieldset>
    </aside>
  );
}

const adapting = signal(false);

/** MAML: plays twenty episodes unseen, then takes a gradient step on them. */
function GradientSteps({ stage: here }: { readonly stage: Stage }) {
  const taken = here.agent.gradientSteps;
  const adapt = async () => {
    adapting.value = true;
    const was = playing.value;
    playing.value = false;
    try {
      const task = here.env.task();
      here.player = 'agent';
      here.played.length = 0;
      while (here.played.length < 20) if (!here.step()) here.restart(task);
      here.setAgent(await here.agent.adapt(here.played.slice(0, 20)));
      here.restart(task);
      frame.value++;
    } catch (error) {
      trouble.value = said(error);
    } finally {
      adapting.value = false;
      playing.value = was;
    }
  };
  return (
    <>
      <p class="soft">
        Gradient steps taken on this task: <b>{taken}</b>
      </p>
      <button type="button" class="main" disabled={adapting.value} onClick={() => void adapt()}>
        {adapting.value ? 'Adapting …' : 'Play 20 episodes, take a step'}
      </button>{' '}
      <button
        type="button"
        disabled={taken === 0 || adapting.value}
        onClick={() => void show(exhibit.value, { seed: here.seed, trial: here.status.trial })}
      >
        Start over
      </button>
    </>
  );
}

function Slider(props: {
  readonly name: string;
  readonly most: number;
  readonly step: number;
  readonly value: number;
  readonly onInput: (x: number) => void;
}) {
  return (
    <label class="slider">
      <span>
        {props.name} <b>{props.value}</b>
      </span>
      <input
        type="range"
        min={0}
        max={props.most}
        step={props.step}
        value={props.value}
        onInput={(event) => props.onInput(Number(event.currentTarget.value))}
      />
    </label>
  );
}

function Check(props: { readonly name: string; readonly on: boolean; readonly onChange: (on: boolean) => void }) {
  return (
    <label class="check">
      <input type="checkbox" checked={props.on} onChange={(event) => props.onChange(event.currentTarget.checked)} /> {props.name}
    </label>
  );
}
