/**
 * The playground in a Firefox as distributions ship it (Debian: firefox-esr), steered by WebDriver BiDi, which Firefox speaks itself: no driver, no patched browser.
 * $FIREFOX names another one. What a training there ends with is, to the bit, what Node ends with.
 */

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { firefox, type Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { type Checkpoint, decodeCheckpoint, hashArrays, type LearnerConfig, type LearnerState, learnerOf } from 'wasmeta';
import { createInlineExecutor } from 'wasmeta/inline';
import { button, moves, siteFor, trainedFor } from '../web/site.ts';

const executablePath = [
  process.env.FIREFOX ?? '',
  ...(process.env.PATH ?? '').split(delimiter).flatMap((folder) => ['firefox-esr', 'firefox'].map((name) => join(folder, name))),
].find((path) => path !== '' && existsSync(path));
if (executablePath === undefined) console.log('firefox: skipped: no firefox-esr or firefox on the PATH, and none in $FIREFOX');

describe.skipIf(executablePath === undefined)('Firefox', () => {
  const site = siteFor('firefox', firefox, { executablePath, channel: 'moz-firefox' });

  test('opens the page, which moves by itself', async () => {
    const page = await site.playground();
    await moves(page);
    await page.close();
  });

  test('trains 20 iterations to the weights that Node gets', async () => {
    const page = await site.playground('#show=direction');
    await button(page, 'Train').click();
    await trainedFor(page, 20);
    await button(page, 'Stop').click();
    await button(page, 'Train').waitFor();
    const kept = await newestCheckpoint(page, 'playground-direction-1');
    await page.close();
    const { iteration, parameters } = kept.state as LearnerState;
    expect(iteration).toBeGreaterThanOrEqual(20);
    expect(hashArrays([parameters])).toBe(await trainedHere(kept, iteration));
  });

  test('nothing went wrong on the way', () => {
    expect(site.problems).toEqual([]);
  });
});

/** From the page's IndexedDB, whatever the page itself shows. */
async function newestCheckpoint(page: Page, run: string): Promise<Checkpoint> {
  const bytes = await page.evaluate(async (prefix) => {
    const answer = <T>(request: IDBRequest<T>) =>
      new Promise<T>((done, failed) => {
        request.onsuccess = () => done(request.result);
        request.onerror = () => failed(request.error);
      });
    const store = (await answer(indexedDB.open('wasmeta'))).transaction('runs').objectStore('runs');
    const keys = (await answer(store.getAllKeys())).map(String).filter((key) => key.startsWith(prefix) && /\d\.safetensors$/.test(key));
    return [...(await answer<Uint8Array>(store.get(keys.sort().at(-1) as string)))];
  }, `${run}/checkpoints/`);
  return decodeCheckpoint(Uint8Array.from(bytes), run);
}

/** The hash of the weights after so many iterations of a training in this process. */
async function trainedHere({ algo, config }: Checkpoint, iterations: number): Promise<string> {
  const learner = learnerOf(algo);
  const executor = createInlineExecutor();
  try {
    for await (const { iteration, state } of learner.train(config as LearnerConfig, executor))
      if (iteration === iterations) return hashArrays([state.parameters]);
  } finally {
    await executor.close();
  }
  throw new Error(`the training ended before iteration ${iterations}`);
}
