/**
 * docs/contract.md as a suite: each rule is a named check that throws `rule <name>: …` when it is broken. It runs over any implementation, and over
 * environments of users.
 */
import { callRules } from './call-rules.ts';
import type { Rule, Subject } from './kit.ts';
import { stepRules } from './step-rules.ts';

export const rules: Readonly<Record<string, Rule>> = { ...stepRules, ...callRules };

/** Checks one rule; the error names it. */
export function checkRule(name: string, subject: Subject): void {
  try {
    rules[name](subject);
  } catch (error) {
    throw new Error(`rule ${name}: ${(error as Error).message}`, { cause: error });
  }
}
