/** A Python with certain modules, for tests against tools of others. $PYTHON names the interpreter, else it is python3. */
import { spawnSync } from 'node:child_process';

const interpreter = process.env.PYTHON ?? 'python3';

/** Why a script that imports these modules can't run here; null if it can. */
export function missing(...modules: string[]): string | null {
  const { error, status } = spawnSync(interpreter, ['-c', `import ${modules.join(', ')}`], { encoding: 'utf8' });
  if (error !== undefined) return `${interpreter} is not installed`;
  return status === 0 ? null : `${interpreter} has no ${modules.join(' with ')}`;
}

/** Runs a script; answers with the JSON document that it prints. */
export function run(script: string, ...args: string[]): unknown {
  const { status, stdout, stderr } = spawnSync(interpreter, ['-c', script, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${interpreter} ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}
