/** Tasks that are one number, such as a wanted speed or a direction, as a control that works in the middle of a trial. */
import { familyOf } from 'wasmeta';
import { frame, guarded, stage } from './state.ts';

export function TaskSlider() {
  frame.value;
  const here = stage.value;
  if (here === null) return null;
  const fields = familyOf(here.config.id).task(here.config);
  const [{ name, unit, low, high, meaning }] = fields;
  if (fields.length !== 1 || !Number.isFinite(low) || !Number.isFinite(high)) return null;
  const value = here.env.task()[0];
  const turn = (to: number) => guarded((one) => one.setTask(Float32Array.of(to)));
  const label = meaning === '' ? name : meaning[0].toUpperCase() + meaning.slice(1);
  return (
    <label class="slider">
      <span>
        {label} <b>{`${value.toFixed(unit === '1' ? 0 : 2)}${unit === '1' ? '' : ` ${unit}`}`.replace('-', '−')}</b>
      </span>
      <input
        type="range"
        min={low}
        max={high}
        step={unit === '1' ? high - low : (high - low) / 40}
        value={value}
        onInput={(event) => turn(Number(event.currentTarget.value))}
      />
    </label>
  );
}
