/** Two stages on the same task: the second goes where the first is, episode by episode and step by step. */
import type { Stage } from './stage.ts';

type Place = { readonly episode: number; readonly step: number };
const before = (a: Place, b: Place) => a.episode < b.episode || (a.episode === b.episode && a.step < b.step);

/** Milliseconds of one frame that it may take to catch up. */
const budget = 8;

export function follow(second: Stage, first: Stage): void {
  const task = first.env.task();
  if (second.seed !== first.seed || second.status.trial !== first.status.trial || before(first.status, second.status)) {
    second.next(first.status.trial, first.seed);
    second.restart(task);
  } else if (second.env.task().some((x, i) => x !== task[i])) second.setTask(task);
  second.switches.noise = first.switches.noise;
  second.switches.invert = first.switches.invert;
  const end = performance.now() + budget;
  while (before(second.status, first.status) && performance.now() < end) if (!second.step()) return;
}
