/** Split screen: beside the stage another player or other weights, on the same task. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { darkColours, lightColours, loadAgent, resolveEnv } from 'wasmeta';
import { FittedCanvas } from './canvas.tsx';
import { type Exhibit, exhibits } from './exhibits.ts';
import { follow } from './follower.ts';
import { opened } from './opened.ts';
import { said } from './said.ts';
import { Stage } from './stage.ts';
import { dark, exhibit, frame, stage } from './state.ts';
import { bytesOf } from './weights.ts';

const nobody = '';
/** Who plays beside: a name of `players`, or the id of an exhibit. */
export const beside = signal(nobody);
const second = signal<Stage | null>(null);
const trouble = signal<string | null>(null);

const players: Readonly<Record<string, string>> = {
  forgets: 'the same policy, forgetting between episodes',
  random: 'random play',
  oracle: 'the oracle, who is told',
};

/** What tells whether two play the same game: the environment, but for the reward of the loss. */
const gameOf = (env: unknown) => JSON.stringify({ ...resolveEnv(env as string), trainingReward: '' });

/** Other weights for the environment on the stage. */
function rivals(here: Stage): Exhibit[] {
  return [...exhibits, ...opened.value].filter(
    ({ id, recipe, weights }) => id !== exhibit.value.id && weights !== null && gameOf(recipe.env) === gameOf(here.config),
  );
}

async function open(who: string, first: Stage): Promise<Stage> {
  const rival = rivals(first).find(({ id }) => id === who);
  const { weights } = rival ?? exhibit.value;
  const agent = weights === null || rival === undefined ? first.agent.copy() : await loadAgent(await bytesOf(weights));
  const made = await Stage.open(agent as Stage['agent'], first.seed);
  if (who === 'random' || who === 'oracle') made.player = who;
  made.switches.forget = who === 'forgets';
  return made;
}

export function SplitChoice() {
  frame.value;
  const here = stage.value;
  const remembers = here !== null && here.agent.hiddenSize > 0;
  // There from the start, without a stage too: what is below must not move when the stage opens.
  return (
    <label class="rival">
      Compare with{' '}
      <select value={beside.value} disabled={here === null} onChange={({ currentTarget }) => (beside.value = currentTarget.value)}>
        <option value={nobody}>–</option>
        {Object.entries(players).map(([name, title]) => (
          <option key={name} value={name} disabled={name === 'forgets' && !remembers}>
            {title}
          </option>
        ))}
        {here !== null &&
          rivals(here).map(({ id, tab }) => (
            <option key={id} value={id}>
              {tab}
            </option>
          ))}
      </select>
    </label>
  );
}

export function Split() {
  const [first, who] = [stage.value, beside.value];
  const weights = first?.agent;
  useEffect(() => {
    trouble.value = null;
    if (first === null || who === nobody) return;
    let [made, over]: [Stage | null, boolean] = [null, false];
    open(who, first)
      .then((opened) => {
        made = opened;
        if (over) return made.close();
        second.value = made;
        frame.value++;
      })
      .catch((error: unknown) => {
        trouble.value = said(error);
      });
    return () => {
      over = true;
      second.value = null;
      made?.close();
    };
  }, [first, who, weights]);
  if (first === null || who === nobody) return null;
  const there = second.value;
  const title = players[who] ?? [...exhibits, ...opened.value].find(({ id }) => id === who)?.tab ?? '';
  return (
    <section class="stage second" aria-label="Beside it">
      <h2>{title[0]?.toUpperCase() + title.slice(1)}</h2>
      {trouble.value !== null && (
        <p class="trouble" role="alert">
          {trouble.value}
        </p>
      )}
      {there !== null && <Follower first={first} second={there} />}
    </section>
  );
}

function Follower({ first, second }: { readonly first: Stage; readonly second: Stage }) {
  const now = frame.value;
  try {
    follow(second, first);
  } catch (error) {
    trouble.value ??= said(error);
  }
  const { returns } = second.status;
  return (
    <>
      <FittedCanvas
        className="scene"
        draw={(canvas) => {
          if (!second.isClosed) second.env.render(canvas, { colours: dark.value ? darkColours : lightColours });
        }}
        frame={`${now} ${dark.value}`}
        label={second.env.describe()}
      />
      <p class="soft">
        Return of each episode:{' '}
        <b>
          {returns
            .slice(-12)
            .map((value) => value.toFixed(Math.abs(value) < 10 ? 2 : 1))
            .join(' · ')}
        </b>
      </p>
    </>
  );
}
