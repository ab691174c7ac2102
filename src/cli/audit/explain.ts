import fs from 'node:fs';
import { RULES } from '../../audit/index.ts';
import { readChoice } from '../../base/options.ts';
import { printResult } from '../snapshot/print.ts';

/** `plimsoll audit --explain RULE`: prints the rule's page, which comes with the package. */
export async function explainRule(given: string): Promise<void> {
  const rule = readChoice('--explain', given.replace(/^plimsoll\//, ''), Object.keys(RULES));
  await printResult(fs.readFileSync(new URL(`../../../docs/rules/${rule}.md`, import.meta.url), 'utf8'));
}
