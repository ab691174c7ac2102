/** A program that uses `plimsoll/eslint`, as the configuration of ESLint does. */
import { configs, meta, type Plugin, type Rule, rules } from 'plimsoll/eslint';

export function use(): Record<string, boolean> {
  const plugin: Plugin = configs.recommended.plugins.plimsoll;
  const all: readonly Rule[] = Object.values(rules);
  return {
    'a configuration holds the plugin': plugin.meta === meta && plugin.rules === rules,
    'every rule can be run': all.length > 3 && all.every((rule) => typeof rule.create === 'function'),
    'the strict configuration turns on all': Object.keys(configs.strict.rules).length === all.length,
    'the recommended one fewer': Object.keys(configs.recommended.rules).length <= all.length,
  };
}
