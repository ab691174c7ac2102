import {
  judgeBudgets,
  judgeContainer,
  judgeGc,
  judgeHeap,
  judgeLimits,
  judgeMaxHeap,
  judgePressure,
  type LevelSoFar,
} from './limits.ts';
import { judgeExternal, judgeHandles, judgeHeapGrowth, judgeListeners, judgeNative } from './growth.ts';
import type { RuleName, RuleSetting, RuleSettings } from './rule-options.ts';
import type { Verdict } from './verdict.ts';
import type { View } from './view.ts';

type Rule = (view: View, setting: RuleSetting, soFar: LevelSoFar) => Verdict | null;

/** What is looked at after every major collection. */
const ON_MAJOR: readonly (readonly [RuleName, Rule])[] = [
  ['heap', judgeHeap],
  ['gc', judgeGc],
];

/** What is looked at on every tick besides. */
const ON_TICK: readonly (readonly [RuleName, Rule])[] = [
  ['container', judgeContainer],
  ['pressure', judgePressure],
  ['growth', judgeHeapGrowth],
  ['external', judgeExternal],
  ['native', judgeNative],
  ['handles', judgeHandles],
  ['listeners', judgeListeners],
  ['configuration', judgeLimits],
];

/** What all rules that are on say about a view; those without a figure say nothing. */
export function judgeView(
  view: View,
  settings: RuleSettings,
  soFar: LevelSoFar,
  when: 'major' | 'tick',
): readonly Verdict[] {
  const verdicts: Verdict[] = [];
  const rules = when === 'major' ? ON_MAJOR : [...ON_MAJOR, ...ON_TICK];
  for (const [name, rule] of rules) {
    const setting = settings[name];
    const verdict = setting === undefined ? null : rule(view, setting, soFar);
    if (verdict !== null) verdicts.push(verdict);
  }
  const { maxHeap, maxHeapBytes, budget } = settings;
  if (maxHeap !== undefined && maxHeapBytes !== undefined) {
    const verdict = judgeMaxHeap(maxHeapBytes)(view, maxHeap, soFar);
    if (verdict !== null) verdicts.push(verdict);
  }
  if (when === 'tick' && budget !== undefined) verdicts.push(...judgeBudgets(view, budget, soFar));
  return verdicts;
}

/** The setting of a verdict's rule. */
export function settingOf(rule: string, settings: RuleSettings): RuleSetting {
  const name = rule.startsWith('budget:') ? 'budget' : (rule as RuleName);
  return settings[name]!;
}
