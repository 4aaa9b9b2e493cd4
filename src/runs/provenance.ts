/** What made a run: version, commit and the hashes of the WebAssembly modules. */
import { hashArrays } from '../core/hash.ts';
import { builtin } from '../platform/runtime.ts';
import { packageFile } from './package-files.ts';
import type { RunInfo } from './run.ts';

export function version(): string {
  return (JSON.parse(builtin('node:fs').readFileSync(packageFile('package.json'), 'utf8')) as { version: string }).version;
}

/** Commit of the checkout, with "-dirty" if it has changes; without a checkout the commit of the build; null if neither is known. */
export function commit(): string | null {
  const { existsSync, readFileSync } = builtin('node:fs');
  try {
    if (existsSync(packageFile('.git')))
      return builtin('node:child_process')
        .execFileSync('git', ['-C', packageFile('.'), 'describe', '--always', '--dirty', '--abbrev=40', '--exclude=*'], {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'ignore'],
        })
        .trim();
    return readFileSync(packageFile('build/commit'), 'utf8').trim() || null;
  } catch {
    return null;
  }
}

type Build = Pick<RunInfo, 'version' | 'commit' | 'modules'>;

/** Read once: it does not change while the process lives. */
let build: Build | null = null;

/** Of this package: its version, its commit, and the hashes of its WebAssembly modules. */
export function thisBuild(): Build {
  build ??= readBuild();
  return build;
}

function readBuild(): Build {
  const modules = { engine: 'wasmeta', kernels: 'kernels', tfjs: 'tfjs' };
  const hashes = Object.entries(modules).map(([name, file]) => [
    name,
    hashArrays([new Uint8Array(builtin('node:fs').readFileSync(packageFile(`build/wasm/${file}.wasm`)))]),
  ]);
  return { version: version(), commit: commit(), modules: Object.fromEntries(hashes) };
}

export function provenance(algo: string, config: object): RunInfo {
  return { algo, ...thisBuild(), started: new Date().toISOString(), config };
}

/** A remark about the difference between the build that began a run and the one that resumes it; null if no difference can change bits. */
export function differentBuild(theirs: RunInfo, ours: RunInfo): string | null {
  if (JSON.stringify(theirs.modules) === JSON.stringify(ours.modules) && theirs.version === ours.version) return null;
  return `begun by wasmeta ${theirs.version} (${theirs.commit?.slice(0, 12) ?? 'unknown commit'}), which is another build: the weights may differ from an uninterrupted run's`;
}
