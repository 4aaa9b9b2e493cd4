/** A finger on the stage: the task under it becomes the task, in the middle of the episode. By pointer, or by keyboard in small steps. */
import { darkColours, lightColours } from 'wasmeta';
import { ghostsOf, sideBySide } from './look.ts';
import { hasPanels, taskInPanel } from './side-by-side.ts';
import { dark, guarded, stage } from './state.ts';

/** A step by keyboard, as a share of the picture. */
const step = 0.04;

/** Where the finger was last, as shares of the picture. */
let place: readonly [x: number, y: number] = [0.5, 0.5];

/** x, y: CSS pixels of the canvas. */
export function touch(canvas: HTMLCanvasElement, x: number, y: number): void {
  place = [x / Math.max(1, canvas.clientWidth), y / Math.max(1, canvas.clientHeight)];
  const here = stage.value;
  if (here === null || here.isOver) return;
  const options = { colours: dark.value ? darkColours : lightColours, ghosts: ghostsOf(here) };
  const apart = sideBySide.value && hasPanels(here.config);
  const task = apart ? taskInPanel(canvas, here.env.scene(), x, y, options) : here.env.taskAt(canvas, x, y, options);
  if (task !== null) guarded((one) => one.setTask(task));
}

export function nudge(dx: number, dy: number): void {
  const canvas = document.querySelector<HTMLCanvasElement>('canvas.scene');
  if (canvas === null) return;
  const [x, y] = [place[0] + step * dx, place[1] + step * dy].map((share) => Math.min(1, Math.max(0, share)));
  touch(canvas, x * canvas.clientWidth, y * canvas.clientHeight);
}
