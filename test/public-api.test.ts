/** What the package's entries export. A name that comes or goes is a change for everyone: it is made here too, and in CHANGELOG.md. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const entries: Readonly<Record<string, readonly string[]>> = {
  '.': [
    'Env',
    'VectorEnv',
    'WasmetaError',
    'adaptationTest',
    'adapting',
    'algorithms',
    'bayesOptimalBandit',
    'bayesOptimum',
    'beliefTest',
    'bootstrapInterval',
    'budgetFields',
    'createPool',
    'decodeCheckpoint',
    'defaultsOf',
    'defineLearner',
    'deviation',
    'encodeCheckpoint',
    'environment',
    'environments',
    'familyIds',
    'familyOf',
    'faultNames',
    'flag',
    'goalConditioned',
    'hashArrays',
    'initialParameters',
    'interquartileMean',
    'learnerOf',
    'loadAssets',
    'make',
    'makeVec',
    'maml',
    'mean',
    'metaTest',
    'metricTable',
    'mjcfOf',
    'multiTask',
    'multiTaskParameters',
    'numParameters',
    'numberIn',
    'oneName',
    'openRun',
    'parameterSlots',
    'philox',
    'placedCapsules',
    'playing',
    'policy',
    'portsOf',
    'record',
    'resolveEnv',
    'resolvePolicy',
    'rl2',
    'rollout',
    'seedNumber',
    'split',
    'standardError',
    'strategiesOf',
    'stream',
    'successTest',
    'supervisedMaml',
    'varibad',
    'wholeNumber',
  ],
  './inline': ['createInlineExecutor'],
  './node': ['readFile', 'readText', 'replaceFile'],
  './bench': ['benchBatches', 'benchNames', 'runBenchmarks'],
};

const { exports: published } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  exports: Record<string, string | { types: string; default: string }>;
};

test('every entry with values is listed here', () => {
  expect(Object.keys(published).filter((entry) => typeof published[entry] === 'object')).toEqual(Object.keys(entries));
});

test.each(Object.entries(entries))('"%s" exports these names and no others', async (entry, names) => {
  const { default: file, types } = published[entry] as { types: string; default: string };
  const exported = await import(new URL(`../${file}`, import.meta.url).href);
  expect(Object.keys(exported).sort()).toEqual([...names]);
  for (const name of names) expect([name, typeof exported[name]]).not.toEqual([name, 'undefined']);
  expect(readFileSync(new URL(`../${types}`, import.meta.url), 'utf8').length).toBeGreaterThan(0);
});
