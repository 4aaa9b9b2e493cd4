/** The runs that are kept: folders in Node, those of this origin's IndexedDB in browsers. */
import { foldersWith } from '../platform/folders.ts';
import { builtin, detectRuntime } from '../platform/runtime.ts';
import { configFile } from './own-files.ts';

/** What `openRun` opens. In Node the run folders in and below `folder` (none where it is not there); in browsers all runs, by name. */
export async function listRuns(folder = 'runs'): Promise<string[]> {
  if (detectRuntime() === 'browser') {
    const { indexedDbRuns } = await import('./indexed-db-files.ts');
    return indexedDbRuns();
  }
  const { join } = builtin('node:path');
  return foldersWith(configFile, folder).map((name) => join(folder, name));
}
