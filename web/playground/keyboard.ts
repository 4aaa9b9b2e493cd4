/** The page by keyboard: space plays and pauses, a full stop steps, a and n are "again" and "next task"; arrows and digits play where you play, Shift and arrows move the finger. */
import { nudge } from './finger.ts';
import { again, nextTask, playing, stage, stepOnce } from './state.ts';

const keys: Readonly<Record<string, () => void>> = {
  ' ': () => {
    playing.value = !playing.value;
  },
  '.': stepOnce,
  a: again,
  n: nextTask,
};

const arrows: Readonly<Record<string, readonly [dx: number, dy: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

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
    if (!isForPage(event)) return;
    const { key } = event;
    const here = stage.value;
    const arrow = arrows[key];
    if (keys[key] !== undefined) {
      if (!event.repeat || key === '.') keys[key]();
    } else if (arrow !== undefined && event.shiftKey) nudge(...arrow);
    else if (arrow !== undefined) {
      held.add(key);
      wish();
    } else if (/^[1-9]$/.test(key) && here?.isDiscrete) here.wish = Math.min(here.numActions, Number(key)) - 1;
    else return;
    event.preventDefault();
  };
  const up = ({ key }: KeyboardEvent) => {
    if (held.delete(key)) wish();
  };
  addEventListener('keydown', down);
  addEventListener('keyup', up);
  return () => {
    removeEventListener('keydown', down);
    removeEventListener('keyup', up);
  };
}

/** What is typed into a field, pressed on a button or meant for the browser is theirs. */
function isForPage({ target, key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey) return false;
  const { tagName } = target as HTMLElement;
  if (/^(INPUT|SELECT|TEXTAREA)$/.test(tagName)) return false;
  return !(/^(BUTTON|SUMMARY|A)$/.test(tagName) && (key === ' ' || key === 'Enter'));
}
