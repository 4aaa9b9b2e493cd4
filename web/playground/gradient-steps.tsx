/** MAML on the stage: the policy before and after each gradient step, with the episodes that the step saw. */
import { signal } from '@preact/signals';
import { type Colours, darkColours, lightColours, renderScene, taskAt } from 'wasmeta';
import { FittedCanvas } from './canvas.tsx';
import { perRound, playRound, type Round } from './rounds.ts';
import type { Stage } from './stage.ts';
import { dark, exhibit, frame, player, playing, said, show, stage, trouble } from './state.ts';

/** The rounds played on one task, and which task that is. */
const played = signal<{ readonly stage: Stage; readonly task: string; readonly rounds: readonly Round[] } | null>(null);
const adapting = signal(false);

function roundsOf(here: Stage): readonly Round[] {
  const known = played.value;
  return known?.stage === here && known.task === here.env.task().join() ? known.rounds : [];
}

/** Plays what is missing, takes a step on it, and plays again, so that before and after can be compared. */
async function adapt(here: Stage): Promise<void> {
  adapting.value = true;
  const was = playing.value;
  playing.value = false;
  try {
    const task = here.env.task();
    const place = { seed: here.seed, trial: here.status.trial, task };
    let rounds = roundsOf(here);
    if (rounds.at(-1)?.steps !== here.agent.gradientSteps) rounds = [await playRound(here.agent, place)];
    const adapted = await here.agent.adapt(rounds[rounds.length - 1].episodes);
    played.value = { stage: here, task: task.join(), rounds: [...rounds, await playRound(adapted, place)] };
    player.value = here.player = 'agent';
    here.setAgent(adapted, task);
    frame.value++;
  } catch (error) {
    trouble.value = said(error);
  } finally {
    adapting.value = false;
    playing.value = was;
  }
}

export function GradientSteps() {
  frame.value;
  const here = stage.value;
  if (here === null || !here.agent.adapts) return null;
  const rounds = roundsOf(here);
  return (
    <section class="rounds" aria-label="Gradient steps">
      <div class="controls">
        <button type="button" class="main" disabled={adapting.value} onClick={() => void adapt(here)}>
          {adapting.value ? 'Adapting …' : here.agent.gradientSteps === 0 ? `Play ${perRound} episodes, take a step` : 'Take another step'}
        </button>
        <button
          type="button"
          disabled={here.agent.gradientSteps === 0 || adapting.value}
          onClick={() => void show(exhibit.value, { seed: here.seed, trial: here.status.trial })}
        >
          Start over
        </button>
        <span class="soft">
          Gradient steps taken on this task: <b>{here.agent.gradientSteps}</b>
        </span>
      </div>
      {rounds.length > 0 && (
        <>
          <ol class="strip">
            {rounds.slice(-4).map((round) => (
              <li key={round.steps}>
                <RoundPicture round={round} />
                <p>
                  <b>{nameOf(round)}</b> mean return {round.meanReturn.toFixed(1)}
                </p>
              </li>
            ))}
          </ol>
          <p class="soft">
            Lines: the {perRound} episodes that each policy played, which are what the next step sees. Arrows: where the policy would go on
            average from every place.
          </p>
        </>
      )}
    </section>
  );
}

const nameOf = ({ steps }: Round) => (steps === 0 ? 'Before:' : steps === 1 ? 'After 1 step:' : `After ${steps} steps:`);

function RoundPicture({ round }: { readonly round: Round }) {
  const colours = dark.value ? darkColours : lightColours;
  const draw = (canvas: HTMLCanvasElement) => {
    renderScene(canvas, round.scene, { colours: { ...colours, agent: `${colours.agent}66` } }); // twenty ways on top of each other
    if (round.field !== null) drawField(canvas, round, colours);
  };
  return (
    <FittedCanvas
      className="round"
      draw={draw}
      frame={`${dark.value} ${round.steps}`}
      label={`${perRound} episodes of the policy ${nameOf(round).toLowerCase().replace(':', '')}, mean return ${round.meanReturn.toFixed(1)}`}
    />
  );
}

const apart = 22; // px between arrows

function drawField(canvas: HTMLCanvasElement, { scene, field }: Round, colours: Colours): void {
  const context = canvas.getContext('2d');
  if (context === null || field === null) return;
  const ratio = canvas.width / Math.max(1, canvas.clientWidth);
  context.save();
  context.scale(ratio, ratio);
  context.strokeStyle = colours.ink;
  context.lineWidth = 1;
  for (let x = apart / 2; x < canvas.clientWidth; x += apart)
    for (let y = apart / 2; y < canvas.clientHeight; y += apart) {
      const place = taskAt(canvas, scene, x, y, { colours });
      if (place === null) continue;
      const [dx, dy] = field(place[0], place[1]);
      const length = Math.hypot(dx, dy);
      if (!(length > 1e-3)) continue;
      const reach = (0.8 * apart * Math.min(1, length)) / length;
      const [tx, ty] = [x + dx * reach, y - dy * reach];
      const [ux, uy] = [(3.5 * dx) / length, (-3.5 * dy) / length];
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(tx, ty);
      context.moveTo(tx - ux - 0.6 * uy, ty - uy + 0.6 * ux);
      context.lineTo(tx, ty);
      context.lineTo(tx - ux + 0.6 * uy, ty - uy - 0.6 * ux);
      context.stroke();
    }
  context.restore();
}
