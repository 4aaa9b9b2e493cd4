/** What is drawn beside the player, with its colour; and whether the episodes are drawn on top of each other or side by side. */
import { type Colours, darkColours, lightColours } from 'wasmeta';
import { ghostsShown, ghostTexts, sideBySide } from './look.ts';
import { hasPanels } from './side-by-side.ts';
import { dark, frame, stage } from './state.ts';

export function Beside() {
  const here = stage.value;
  if (here === null) return null;
  const colours: Colours = dark.value ? darkColours : lightColours;
  return (
    <div class="controls beside">
      {here.ghosts.map(({ name }) => (
        <label key={name} class="check">
          <input
            type="checkbox"
            checked={ghostsShown.value[name]}
            onChange={(event) => {
              ghostsShown.value = { ...ghostsShown.value, [name]: event.currentTarget.checked };
              frame.value++;
            }}
          />
          <span class="dot" style={{ background: colours[ghostTexts[name].colour] }} /> Ghost: {ghostTexts[name].text}
        </label>
      ))}
      {hasPanels(here.config) && (
        <label>
          Episodes{' '}
          <select
            value={sideBySide.value ? 'side' : 'top'}
            onChange={(event) => {
              sideBySide.value = event.currentTarget.value === 'side';
              frame.value++;
            }}
          >
            <option value="top">one after the other</option>
            <option value="side">side by side</option>
          </select>
        </label>
      )}
    </div>
  );
}
