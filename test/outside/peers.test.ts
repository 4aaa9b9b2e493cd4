/** Peers do the work that we do: `node bench/peers.mjs` runs each that is installed, and its gradients are ours. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

interface Row {
  readonly peers: readonly { readonly peer: string; readonly ratio: number; readonly differs: number | null }[];
  readonly missing: readonly { readonly peer: string; readonly reason: string }[];
}
const program = fileURLToPath(new URL('../../bench/peers.mjs', import.meta.url));

test.each([
  ['point-mass', ['C, gcc -O3', 'C, -ffast-math'], false],
  ['cart-pole', ['C, gcc -O3', 'C, in vectors'], false],
  ['puck', ['planck', 'rapier'], false],
  ['stack', ['planck', 'rapier'], false],
  ['half-cheetah', ['MuJoCo, native', 'MuJoCo, wasm'], false],
  ['policy', ['PyTorch', 'jax-js', 'tfjs-wasm'], true],
  ['maml', ['PyTorch', 'tfjs-wasm'], true],
  ['product', ['PyTorch', 'jax-js', 'tfjs-wasm'], true],
])('%s: every peer is measured or left out with a reason, and has the same numbers', (id, names, compared) => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [program, id, '--rounds', '1', '--json'], { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  const [{ peers, missing }] = (JSON.parse(stdout) as { rows: Row[] }).rows;
  const seen = [...peers, ...missing].map(({ peer }) => peer);
  expect(seen).toEqual(expect.arrayContaining(names));
  for (const { peer, ratio, differs } of peers) {
    expect(ratio, peer).toBeGreaterThan(0);
    if (compared) expect(differs, peer).toBeLessThan(1e-5);
  }
  for (const { peer, reason } of missing) console.log(`${id}: ${peer}: ${reason}`);
});
