/** What the page shows first: what `wasmeta view` serves, what the link names, or the first tab. */
import { exhibits } from './exhibits.ts';
import { ofEnvironment, ofTraining, ofWeights } from './opened.ts';
import { said } from './said.ts';
import { exhibit, link, show, trouble, weights } from './state.ts';
import { bytesOf, exhibitOf } from './weights.ts';

/** What the server of `wasmeta view` tells (src/cli/view.ts). */
interface Viewed {
  readonly env: { readonly url: string } | null;
  readonly run: { readonly name: string; readonly url: string } | null;
}

export async function begin(): Promise<void> {
  try {
    if (!(await showViewed())) await showLinked();
  } catch (error) {
    await show(exhibits[0]);
    trouble.value = said(error);
  }
}

/** True if there was something. */
async function showViewed(): Promise<boolean> {
  const told = document.querySelector<HTMLMetaElement>('meta[name="wasmeta-view"]')?.content;
  if (told === undefined) return false;
  const here = (address: string) => new URL(address, location.href);
  const { env, run } = (await (await fetch(here(told))).json()) as Viewed;
  const first = env === null ? null : await ofEnvironment(here(env.url));
  const shown = run === null ? first : await ofWeights(run.name, await bytesOf(here(run.url)));
  if (shown !== null) await show(shown, link);
  return shown !== null;
}

async function showLinked(): Promise<void> {
  const { training, weights: wanted, wrong } = link;
  const named = wanted === null ? undefined : exhibitOf(wanted);
  await show(training === null ? (named ?? exhibit.value) : ofTraining(training), link);
  if (wrong !== null) trouble.value ??= wrong;
  else if (wanted !== null && weights.value !== wanted)
    trouble.value ??= `This link is of weights with SHA-256 ${wanted.slice(0, 16)}…, but the ones here have ${weights.value?.slice(0, 16) ?? 'none'}…: this site was built from others, or they were in a file of the sender’s. What you see is what this site has.`;
}
