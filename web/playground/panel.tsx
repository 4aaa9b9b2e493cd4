/** What a visitor can change: finger, noise, who plays; and what can be seen of the mind. */
import { BeliefView } from './belief-view.tsx';
import { Mind } from './mind.tsx';
import type { Player, Stage } from './stage.ts';
import { dark, exhibit, forget, frame, guarded, invert, noise, player, stage, updateLink } from './state.ts';
import { TaskSlider } from './task-slider.tsx';

export function Panel() {
  frame.value;
  const here = stage.value;
  const change = (work: (stage: Stage) => void) => () => guarded(work);
  const belief = here !== null && <BeliefView stage={here} frame={frame.value} dark={dark.value} />;
  // What the agent itself believes comes before the memory that it is read from.
  const believes = here?.agent.rewardInputs != null;
  const remembers = here !== null && (here.agent.hiddenSize > 0 || here.agent.belief !== null);
  return (
    <aside class="panel" aria-label="Interfere">
      <fieldset>
        <legend>Interfere</legend>
        {exhibit.value.finger !== undefined && <p class="soft">{exhibit.value.finger}</p>}
        <TaskSlider />
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
        <Check
          name={here?.isDiscrete ? 'Reverse its choices' : 'Invert its first action'}
          on={invert.value}
          onChange={(on) => guarded((one) => (one.switches.invert = invert.value = on))}
        />
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
            {here?.ghosts.some(({ name }) => name === 'oracle') !== false && <option value="oracle">the oracle, who is told</option>}
          </select>
        </label>
        <p class="soft caption">
          Keys: space plays and pauses, <kbd>.</kbd> steps, <kbd>A</kbd> again, <kbd>N</kbd> next task
          {exhibit.value.finger !== undefined && (
            <>
              , <kbd>Shift</kbd> and arrows change the task
            </>
          )}
          .
        </p>
      </fieldset>
      <fieldset>
        <legend>Its memory</legend>
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
              What it remembers, its hidden state, lives on when the next episode begins. Tick this to empty it there: the second episode is
              then as blind as the first.
            </p>
            {believes && belief}
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
        {!believes && belief}
      </fieldset>
    </aside>
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
