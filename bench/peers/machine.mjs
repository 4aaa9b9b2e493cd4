/** Where and on what a measurement was made. */
import { execFileSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';

const git = (...args) => execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' }).trim();

/** The commit, marked where files of it were changed. */
function commit() {
  try {
    return git('rev-parse', 'HEAD') + (git('status', '--porcelain', '--', 'src', 'assembly', 'bench') === '' ? '' : ' with changes');
  } catch {
    return 'not known';
  }
}

export const circumstances = () => ({
  date: new Date().toISOString().slice(0, 10),
  machine: `${cpus()[0].model.trim()}, ${cpus().length} cores`,
  node: process.version,
  commit: commit(),
});

/** How many programs wanted a core during the last minute. */
export const load = () => Number(loadavg()[0].toFixed(1));
