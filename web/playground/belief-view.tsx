/** What is believed about where the goal is: the exact posterior, and beside it what the agent's model believes. */
import { type Colours, darkColours, lightColours } from 'wasmeta';
import { FittedCanvas } from './canvas.tsx';
import type { Beliefs, Stage } from './stage.ts';

interface Props {
  readonly stage: Stage;
  readonly frame: unknown;
  readonly dark: boolean;
}

export function BeliefView({ stage: here, frame, dark }: Props) {
  const beliefs = here.beliefs;
  if (beliefs === null) return null;
  const { exact, believed, posterior } = beliefs;
  const truth = posterior.nearest(here.env.task());
  const colours = dark ? darkColours : lightColours;
  const picture = (name: string, chances: readonly number[]) => (
    <figure>
      <figcaption>{name}</figcaption>
      <FittedCanvas
        className="belief"
        draw={(canvas) => drawChances(canvas, beliefs.posterior, chances, truth, colours)}
        frame={`${frame} ${dark}`}
        label={`${name}: the goal has a chance of ${Math.round(100 * chances[truth])} %`}
      />
    </figure>
  );
  return (
    <>
      <div class="beliefs">
        {picture('Could be known', exact)}
        {believed !== null && picture('Is believed', believed)}
      </div>
      <p class="soft caption">
        {believed === null
          ? 'Where the goal may still be, by exact inference from what was seen: this agent searches as if it knew.'
          : 'Chances of the goal’s places, the darker the likelier: by exact inference, and by the agent’s own model of rewards.'}
        {' The green mark is the goal.'}
      </p>
    </>
  );
}

function drawChances(
  canvas: HTMLCanvasElement,
  { tasks, cells }: Beliefs['posterior'],
  chances: readonly number[],
  truth: number,
  colours: Colours,
): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const { width, height } = canvas;
  context.fillStyle = colours.paper;
  context.fillRect(0, 0, width, height);
  const xs = tasks.map(([x]) => x);
  const ys = tasks.map(([, y]) => y);
  const room = cells === undefined ? 0.2 : 0.5;
  const [left, right, bottom, top] = [Math.min(...xs) - room, Math.max(...xs) + room, Math.min(...ys, 0) - room, Math.max(...ys) + room];
  const scale = Math.min(width / (right - left), height / (top - bottom));
  const at = ([x, y]: readonly number[]): [number, number] => [
    width / 2 + scale * (x - (left + right) / 2),
    height / 2 - scale * (y - (bottom + top) / 2),
  ];
  const most = Math.max(1e-9, ...chances);
  tasks.forEach((task, g) => {
    const [x, y] = at(task);
    if (cells !== undefined) {
      const [half, gap] = [scale / 2, Math.max(1, scale / 24)];
      context.globalAlpha = 1;
      context.fillStyle = colours.faint;
      context.fillRect(x - half + gap, y - half + gap, 2 * (half - gap), 2 * (half - gap));
      context.globalAlpha = Math.sqrt(chances[g]); // so that one place of many can still be seen
      context.fillStyle = colours.agent;
      context.fillRect(x - half + gap, y - half + gap, 2 * (half - gap), 2 * (half - gap));
    } else {
      context.globalAlpha = 0.08 + 0.92 * (chances[g] / most);
      context.fillStyle = colours.agent;
      context.beginPath();
      context.arc(x, y, scale * (0.03 + 0.07 * (chances[g] / most)), 0, 2 * Math.PI);
      context.fill();
    }
  });
  context.globalAlpha = 1;
  context.strokeStyle = colours.goal;
  context.lineWidth = Math.max(2, width / 60);
  const [x, y] = at(tasks[truth]);
  if (cells !== undefined) {
    const half = scale / 2 - context.lineWidth / 2;
    context.strokeRect(x - half, y - half, 2 * half, 2 * half);
    return;
  }
  context.beginPath();
  context.arc(x, y, scale * 0.14, 0, 2 * Math.PI);
  context.stroke();
}
