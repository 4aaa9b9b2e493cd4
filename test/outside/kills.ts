/**
 * Trainings on three machines, of which machines, Redis (append-only file on) or drivers are killed at moments that a seed draws. Each must end with the weights of
 * an undisturbed local training, and at the end no key may be left. scripts/queue-kills.mjs runs it with any counts.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli } from '../cli/command.ts';
import { startMachineProcess } from './machines.ts';
import { type RedisServer, startRedis } from './redis-server.ts';

const numMachines = 3;
const lease = ['--lease-ms', '1500'];
const settings = ['tasks=16', 'shards=4', 'minibatches=2', 'policy.hidden=16'].flatMap((set) => ['--set', set]);
const shown = ['--checkpoint', '5', '--quiet', '--json'];
const training = ['train', '--preset', 'pearl-semicircle', ...settings, '--iterations', '40', ...shown];
/** A training that takes longer than this hangs, ms: hundreds of times what it takes alone. */
const hangMs = 1_200_000;

export type Victim = 'machine' | 'redis' | 'driver';

export interface KillsReport {
  readonly seed: number;
  readonly kills: Readonly<Record<Victim, number>>;
  readonly trainings: number;
  readonly weightsHash: string;
  readonly keysLeft: readonly string[];
  readonly seconds: number;
}

/** Throws with the story where a training ends otherwise. */
export async function withKills(counts: Readonly<Record<Victim, number>>, seed: number, say: (text: string) => void): Promise<KillsReport> {
  const begun = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'wasmeta-kills-'));
  const random = randomFrom(seed);
  const victims = shuffled(
    (Object.entries(counts) as [Victim, number][]).flatMap(([victim, count]) => Array.from({ length: count }, () => victim)),
    random,
  );
  const local = spawnSync(process.execPath, [cli, ...training, '--workers', '1', '--out', join(folder, 'local')], { encoding: 'utf8' });
  const expected = hashIn(local.stdout);
  const redis = await startRedis('--appendonly', 'yes');
  const machines = Array.from({ length: numMachines }, () => startMachineProcess(redis.url, ...lease));
  let trainings = 0;
  try {
    while (victims.length > 0 || trainings === 0) {
      const hash = await oneTraining(
        join(folder, `run-${trainings}`),
        redis,
        async (killDriver) => {
          const victim = victims.shift();
          if (victim === undefined) return false;
          say(`${victims.length} kills left, ${trainings} trainings done: ${victim}`);
          if (victim === 'driver') killDriver();
          if (victim === 'machine') {
            const place = Math.floor(random() * numMachines);
            await machines[place].end('SIGKILL');
            machines[place] = startMachineProcess(redis.url, ...lease);
          }
          if (victim === 'redis') {
            await redis.kill();
            await pause(random() * 800);
            await redis.start();
          }
          return true;
        },
        () => 100 + random() * 1500,
      );
      if (hash !== expected) throw new Error(`seed ${seed}: the weights are ${hash}, of an undisturbed training ${expected}`);
      trainings++;
    }
    await pause(2000); // what was killed last is known to be lost
    await Promise.all(machines.map((machine) => machine.end('SIGTERM')));
    const keysLeft = [...(await redis.keys()).keys()];
    return { seed, kills: counts, trainings, weightsHash: expected, keysLeft, seconds: Math.round((performance.now() - begun) / 1000) };
  } finally {
    await Promise.all(machines.map((machine) => machine.end('SIGKILL')));
    await redis.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs a training to its end, resumed as often as it is killed; answers with the hash of its weights. */
async function oneTraining(
  out: string,
  redis: RedisServer,
  kill: (killDriver: () => void) => Promise<boolean>,
  waitMs: () => number,
): Promise<string> {
  let [killed, over] = [false, false];
  let child: ChildProcess | null = null;
  const disturbing = (async () => {
    for (;;) {
      await pause(waitMs());
      if (over) return;
      const more = await kill(() => {
        killed = true;
        child?.kill('SIGKILL');
      });
      if (!more) return;
    }
  })();
  try {
    for (;;) {
      killed = false;
      const saved = join(out, 'checkpoints');
      const begun = existsSync(saved) && readdirSync(saved).some((name) => /^\d+\.safetensors$/.test(name));
      const ended = await run(
        (started) => {
          child = started;
        },
        [...(begun ? ['train', '--resume', ...shown] : [...training, '--overwrite']), '--redis', redis.url, ...lease, '--out', out],
      );
      if (ended.code === 0) return hashIn(ended.stdout);
      if (!killed) throw new Error(`the driver ended with ${ended.code}: ${ended.stderr}`);
    }
  } finally {
    over = true;
    await disturbing;
  }
}

function run(onStart: (child: ChildProcess) => void, args: readonly string[]) {
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    const child = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'pipe', 'pipe'], timeout: hangMs, killSignal: 'SIGKILL' });
    onStart(child);
    const text = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (part: string) => {
        text[name] += part;
      });
    child.once('close', (code) => resolve({ code, ...text }));
  });
}

const hashIn = (document: string) => (JSON.parse(document) as { weightsHash: string }).weightsHash;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const list = [...items];
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [list[i], list[j]] = [list[j], list[i]];
  }
  return list;
}
