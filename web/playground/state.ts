/** What the page knows, as a dozen signals, and what moves it: the animation loop and the few things that buttons do. */
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
export async function show(next: Exhibit, { seed, trial } = { seed: link.seed, trial: next.first ?? 0 }): Promise<void> {
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

/** The same task from its start. */
export const again = () => guarded((here) => here.restart(here.env.task()));

export function nextTask(): void {
  guarded((here) => here.next());
  updateLink();
}

/** Up to this speed the last picture of a trial, and at half of it of an episode, stays for a moment. */
const slow = 4;

/** One loop for the whole page: as many steps as the time asks for, at most 12 ms of them a frame, so that nothing janks. */
export function loop(): () => void {
  let [before, owed, handle] = [performance.now(), 0, 0];
  let pauseUntil = 0;
  /** The trial whose end was looked at. */
  let ended = '';
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
        if (here.step()) {
          if (!here.isOver || speed.value > slow / 2 || here.config.horizon < 5) continue;
          owed = 0;
          pauseUntil = now + 500;
          break;
        }
        owed = 0;
        const trial = `${here.seed} ${here.status.trial}`;
        if (speed.value <= slow && ended !== trial) {
          pauseUntil = now + 1200;
          ended = trial;
          break;
        }
        ended = '';
        here.next();
        updateLink();
        break;
      }
    });
  };
  handle = requestAnimationFrame(tick);
  return () => cancelAnimationFrame(handle);
}
