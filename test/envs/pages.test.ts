import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { envPage, envPageName, metricsPage } from '../../scripts/env-pages.mjs';
import { familyIds, familyOf, resolveEnv } from '../../src/envs/registry.ts';
import { metricTable } from '../../src/runs/metrics.ts';

test.each(familyIds())('the page of %s is the one its spec gives', (id) => {
  expect(readFileSync(`docs/envs/${envPageName(id)}`, 'utf8')).toBe(envPage(familyOf(id), resolveEnv(id)));
});

test('the page of the metrics is the one their table gives', () => {
  expect(readFileSync('docs/metrics.md', 'utf8')).toBe(metricsPage(metricTable));
});
