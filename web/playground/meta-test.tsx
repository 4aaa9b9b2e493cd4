/** The meta-test of the policy on the stage: unseen tasks, with random play and the oracle on the same; the numbers and the hash of `wasmeta evaluate`. */
import { useSignal } from '@preact/signals';
import { createPool, metaTest } from 'wasmeta';
import { said } from './said.ts';
import { frame, stage } from './state.ts';

const tasks = 200;
/** That of the command line (src/cli/arguments.ts), so that both can be compared. */
const seed = 1009;

export function MetaTest() {
  frame.value;
  const result = useSignal<Awaited<ReturnType<typeof metaTest>> | null>(null);
  const running = useSignal(false);
  const trouble = useSignal<string | null>(null);
  const here = stage.value;
  if (here === null || here.agent.adapts) return null;
  const run = async () => {
    running.value = true;
    trouble.value = null;
    const { env, policy, parameters, greedy, forget } = here.agent;
    const pool = createPool({ learner: false });
    try {
      result.value = await metaTest({ env, policy, parameters, greedy, ...(forget && { forget }), tasks, seed }, pool);
    } catch (error) {
      trouble.value = said(error);
    } finally {
      running.value = false;
      await pool.close();
    }
  };
  const found = result.value;
  return (
    <section class="meta-test" aria-label="Meta-test">
      <h2>Meta-test</h2>
      <p class="soft">
        Mean return on {tasks} tasks that no training has seen, episode by episode, as <code>wasmeta evaluate --tasks {tasks}</code> counts
        it.
      </p>
      <button type="button" onClick={() => void run()} disabled={running.value}>
        {running.value ? 'Testing …' : 'Test it'}
      </button>
      {trouble.value !== null && (
        <p class="trouble" role="alert">
          {trouble.value}
        </p>
      )}
      {found !== null && (
        <>
          <table>
            <thead>
              <tr>
                <th scope="col">episode</th>
                <th scope="col">policy</th>
                <th scope="col">random</th>
                <th scope="col">oracle</th>
              </tr>
            </thead>
            <tbody>
              {found.mean.map((value, e) => (
                <tr key={e.toString()}>
                  <th scope="row">{e + 1}</th>
                  <td>
                    {value.toFixed(2)} ± {found.stderr[e]?.toFixed(2) ?? '–'}
                  </td>
                  <td>{found.random[e].toFixed(2)}</td>
                  <td>{found.oracle?.[e].toFixed(2) ?? '–'}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p class="soft">SHA-256 of the trials {found.hash.slice(0, 16)}…; ± is a standard error over tasks.</p>
        </>
      )}
    </section>
  );
}
