/** What takes long and several files of tests need is made once in a run of the tests: the first file that asks makes it, the others wait for it. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where it is kept during one run; test/fresh-build.ts makes the folder and removes it. */
export const folderOfRun = 'WASMETA_TEST_FOLDER';

/** What `make` answers, as JSON; it is given a folder of its own, outside of the repository. If it fails, it fails for all. */
export async function once<T>(name: string, make: (folder: string) => Promise<T>): Promise<T> {
  const folder = join(process.env[folderOfRun] as string, name);
  const file = `${folder}.json`;
  if (isFirst(folder)) {
    const answer = await make(folder).then(
      (value) => ({ value }),
      (error: Error) => ({ error: error.stack }),
    );
    writeFileSync(`${file}.new`, JSON.stringify(answer));
    renameSync(`${file}.new`, file);
  }
  while (!existsSync(file)) await new Promise((later) => setTimeout(later, 50));
  const { value, error } = JSON.parse(readFileSync(file, 'utf8')) as { value: T; error?: string };
  if (error !== undefined) throw new Error(`${name} could not be made: ${error}`);
  return value;
}

function isFirst(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}
