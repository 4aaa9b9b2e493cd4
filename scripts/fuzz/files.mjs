/**
 * What the fuzz of files reads: checkpoints, exported agents, configs and logs, each with a few bytes, fields or lines of it changed. Small files are all that is needed: what
 * they claim may be large.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as published from 'wasmeta';
import { Planted } from './values.mjs';

/** @type {any} Types would refuse what is read here. */
const api = published;
const folder = mkdtempSync(join(tmpdir(), 'wasmeta-fuzz-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const options = {
  rl2: {
    env: { id: 'PointMass-v0', horizon: 4, episodes: 2 },
    policy: { kind: 'gru', hidden: 4 },
    tasks: 4,
    shards: 1,
    minibatches: 1,
    iterations: 3,
  },
  maml: {
    env: { id: 'Puck-v0', horizon: 4, episodes: 1 },
    policy: { kind: 'mlp', hidden: [4], value: false },
    tasks: 2,
    shards: 1,
    iterations: 3,
  },
  varibad: { env: { id: 'GridNavi-v0', horizon: 4, episodes: 2 }, tasks: 4, shards: 1, minibatches: 1, iterations: 3 },
  'goal-conditioned': {
    env: { id: 'GridNavi-v0', horizon: 4, episodes: 1, reward: 'exact' },
    policy: { kind: 'mlp', hidden: [4], value: false },
    tasks: 2,
    replay: 4,
    batch: 4,
    iterations: 3,
  },
};
const made = Object.entries(options).map(([algo, given]) => {
  const learner = api.learnerOf(algo);
  const config = learner.resolve(given);
  return { algo, learner, config, given, file: api.encodeCheckpoint(algo, config, learner.initial(config)) };
});
const info = { algo: 'rl2', config: made[0].config, version: '0', commit: null, modules: {}, started: '2026-01-02T03:04:05.000Z' };
const log = `${[1, 2, 3].map((iteration) => JSON.stringify({ iteration, 'rollout/ep_rew_last': iteration / 3, odd: null })).join('\n')}\n`;
const texts = ['[', '{', '"', '-', '1e999', 'null', '__proto__', '\0', '\ufeff', '99999999999999999999', '{"a":'.repeat(40), ',', '"x":1,'];

/** Bytes with a few of them changed, taken out, doubled or cut off. */
function bent(d, bytes) {
  let now = Uint8Array.from(bytes);
  for (let k = 1 + d.below(3); k > 0 && now.length > 0; k--) {
    const at = d.below(now.length);
    const act = d.random();
    if (act < 0.4) now[at] ^= 1 << d.below(8);
    else if (act < 0.5) now = now.slice(0, at);
    else if (act < 0.7) now = joined(now.subarray(0, at), new TextEncoder().encode(d.one(texts)), now.subarray(at + d.below(4)));
    else if (act < 0.8) now = joined(now.subarray(0, at), now.subarray(Math.max(0, at - d.below(64))));
    else new DataView(now.buffer).setUint8(at, d.one([0, 1, 0x7f, 0x80, 0xff]));
  }
  return now;
}

function joined(...parts) {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A checkpoint that is whole in itself, of a state or a config that is not right. */
function forged(d, { algo, config, file }) {
  const { state } = api.decodeCheckpoint(file, 'a file');
  const [asked, kept] = d.chance(0.5) ? [d.spoiled(config), state] : [config, d.spoiled(state)];
  return api.encodeCheckpoint(algo, asked, kept);
}

const kinds = {
  checkpoint: (d) => {
    const one = d.one(made);
    const bytes = d.chance(0.5) ? bent(d, one.file) : forged(d, one);
    return () => {
      const { algo, config, state } = api.decodeCheckpoint(bytes, 'the file');
      const learner = api.learnerOf(algo);
      return learner.check(learner.resolve(config), state);
    };
  },
  agent: (d) => {
    const bytes = d.chance(0.5) ? bent(d, d.one(made).file) : forged(d, d.one(made));
    return async () => (await api.loadAgent(bytes)).close();
  },
  config: (d) => {
    const { learner, given } = d.one(made);
    const text = new TextDecoder().decode(bent(d, new TextEncoder().encode(JSON.stringify(given))));
    const asked = d.chance(0.5) ? d.spoiled(given) : parsed(text);
    return () => learner.initial(learner.resolve(asked));
  },
  run: (d) => {
    const path = join(folder, 'run');
    rmSync(path, { recursive: true, force: true });
    mkdirSync(join(path, 'checkpoints'), { recursive: true });
    const one = d.one(made);
    const write = (name, bytes) => writeFileSync(join(path, name), d.chance(0.7) ? bent(d, bytes) : bytes);
    write('config.json', new TextEncoder().encode(JSON.stringify({ ...info, algo: one.algo, config: one.config })));
    write('metrics.jsonl', new TextEncoder().encode(log));
    write('checkpoints/00000003.safetensors', one.file);
    return async () => {
      const run = await api.openRun(path);
      for (const read of [() => run.info(), () => run.metrics(), () => run.load(), () => run.exists(), () => api.listRuns(folder)])
        await passed(read);
      await run.resume(await run.load());
    };
  },
};

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function passed(work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof api.WasmetaError)) throw error;
  }
}

export class Session {
  constructor(draw) {
    this.draw = draw;
  }

  next() {
    const act = this.draw.random();
    const name = act < 0.6 ? 'checkpoint' : act < 0.85 ? 'config' : act < 0.95 ? 'agent' : 'run';
    return { name, given: [], work: kinds[name](this.draw) };
  }

  async end() {}
}

export async function outcome(_session, call) {
  try {
    await call.work();
    return null;
  } catch (error) {
    return error instanceof api.WasmetaError || error instanceof Planted ? null : error;
  }
}
