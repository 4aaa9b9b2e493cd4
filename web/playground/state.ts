/** What the page knows, as a dozen signals, and what moves it: the animation loop, the keyboard, and the few things that buttons do. */
import { signal } from '@preact/signals';
import { type AdaptiveAgent, createAgent, loadAgent, type PolicySpec, type WasmetaError } from 'wasmeta';
import { type Exhibit, exhibits } from './exhibits.ts';
import { fromHash, toHash } from './link.ts';
import { type Player, Stage } from './stage.ts';

export const link = fromHash(location.hash);
export const exhibit = signal<Exhibit>(exhibits.find(({ id }) => id === link.show) ?? exhibits[0]);
export const stage = signal<Stage | null>(null);
/** Rises whenever the picture changes. */
export const frame = signal(0);
export const playing = signal(!matchMedia('(prefers-reduced-motion: reduce)').matches);
export const speed = signal(link.speed);
export const player = signal<Player>('agent');
export const forget = signal(link.forget);
export const noise = signal(0);
export const invert = signal(false);
export const trouble = signal<string | null>(null);
export const dark = signal(matchMedia('(prefers-color-scheme: dark)').matches);
export const trained = signal(false);

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', ({ matches }) => {
  dark.value = matches;
});

/** What a person reads where something failed. */
export function said(error: unknown): string {
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
export async function show(next: Exhibit, { seed, trial } = { seed: link.seed, trial: 0 }): Promise<void> {
  const mine = ++opening;
  exhibit.value = next;
  trouble.value = null;
  trained.value = false;
  try {
    const made = await Stage.open(await agentOf(next), seed);
    if (mine !== opening) return made.close();
    stage.value?.close();
    Object.assign(made.switches, { forget: forget.value, noise: noise.value, invert: invert.value });
    made.player = player.value;
    made.next(trial, seed);
    stage.value = made;
    frame.value++;
  } catch (error) {
    if (mine === opening) trouble.value = said(error);
  }
}

/** The state in the address, so that what is seen is a link. */
export function updateLink(): void {
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

export function guarded(work: (stage: Stage) => void): void {
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

export const stepOnce = () =>
  guarded((here) => {
    if (!here.step()) nextTask();
  });

export function nextTask(): void {
  guarded((here) => here.next());
  updateLink();
}

/** One loop for the whole page: as many steps as the time asks for, at most 12 ms of them a frame, so that nothing janks. */
export function loop(): () => void {
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
export function keyboard(): () => void {
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
