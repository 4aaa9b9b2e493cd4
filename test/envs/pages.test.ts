import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { envPage, envPageName } from '../../scripts/env-pages.mjs';
import { familyIds, familyOf } from '../../src/envs/registry.ts';

test.each(familyIds())('the page of %s is the one its spec gives', (id) => {
  expect(readFileSync(`docs/envs/${envPageName(id)}`, 'utf8')).toBe(envPage(familyOf(id)));
});
