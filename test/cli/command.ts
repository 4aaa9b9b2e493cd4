/** The built command, started as a user starts it. Its limit is there for a command that hangs: it fits many times the usual load. */
import { execFile, spawnSync } from 'node:child_process';

export const cli = new URL('../../build/cli.js', import.meta.url).pathname;
const limit = { encoding: 'utf8', timeout: 300_000, killSignal: 'SIGKILL' } as const;

/** Flags of a training that takes a moment an iteration. */
export const tiny = [
  '--preset',
  'pearl-semicircle',
  ...['tasks=8', 'minibatches=1', 'shards=1', 'policy.hidden=8'].flatMap((set) => ['--set', set]),
];

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function wasmeta(...args: string[]): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], limit);
  return { status, stdout, stderr };
}

/** Several commands, two at a time; answers in their order. */
export async function wasmetaEach(commands: readonly (readonly string[])[]): Promise<Ended[]> {
  const ended: Ended[] = [];
  const waiting = [...commands.entries()];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) ended[next[0]] = await started(next[1]);
  };
  await Promise.all([work(), work()]);
  return ended;
}

const started = (args: readonly string[]) =>
  new Promise<Ended>((done) => {
    const child = execFile(process.execPath, [cli, ...args], limit, (_, stdout, stderr) =>
      done({ status: child.exitCode, stdout, stderr }),
    );
  });
