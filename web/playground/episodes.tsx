/** The return of each episode of the trial, so that the second can be compared with the first, with marks where the ghosts are. */
import { darkColours, lightColours } from 'wasmeta';
import { ghostsShown, ghostTexts } from './look.ts';
import { dark, frame, stage } from './state.ts';

/** Rows that are shown at most. */
const most = 12;

export function Episodes() {
  frame.value; // the stage is no signal: read one that rises with it
  const here = stage.value;
  if (here === null) return null;
  const { returns, episode, step } = here.status;
  const { episodes, horizon } = here.config;
  const first = Math.max(0, returns.length - most);
  const shown = returns.slice(first);
  const ghosts = here.ghosts.filter(({ name }) => ghostsShown.value[name] && name !== here.player);
  const all = [...shown, ...ghosts.flatMap((ghost) => ghost.returns.slice(first))];
  const largest = Math.max(1e-9, ...all.map(Math.abs));
  const share = (value: number) => `${(100 * Math.abs(value)) / largest}%`;
  const colours = dark.value ? darkColours : lightColours;
  return (
    <div class="episodes">
      <p class="soft">
        Episode {episode + 1} of {episodes}, step {step} of {horizon}. Return of each episode of this trial:
      </p>
      <ol start={first + 1} style={{ minHeight: `${1.75 * Math.min(most, episodes)}rem` }}>
        {shown.map((value, i) => (
          <li key={first + i}>
            <span class="bar">
              <span class={value < 0 ? 'fill bad' : 'fill'} style={{ width: share(value) }} />
              {ghosts.map(({ name, returns: theirs }) => (
                <span
                  key={name}
                  class="mark"
                  title={`${ghostTexts[name].text}: ${theirs[first + i]?.toFixed(2)}`}
                  style={{ left: `calc(${share(theirs[first + i] ?? 0)} - 2px)`, background: colours[ghostTexts[name].colour] }}
                />
              ))}
            </span>
            <b>{value.toFixed(Math.abs(value) < 10 ? 2 : 1)}</b>
          </li>
        ))}
      </ol>
    </div>
  );
}
