/** What the page knows, as a dozen signals, and what moves it: the animation loop and the few things that buttons do. */
import { signal } from '@preact/signals';
import { type AdaptiveAgent, hashArrays, learnerOf, loadAgent } from 'wasmeta';
import { type Exhibit, exhibits } from './exhibits.ts';
import { fromHash, type Linked, type LinkedTraining, toHash } from './link.ts';
import { said } from './said.ts';
import { type Player, Stage } from './stage.ts';
import { bytesOf } from './weights.ts';

export { said };

export const link = fromHash(location.hash);
/** The tab of the training that the address means. */
export const linkedId = 'linked';
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
/** What a link must say to have the last training of this tab done again; null: none was done. */
export const proof = signal<LinkedTraining | null>(null);
/** SHA-256 of the file of weights that plays; null for policies from no file. */
export const weights = signal<string | null>(null);

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', ({ matches }) => {
  dark.value = matches;
});

/** The agent of an exhibit, and the hash of the file that it came from. */
async function agentOf({ weights, recipe }: Exhibit): Promise<{ agent: AdaptiveAgent; hash: string | null }> {
  if (weights !== null) {
    const bytes = await bytesOf(weights);
    return { agent: await loadAgent(bytes), hash: hashArrays([bytes]) };
  }
  const { algo, ...options } = recipe;
  const learner = learnerOf(algo);
  const config = learner.resolve(options);
  return { agent: await loadAgent({ algo, config, state: learner.initial(config) }), hash: null };
}

let opening = 0;
export async function show(next: Exhibit, { seed, trial } = { seed: link.seed, trial: next.first ?? 0 }): Promise<void> {
  const mine = ++opening;
  exhibit.value = next;
  trouble.value = null;
  trained.value = false;
  proof.value = null;
  try {
    const { agent, hash } = await agentOf(next);
    const made = await Stage.open(agent, seed);
    if (mine !== opening) return made.close();
    weights.value = hash;
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

/** What is seen, as a link says it. */
export function linked(): Omit<Linked, 'wrong'> {
  const here = stage.value;
  return {
    show: exhibit.value.id,
    seed: here?.seed ?? link.seed,
    trial: here?.status.trial ?? 0,
    speed: speed.value,
    forget: forget.value,
    weights: trained.value ? null : weights.value,
    embed: link.embed,
    training: exhibit.value.id === linkedId ? link.training : null,
  };
}

/** The state in the address, so that what is seen is a link. */
export function updateLink(): void {
  history.replaceState(null, '', toHash(linked()));
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
