/** The presets of a user's environment, to choose from. */
import { addTab, ofPreset } from './opened.ts';
import { exhibit, show } from './state.ts';

export function Presets() {
  const { opened, recipe } = exhibit.value;
  const presets = opened?.presets;
  if (opened === undefined || presets === undefined) return null;
  const { preset } = recipe.env as { readonly preset: string };
  return (
    <label class="presets">
      Preset{' '}
      <select value={preset} onChange={({ currentTarget }) => void show(addTab(ofPreset(opened.name, currentTarget.value, presets)))}>
        {presets.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
