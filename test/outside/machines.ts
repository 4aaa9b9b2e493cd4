/** Machines for tests: processes of `wasmeta work`, each in a folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli } from '../cli/command.ts';

export interface MachineProcess {
  readonly child: ChildProcess;
  /** What it wrote to stderr so far. */
  said(): string;
  /** Ends it; SIGKILL as a crash would. Resolves when it has ended. */
  end(signal: NodeJS.Signals): Promise<void>;
}

export function startMachineProcess(url: string, ...flags: string[]): MachineProcess {
  const cwd = mkdtempSync(join(tmpdir(), 'wasmeta-machine-'));
  const child = spawn(process.execPath, [cli, 'work', '--redis', url, '--workers', '1', ...flags], {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      rmSync(cwd, { recursive: true, force: true });
      resolve();
    });
  });
  return {
    child,
    said: () => said,
    end(signal) {
      child.kill(signal);
      return ended;
    },
  };
}
