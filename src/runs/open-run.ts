/** Opens a run where this platform keeps them: a folder in Node, IndexedDB in browsers. */
import { fail, text } from '../core/checks.ts';
import { detectRuntime } from '../platform/runtime.ts';
import { folderFiles } from './folder-files.ts';
import { Run } from './run.ts';

/** `name`: a folder's path in Node; in browsers any name without "/". Nothing is written yet. */
export async function openRun(name: string): Promise<Run> {
  text('name', name);
  if (detectRuntime() !== 'browser') return new Run(folderFiles(name));
  if (name.includes('/')) fail('name', 'a name without "/"', name);
  const { indexedDbFiles } = await import('./indexed-db-files.ts');
  return new Run(indexedDbFiles(name));
}
