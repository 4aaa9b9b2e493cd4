/** How the stage is looked at: which ghosts are beside the player, and whether the episodes have pictures of their own. */
import { signal } from '@preact/signals';
import type { Colours, GhostScene } from 'wasmeta';
import type { GhostName } from './ghosts.ts';
import type { Stage } from './stage.ts';

export const ghostsShown = signal<Readonly<Record<GhostName, boolean>>>({ oracle: true, random: false });
export const sideBySide = signal(false);

export const ghostTexts: Readonly<Record<GhostName, { readonly text: string; readonly colour: keyof Colours }>> = {
  oracle: { text: 'the oracle, who is told the task', colour: 'goal' },
  random: { text: 'random play', colour: 'soft' },
};

/** What is drawn beside the player; nobody is drawn beside themselves. */
export function ghostsOf(here: Stage): GhostScene[] {
  return here.ghosts
    .filter(({ name }) => ghostsShown.value[name] && here.player !== name)
    .map((ghost) => ({ scene: ghost.scene(), colour: ghostTexts[ghost.name].colour }));
}
