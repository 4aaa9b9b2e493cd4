/** The gallery: what stands beside the weights is true of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { hashArrays, loadAgent } from 'wasmeta';
import gallery from '../../web/gallery/gallery.json' with { type: 'json' };

const folder = new URL('../../web/gallery/', import.meta.url);

test('every file of weights has an entry, and every entry its file', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.safetensors'));
  expect(gallery.map(({ file }) => file).sort()).toEqual(files.sort());
});

test.each(gallery)(
  '$file holds the weights of its entry, by a recipe that exists, in at most 100 kB',
  async ({ file, recipe, weightsHash }) => {
    const bytes = readFileSync(new URL(file, folder));
    const agent = await loadAgent(new Uint8Array(bytes));
    expect(hashArrays([agent.parameters])).toBe(weightsHash);
    agent.close();
    expect(readFileSync(new URL(`../../${recipe}`, import.meta.url), 'utf8')).toContain('"algo"');
    expect(bytes.length).toBeLessThanOrEqual(100_000);
  },
);
