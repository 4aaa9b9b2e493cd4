/** Says to a screen reader what is on the stage: at once where nothing moves, and every few seconds while it plays. */

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { frame, playing, stage } from './state.ts';

const everyMs = 6000;
const words = signal('');
let saidAt = Number.NEGATIVE_INFINITY;

export function Announcer() {
  const at = frame.value;
  const still = !playing.value;
  useEffect(() => {
    const now = performance.now();
    if (!still && now - saidAt < everyMs) return;
    // A burst of steps is said once, when it is over.
    const timer = setTimeout(
      () => {
        saidAt = performance.now();
        words.value = stage.value?.env.describe() ?? '';
      },
      still ? 250 : 0,
    );
    return () => clearTimeout(timer);
  }, [at, still]);
  return (
    <p class="unseen" aria-live="polite">
      {words.value}
    </p>
  );
}
