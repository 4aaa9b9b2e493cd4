/** Three short texts, for whoever opens this page without having read anything else. Symbols are those of the usual lecture on meta-RL, each beside what it is on this page. */
import type { ComponentChildren } from 'preact';

export function About() {
  return (
    <section class="about" id="about" aria-label="What this is">
      <article>
        <h2>What you see</h2>
        <p>
          An <b>agent</b> acts step by step and is paid: each step gives it a <b>reward</b>, a number that says how good it was. A{' '}
          <b>task</b> is one small world with something in it that nobody tells the agent: where the goal lies, which arm pays, how fast to
          run. Some dozens of steps make an <b>episode</b>, after which the agent starts again from the beginning. A few episodes on the
          same task make a <b>trial</b>. The bars below the stage are the <b>returns</b>: the sum of the rewards of each episode.
        </p>
        <p>
          Two players set the scale. <b>Random play</b> chooses without looking. The <b>oracle</b> is told the task. The agent begins like
          the first and should end like the second, on a task that it has never met in training.
        </p>
        <Formula>
          θ* = arg max<sub>θ</sub> Σ<sub>i</sub> E[R(φ<sub>i</sub>)]
          <br />φ<sub>i</sub> = f<sub>θ</sub>(M<sub>i</sub>)
        </Formula>
        <Symbols
          of={[
            [
              <>
                M<sub>i</sub>
              </>,
              'a task, one of many',
            ],
            [
              <>
                f<sub>θ</sub>
              </>,
              'how the agent adapts to it',
            ],
            [
              <>
                φ<sub>i</sub>
              </>,
              'the agent once it has adapted',
            ],
            ['R', 'what it then earns'],
            ['θ', 'the weights of its network, which training chooses and which stay as they are while you watch'],
          ]}
        />
      </article>
      <article>
        <h2>Why memory</h2>
        <p>
          One way to adapt is to remember. At every step the agent reads what it observes, what it did last, what that paid and whether an
          episode has just ended, and keeps a <b>hidden state</b>: the strip of colours beside the stage. The state lives on when a new
          episode of the trial begins. So it can hold what the task is.
        </p>
        <Formula>
          h<sub>t</sub> = g<sub>θ</sub>(h<sub>t−1</sub>, o<sub>t</sub>, a<sub>t−1</sub>, r<sub>t−1</sub>, d<sub>t−1</sub>)
          <br />φ<sub>i</sub> = (h<sub>t</sub>, θ)
        </Formula>
        <Symbols
          of={[
            [
              <>
                h<sub>t</sub>
              </>,
              'the hidden state at step t of the trial',
            ],
            [
              <>
                g<sub>θ</sub>
              </>,
              'the network’s memory cell',
            ],
            [<>o, a, r, d</>, 'observation, action, reward, end of an episode'],
          ]}
        />
        <p>
          Nobody told it to search. But it was trained on the return of whole trials, and whoever searches well in the first episode earns
          in all later ones. This is <b>RL²</b>. Tick <i>Forget between episodes</i>: the state is emptied at each start, and the second
          episode is as blind as the first.
        </p>
      </article>
      <article>
        <h2>What MAML does</h2>
        <p>
          Another way to adapt is to change the weights. The agent plays some episodes of the new task and takes a <b>gradient step</b>: it
          moves its weights a little in the direction in which the returns of these episodes rise.
        </p>
        <Formula>
          φ<sub>i</sub> = θ + α ∇<sub>θ</sub> J<sub>i</sub>(θ)
        </Formula>
        <Symbols
          of={[
            [
              <>
                J<sub>i</sub>
              </>,
              'the return that is expected on task i',
            ],
            ['∇', 'its gradient, estimated from the episodes played'],
            ['α', 'how far the step goes'],
          ]}
        />
        <p>
          From most weights one step changes little. <b>MAML</b> trains the weights θ from which one step changes much: it looks through the
          step at what the agent earns after it, and differentiates that. See it in the tab <i>Gradient steps</i>.
        </p>
      </article>
    </section>
  );
}

function Formula({ children }: { readonly children: ComponentChildren }) {
  return <p class="formula">{children}</p>;
}

function Symbols({ of }: { readonly of: readonly (readonly [symbol: ComponentChildren, meaning: string])[] }) {
  return (
    <dl class="symbols">
      {of.map(([symbol, meaning]) => (
        <div key={meaning}>
          <dt>{symbol}</dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>
  );
}
