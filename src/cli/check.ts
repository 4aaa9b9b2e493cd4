/** `wasmeta check PATH`: whether an environment of one's own keeps the contract, and how fast it is. */
import { defineCommand } from 'citty';
import { plural } from '../core/wording.ts';
import { type CheckedRule, checkEnv } from '../experiments/env-check.ts';
import { checkFlags, wholeNumber } from './arguments.ts';
import { faint, print, printJson, remark, strong } from './output.ts';

const args = {
  path: { type: 'positional', description: 'the file of your environment: .mjs, .js, .ts or .wasm', required: true },
  seconds: { type: 'string', description: 'longest time for one rule', default: '20' },
  json: { type: 'boolean', description: 'one JSON document on stdout' },
} as const;

export const check = defineCommand({
  meta: { name: 'check', description: 'Check an environment of your own by the contract, and measure its rates' },
  args,
  async run({ args: { path, seconds, json }, rawArgs }) {
    checkFlags(rawArgs, args);
    const deadlineMs = 1000 * Math.max(1, wholeNumber('seconds', seconds, 20));
    const result = await checkEnv(path, { deadlineMs, horizon: 40, onRule: (rule) => json !== true && print(lineOf(rule)) });
    if (json) printJson({ path, ...result });
    else {
      const rates = Object.entries(result.rates).map(([policy, rate]) => `${policy} ${(rate / 1e6).toPrecision(3)} M steps/s`);
      if (rates.length > 0) print(faint(`one worker, 256 environments: ${rates.join(', ')}`));
      const count = new Set(result.rules.filter(({ broken }) => broken !== null).map(({ rule }) => rule)).size;
      print(strong(result.passed ? `${result.id} keeps the contract` : `${result.id ?? path} breaks ${plural(count, 'rule')}`));
      if (!result.passed) remark('what each rule asks for: docs/contract.md');
    }
    if (!result.passed) process.exitCode = 1;
  },
});

function lineOf({ rule, preset, broken }: CheckedRule): string {
  const of = preset === null ? '' : ` (${preset})`;
  if (broken === null) return `  ok      ${rule}${faint(of)}`;
  const { message, numEnvs, horizon } = broken;
  const smallest = horizon === undefined ? '' : `; smallest: ${plural(numEnvs ?? 0, 'environment')}, horizon ${horizon}`;
  return `  BROKEN  ${strong(rule)}${of}: ${message}${smallest}`;
}
