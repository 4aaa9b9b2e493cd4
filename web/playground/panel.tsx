/** What a visitor can change: finger, noise, who plays; and what can be seen of the mind. */
import { signal } from '@preact/signals';
import { Mind } from './mind.tsx';
import type { Player, Stage } from './stage.ts';
import { dark, exhibit, forget, frame, guarded, invert, noise, player, playing, said, show, stage, trouble, updateLink } from './state.ts';

export function Panel() {
  frame.value;
  const here = stage.value;
  const change = (work: (stage: Stage) => void) => () => guarded(work);
  const remembers = here !== null && (here.agent.hiddenSize > 0 || here.agent.belief !== null);
  return (
    <aside class="panel" aria-label="Interfere">
      <fieldset>
        <legend>Your finger</legend>
        {exhibit.value.finger !== undefined && <p class="soft">{exhibit.value.finger}</p>}
        {here !== null && !here.isDiscrete && (
          <button type="button" onClick={change((one) => one.push(0.5))}>
            Push it
          </button>
        )}
        <Slider
          name="Noise on actions"
          most={1}
          step={0.05}
          value={noise.value}
          onInput={(x) => guarded((one) => (one.switches.noise = noise.value = x))}
        />
        <Check name="Invert an action" on={invert.value} onChange={(on) => guarded((one) => (one.switches.invert = invert.value = on))} />
        <label>
          Who plays{' '}
          <select
            value={player.value}
            onChange={(event) => {
              const who = event.currentTarget.value as Player;
              player.value = who;
              guarded((one) => {
                one.player = who;
                one.restart(one.env.task());
              });
            }}
          >
            <option value="agent">the agent</option>
            <option value="you">you (arrow keys, digits)</option>
            <option value="random">random play</option>
            <option value="oracle">the oracle, who is told</option>
          </select>
        </label>
      </fieldset>
      <fieldset>
        <legend>The mind</legend>
        {remembers && here !== null ? (
          <>
            <Check
              name="Forget between episodes"
              on={forget.value}
              onChange={(on) =>
                guarded((one) => {
                  forget.value = on;
                  one.switches.forget = on;
                  one.restart(one.env.task());
                  updateLink();
                })
              }
            />
            <p class="soft">
              Meta-RL’s crucial sentence: the hidden state is not reset between the episodes of a trial. Reset it, and the second episode is
              as blind as the first.
            </p>
            <Mind
              minds={here.minds}
              frame={frame.value}
              dark={dark.value}
              what={here.agent.belief === null ? 'Hidden state' : 'Hidden state of the encoder'}
            />
            <p class="soft caption">Hidden state, one column a step</p>
          </>
        ) : (
          <p class="soft">This policy has no memory.</p>
        )}
        {here?.agent.adapts === true && <GradientSteps stage={here} />}
      </fieldset>
    </aside>
  );
}

const adapting = signal(false);

/** MAML: plays twenty episodes unseen, then takes a gradient step on them. */
function GradientSteps({ stage: here }: { readonly stage: Stage }) {
  const taken = here.agent.gradientSteps;
  const adapt = async () => {
    adapting.value = true;
    const was = playing.value;
    playing.value = false;
    try {
      const task = here.env.task();
      player.value = here.player = 'agent';
      here.played.length = 0;
      while (here.played.length < 20) if (!here.step()) here.restart(task);
      here.setAgent(await here.agent.adapt(here.played.slice(0, 20)));
      here.restart(task);
      frame.value++;
    } catch (error) {
      trouble.value = said(error);
    } finally {
      adapting.value = false;
      playing.value = was;
    }
  };
  return (
    <>
      <p class="soft">
        Gradient steps taken on this task: <b>{taken}</b>
      </p>
      <button type="button" class="main" disabled={adapting.value} onClick={() => void adapt()}>
        {adapting.value ? 'Adapting …' : 'Play 20 episodes, take a step'}
      </button>{' '}
      <button
        type="button"
        disabled={taken === 0 || adapting.value}
        onClick={() => void show(exhibit.value, { seed: here.seed, trial: here.status.trial })}
      >
        Start over
      </button>
    </>
  );
}

function Slider(props: {
  readonly name: string;
  readonly most: number;
  readonly step: number;
  readonly value: number;
  readonly onInput: (x: number) => void;
}) {
  return (
    <label class="slider">
      <span>
        {props.name} <b>{props.value}</b>
      </span>
      <input
        type="range"
        min={0}
        max={props.most}
        step={props.step}
        value={props.value}
        onInput={(event) => props.onInput(Number(event.currentTarget.value))}
      />
    </label>
  );
}

function Check(props: { readonly name: string; readonly on: boolean; readonly onChange: (on: boolean) => void }) {
  return (
    <label class="check">
      <input type="checkbox" checked={props.on} onChange={(event) => props.onChange(event.currentTarget.checked)} /> {props.name}
    </label>
  );
}
