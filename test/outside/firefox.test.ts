/** The playground in a Firefox as distributions ship it (Debian: firefox-esr; $FIREFOX names another): what a training there ends with is, to the bit, what Node ends with. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Checkpoint, decodeCheckpoint, hashArrays, type LearnerConfig, type LearnerState, learnerOf } from 'wasmeta';
import { createInlineExecutor } from 'wasmeta/inline';
import { serve } from '../../scripts/serve.mjs';
import { builtSite } from '../web/site.ts';
import { installedFirefox, openFirefox } from './firefox.mjs';

if (installedFirefox === undefined) console.log('firefox: skipped: no firefox-esr or firefox on the PATH, and none in $FIREFOX');

describe.skipIf(installedFirefox === undefined)('Firefox', () => {
  let served: Awaited<ReturnType<typeof serve>>;
  let firefox: Awaited<ReturnType<typeof openFirefox>>;
  beforeAll(async () => {
    served = await serve(await builtSite());
    firefox = await openFirefox(installedFirefox as string);
  });
  afterAll(async () => {
    await firefox?.close();
    await served?.close();
  });

  const scene = () => firefox.evaluate(() => document.querySelector('.scene')?.getAttribute('aria-label') ?? 'loading');
  const iteration = () =>
    firefox.evaluate(() => Number(/Iteration (\d+)/.exec(document.querySelector('.training [role=status]')?.textContent ?? '')?.[1] ?? 0));
  const press = (name: string) =>
    firefox.evaluate((text) => {
      const button = [...document.querySelectorAll('button')].find(({ textContent }) => textContent === text);
      button?.click();
      return button !== undefined;
    }, name);
  /** Far longer than anything takes. */
  const eventually = { timeout: 500_000, interval: 200 };

  test('opens the page, which moves by itself', async () => {
    await firefox.goto(`${served.address}#show=direction`);
    await expect.poll(scene, eventually).not.toBe('loading');
    const before = await scene();
    await expect.poll(scene, eventually).not.toBe(before);
    expect(await firefox.evaluate(() => document.querySelector('.trouble')?.textContent ?? null)).toBeNull();
  });

  test('trains 20 iterations to the weights that Node gets', async () => {
    expect(await press('Train')).toBe(true);
    await expect.poll(iteration, eventually).toBeGreaterThanOrEqual(20);
    await press('Stop');
    await expect.poll(() => firefox.evaluate(newestCheckpoint).then(({ iteration: at }) => at), eventually).toBeGreaterThanOrEqual(20);
    const { bytes } = await firefox.evaluate(newestCheckpoint);
    const kept = decodeCheckpoint(Uint8Array.from(bytes), 'a run in Firefox');
    const { iteration: at, parameters } = kept.state as LearnerState;
    expect(hashArrays([parameters])).toBe(await trainedHere(kept, at));
  });

  test('nothing went wrong on the way', () => {
    expect(firefox.problems).toEqual([]);
  });
});

/** In the page: from its IndexedDB, whatever it shows itself. */
async function newestCheckpoint(): Promise<{ iteration: number; bytes: number[] }> {
  const answer = <T>(request: IDBRequest<T>) =>
    new Promise<T>((done, failed) => {
      request.onsuccess = () => done(request.result);
      request.onerror = () => failed(request.error);
    });
  const store = (await answer(indexedDB.open('wasmeta'))).transaction('runs').objectStore('runs');
  const keys = (await answer(store.getAllKeys())).map(String).filter((key) => /checkpoints\/\d+\.safetensors$/.test(key));
  const key = keys.sort().at(-1) ?? '';
  return { iteration: Number(/(\d+)\.safetensors$/.exec(key)?.[1]), bytes: [...(await answer<Uint8Array>(store.get(key)))] };
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
