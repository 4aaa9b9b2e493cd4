/** The few settings of a training that a visitor chooses; everything else is the recipe's. */
import type { Signal } from '@preact/signals';
import type { Recipe } from './link.ts';

export interface Chosen {
  readonly seed: number;
  readonly learningRate: number;
  readonly memory: boolean;
}

export const chosenOf = ({ seed, learningRate }: Recipe): Chosen => ({
  seed: typeof seed === 'number' ? seed : 1,
  learningRate: typeof learningRate === 'number' ? learningRate : 1e-3,
  memory: true,
});

/** Without memory: the same inputs, but no state to keep them in. */
export function recipeOf(recipe: Recipe, { seed, learningRate, memory }: Chosen): Recipe {
  const { gateBias, ...plain } = recipe;
  return {
    ...(memory ? recipe : { ...plain, policy: { kind: 'mlp', hidden: [64, 64] } }),
    seed,
    ...(recipe.learningRate !== undefined && { learningRate }),
  };
}

interface Props {
  readonly recipe: Recipe;
  readonly chosen: Signal<Chosen>;
  readonly disabled: boolean;
}

export function Settings({ recipe, chosen, disabled }: Props) {
  const { seed, learningRate, memory } = chosen.value;
  const change = (fields: Partial<Chosen>) => {
    chosen.value = { ...chosen.value, ...fields };
  };
  const rates = [...new Set([2e-4, 5e-4, 1e-3, 2e-3, 4e-3, Number(recipe.learningRate)])].sort((a, b) => a - b);
  return (
    <>
      <label>
        Seed{' '}
        <input
          type="number"
          min={0}
          max={4294967295}
          value={seed}
          disabled={disabled}
          onChange={({ currentTarget }) => change({ seed: Math.max(0, Math.floor(Number(currentTarget.value))) })}
        />
      </label>
      {typeof recipe.learningRate === 'number' && (
        <>
          <label>
            Learning rate{' '}
            <select
              value={learningRate}
              disabled={disabled}
              onChange={({ currentTarget }) => change({ learningRate: Number(currentTarget.value) })}
            >
              {rates.map((x) => (
                <option key={x} value={x}>
                  {x}
                </option>
              ))}
            </select>
          </label>
          <label class="check">
            <input
              type="checkbox"
              checked={memory}
              disabled={disabled || recipe.algo !== 'rl2'}
              onChange={({ currentTarget }) => change({ memory: currentTarget.checked })}
            />{' '}
            with memory
          </label>
        </>
      )}
    </>
  );
}
