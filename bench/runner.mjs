/**
 * Planar bodies against MuJoCo, in WebAssembly (@mujoco/mujoco) and native (bench/peers/runner.c; Debian's libmujoco-dev and gcc; left out where they are not
 * there), one core, in turns: `node bench/runner.mjs [--save]` after a build. The same model, made from our table, with the same random play: an action is
 * held for as many time steps, a new start every 200 steps, all places and speeds read after each. MuJoCo's solver has its default accuracy, which Gymnasium's
 * users have. Medians over rounds, ratios within a round.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import loadMujoco from '@mujoco/mujoco';
import { familyOf, makeVec, mjcfOf, rollout } from 'wasmeta';
import { createInlineExecutor } from 'wasmeta/inline';
import { inTurns, median } from './rounds.mjs';

const rounds = 7;
const N = 256;
const mujoco = await loadMujoco();
const executor = createInlineExecutor();
const folder = mkdtempSync(join(tmpdir(), 'runner-'));
let word = 1;
const random = () => {
  word = (Math.imul(word, 1664525) + 1013904223) >>> 0;
  return word / 2 ** 31 - 1;
};
const timed = async (steps, work) => {
  const before = performance.now();
  await work();
  return (1000 * steps) / (performance.now() - before);
};

function compiled() {
  try {
    const to = join(folder, 'peer');
    execFileSync('gcc', ['-O3', new URL('./peers/runner.c', import.meta.url).pathname, '-lmujoco', '-o', to], { stdio: 'ignore' });
    return to;
  } catch {
    return null;
  }
}

const sizeOf = (space) => space.shape[0];

async function measure(id, native) {
  const { articulated, constants } = familyOf(id);
  if (articulated === undefined) throw new TypeError(`${id} has no body`);
  const { body } = articulated;
  const held = constants.held.value;
  // Our reference model asks MuJoCo for the exact optimum, which ordinary users of MuJoCo do not.
  const model = mjcfOf(body).replace(/ iterations="100" tolerance="1e-12"/, '');
  const file = join(folder, `${body.name}.xml`);
  writeFileSync(file, model);
  const m = mujoco.MjModel.from_xml_string(model);
  const d = new mujoco.MjData(m);
  const peerSteps = 20_000;
  const env = await makeVec(id, { numEnvs: N });
  const actions = new Float32Array(N * sizeOf(env.singleActionSpace));
  env.reset({ seed: 1 });
  let read = 0;
  const rates = {
    ...(native && { 'MuJoCo, native': () => Number(execFileSync(native, [file, String(held), '100000'], { encoding: 'utf8' })) }),
    'MuJoCo, WebAssembly': () =>
      timed(peerSteps, () => {
        for (let t = 0; t < peerSteps; t++) {
          if (t % 200 === 0) mujoco.mj_resetData(m, d);
          const { ctrl } = d;
          for (let i = 0; i < ctrl.length; i++) ctrl[i] = random();
          for (let k = 0; k < held; k++) mujoco.mj_step(m, d);
          const { qpos, qvel } = d;
          for (let i = 0; i < qpos.length; i++) read += qpos[i] + qvel[i];
        }
      }),
    'ours, VectorEnv.step': () =>
      timed(200 * N, () => {
        for (let t = 0; t < 200; t++) {
          for (let i = 0; i < actions.length; i++) actions[i] = random();
          env.step(actions);
        }
      }),
    'ours, random rollout': async () => {
      const before = performance.now();
      const { steps } = await rollout({ env: { id, episodes: 1 }, policy: { kind: 'random' }, tasks: N, batch: N, seed: 1 }, executor);
      return (1000 * steps) / (performance.now() - before);
    },
  };
  const measured = await inTurns(rates, rounds);
  env.close();
  if (Number.isNaN(read)) throw new Error('MuJoCo went to NaN');
  return Object.entries(measured).map(([name, values]) => {
    const over = (peer) => (measured[peer] ? Number(median(values.map((value, i) => value / measured[peer][i])).toFixed(2)) : null);
    return {
      env: id,
      name,
      'steps/s': Math.round(median(values)),
      '× native': over('MuJoCo, native'),
      '× WebAssembly': over('MuJoCo, WebAssembly'),
    };
  });
}

const native = compiled();
const versions = {
  node: process.version,
  'MuJoCo, native': native && execFileSync(native, { encoding: 'utf8' }).trim(),
  'MuJoCo, WebAssembly': JSON.parse(readFileSync(new URL('../node_modules/@mujoco/mujoco/package.json', import.meta.url), 'utf8')).version,
};
const rows = [...(await measure('Runner-v1', native)), ...(await measure('Hopper-v1', native))];
await executor.close();
console.log(versions);
console.table(rows);
if (process.argv.includes('--save')) {
  const result = {
    name: 'runner-speed',
    command: 'node bench/runner.mjs --save',
    versions,
    rounds,
    rows,
  };
  writeFileSync(new URL('../docs/results/runner-speed.json', import.meta.url), `${JSON.stringify(result, null, 2)}\n`);
}
