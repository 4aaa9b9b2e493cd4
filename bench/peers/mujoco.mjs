/**
 * MuJoCo on the model of one of our planar bodies, in WebAssembly (@mujoco/mujoco) and native (mujoco.c; Debian's libmujoco-dev): an action is held for as many
 * time steps as ours, a new start every 200 steps, all places and speeds read after each. The solver has its default accuracy, which Gymnasium's users have.
 */
import { writeFileSync } from 'node:fs';
import { familyOf, mjcfOf } from 'wasmeta';
import { compile, fileFor } from './compiled.mjs';
import { sampled } from './measure.mjs';
import { streamOf } from './numbers.mjs';
import { load } from './packages.mjs';

/** MuJoCo's model of a family's body, and for how many time steps it holds an action. */
function modelOf(id) {
  const { articulated, constants } = familyOf(id);
  if (articulated === undefined) throw new TypeError(`${id} has no body`);
  // Our reference model asks MuJoCo for the exact optimum, which ordinary users of MuJoCo do not.
  return { model: mjcfOf(articulated.body).replace(/ iterations="100" tolerance="1e-12"/, ''), held: constants.held.value };
}

export const native = (id) => async () => {
  const { run } = compile('mujoco.c', ['-O3', '-lmujoco'], 'libmujoco-dev');
  const { model, held } = modelOf(id);
  const file = fileFor(`${id}.xml`);
  writeFileSync(file, model);
  const sample = () => run(file, held, 10_000);
  return { version: String(sample().version), sample };
};

export const wasm = (id) => async () => {
  const { module, version } = await load('@mujoco/mujoco');
  const mujoco = await module.default();
  const { model, held } = modelOf(id);
  const m = mujoco.MjModel.from_xml_string(model);
  const d = new mujoco.MjData(m);
  const random = streamOf(1);
  const episode = 200;
  let read = 0;
  const work = () => {
    mujoco.mj_resetData(m, d);
    for (let t = 0; t < episode; t++) {
      const { ctrl } = d;
      for (let i = 0; i < ctrl.length; i++) ctrl[i] = random();
      for (let k = 0; k < held; k++) mujoco.mj_step(m, d);
      const { qpos, qvel } = d;
      for (let i = 0; i < qpos.length; i++) read += qpos[i] + qvel[i];
    }
    if (Number.isNaN(read)) throw new Error('MuJoCo went to NaN');
    return episode;
  };
  const close = () => {
    d.delete();
    m.delete();
  };
  return { version, sample: () => sampled(work), close };
};
