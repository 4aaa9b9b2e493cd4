/** Links in Chromium: weights by their hash, and trainings that are done again in a fresh profile. */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hashArrays } from 'wasmeta';
import { button, noChromium, siteFor, trainedFor } from './site.ts';

const grid = hashArrays([readFileSync(new URL('../../web/gallery/grid-rl2.safetensors', import.meta.url))]);

describe.skipIf(noChromium)('links', () => {
  const site = siteFor();

  test('the address names the weights by their hash, and such a link loads them whatever tab it names', async () => {
    const page = await site.playground(`#show=semicircle&seed=3&weights=${grid}`);
    expect(await page.locator('.tabs [aria-current]').textContent()).toBe('Grid');
    expect(await page.$('.trouble')).toBeNull();
    await button(page, 'Next task').click();
    expect(new URL(page.url()).hash).toContain(`weights=${grid}`);
    await page.context().close();
  });

  test('weights that this site does not have are said', async () => {
    const page = await site.playground(`#show=grid&seed=3&weights=${'0'.repeat(64)}`);
    expect(await page.locator('.trouble').textContent()).toMatch(/SHA-256 0000000000000000…, but the ones here have/);
    await page.context().close();
  });

  test('a training is done again elsewhere, to the same weights and trials; a changed link is caught', async () => {
    const page = await site.playground('#show=direction&seed=3');
    await button(page, 'Train').click();
    await trainedFor(page, 2);
    await button(page, 'Stop').click();
    await page.getByRole('button', { name: 'Copy link to the training' }).and(page.locator(':enabled')).click();
    const address = await page.locator('.share textarea').inputValue();
    await page.context().close();

    const verdicts: (string | null)[] = [];
    const { hash } = new URL(address);
    const changed = (name: string) => hash.replace(new RegExp(`${name}=[0-9a-f]{4}`), `${name}=0000`);
    for (const link of [hash, changed('made'), changed('path')]) {
      const other = await site.playground(link);
      expect(await other.locator('.tabs [aria-current]').textContent()).toBe('Linked training');
      await button(other, 'Train again and verify').click();
      verdicts.push(await other.locator('.training .verified, .training .trouble').textContent());
      await other.context().close();
    }
    expect(verdicts[0]).toMatch(/^Verified: \d+ iterations? here gave the same weights/);
    expect(verdicts[1]).toMatch(/^Not the same: after .* but the link names 0000/);
    expect(verdicts[2]).toMatch(/^The weights are the same .* not 0000/);
  });

  test('a training that the learner refuses is a sentence', async () => {
    const hash = `#${new URLSearchParams({ train: '{"algo":"rl2","env":"Gone-v0"}', at: '1', made: '0'.repeat(64), path: '0'.repeat(64) })}`;
    const page = await site.playground(hash);
    expect(await page.locator('.trouble').textContent()).toMatch(/Gone-v0/);
    await page.context().close();
  });

  test('nothing went wrong on the way', () => {
    expect(site.problems).toEqual([]);
  });
});
