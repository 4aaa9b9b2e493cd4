/** The runs that are kept: folders in Node, those of this origin's IndexedDB in browsers. */
import { builtin, detectRuntime } from '../platform/runtime.ts';
import { configFile } from './own-files.ts';

/** What `openRun` opens. In Node the run folders in and below `folder` (none where it is not there); in browsers all runs, by name. Throws `E_IO`. */
export async function listRuns(folder = 'runs'): Promise<string[]> {
  if (detectRuntime() === 'browser') {
    const { indexedDbRuns } = await import('./indexed-db-files.ts');
    return indexedDbRuns();
  }
  const [fs, { join }] = [builtin('node:fs'), builtin('node:path')];
  const below = fs.existsSync(folder) ? ['.', ...fs.readdirSync(folder, { recursive: true, encoding: 'utf8' })] : [];
  return below
    .map((name) => join(folder, name))
    .filter((path) => fs.statSync(path, { throwIfNoEntry: false })?.isDirectory() && fs.existsSync(join(path, configFile)));
}
