/** What the package's entries export. A name that comes or goes is a change for everyone: it is made here too, and in CHANGELOG.md. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const entries: Readonly<Record<string, readonly string[]>> = {
  '.': [
    'Env',
    'VectorEnv',
    'WasmetaError',
    'adaptationTest',
    'bayesOptimalBandit',
    'bayesOptimum',
    'beliefTest',
    'bootstrapInterval',
    'checkGoalConditionedState',
    'checkMamlState',
    'checkMultiTaskState',
    'checkRl2State',
    'checkVaribadState',
    'createPool',
    'decodeCheckpoint',
    'deviation',
    'encodeCheckpoint',
    'familyIds',
    'familyOf',
    'faultNames',
    'goalConditioned',
    'goalConditionedDefaults',
    'hashArrays',
    'initialGoalConditionedState',
    'initialMamlState',
    'initialMultiTaskState',
    'initialParameters',
    'initialRl2State',
    'initialSupervisedMamlState',
    'initialVaribadState',
    'interquartileMean',
    'loadAssets',
    'make',
    'makeVec',
    'maml',
    'mamlDefaults',
    'mean',
    'metaTest',
    'metricTable',
    'mjcfOf',
    'multiTask',
    'multiTaskDefaults',
    'multiTaskParameters',
    'numParameters',
    'openRun',
    'parameterSlots',
    'philox',
    'placedCapsules',
    'portsOf',
    'record',
    'resolveEnv',
    'resolveGoalConditioned',
    'resolveMaml',
    'resolveMultiTask',
    'resolvePolicy',
    'resolveRl2',
    'resolveSupervisedMaml',
    'resolveVaribad',
    'rl2',
    'rl2Defaults',
    'rollout',
    'sinusoidTest',
    'split',
    'standardError',
    'strategiesOf',
    'stream',
    'successTest',
    'supervisedMaml',
    'supervisedMamlDefaults',
    'varibad',
    'varibadDefaults',
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
