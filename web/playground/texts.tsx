/** Three short texts, for whoever opens this page without having read anything else. */
export function About() {
  return (
    <section class="about">
      <article>
        <h2>What you see</h2>
        <p>
          A <b>task</b> is one world with something hidden in it: where the goal is, which arm pays, how fast to run. A <b>trial</b> is a
          few episodes on one task. The agent is judged over the whole trial, so looking for the goal in the first episode is worth its
          price. Earlier episodes are drawn pale.
        </p>
      </article>
      <article>
        <h2>Why memory</h2>
        <p>
          The policy reads observation, last action, last reward and whether an episode has ended, and keeps a hidden state hₜ = f(hₜ₋₁, o,
          a, r, done). The state is <b>not</b> reset between the episodes of a trial, so it can hold what the task is: φᵢ ≈ hₜ. Nobody told
          it to search; searching is what maximises the return of the trial, θ* = arg max Σᵢ E[R(φᵢ)]. This is RL².
        </p>
      </article>
      <article>
        <h2>What MAML does</h2>
        <p>
          Instead of remembering, the policy changes its weights: φ = θ + α ∇J(θ), one policy-gradient step on twenty episodes of the task.
          Training differentiates through that step, so that θ is a place from which one step leads far.
        </p>
      </article>
    </section>
  );
}
