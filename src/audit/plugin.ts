/**
 * `plimsoll/eslint`: the rules as a plugin for ESLint 9 and 10 and for oxlint's `jsPlugins`.
 *
 * The one file of the house with a default export: both hosts load a plugin by it.
 */
import type { Rule } from './rule.ts';
import { RULES } from './rules/index.ts';

/** A flat configuration that turns rules on. */
export interface Config {
  readonly name: string;
  readonly plugins: { readonly plimsoll: Plugin };
  readonly rules: Readonly<Record<string, 'error'>>;
}

export interface Plugin {
  readonly meta: { readonly name: 'plimsoll'; readonly namespace: 'plimsoll' };
  readonly rules: Readonly<Record<string, Rule>>;
  readonly configs: { readonly recommended: Config; readonly strict: Config };
}

export type { Rule } from './rule.ts';

export const meta: Plugin['meta'] = { name: 'plimsoll', namespace: 'plimsoll' };
export const rules: Plugin['rules'] = RULES;

function configOf(name: string, isIn: (rule: Rule) => boolean): Config {
  const names = Object.keys(RULES).filter((rule) => isIn(RULES[rule]!));
  return {
    name: `plimsoll/${name}`,
    get plugins() {
      return { plimsoll: plugin };
    },
    rules: Object.fromEntries(names.map((rule) => [`plimsoll/${rule}`, 'error'] as const)),
  };
}

/** `recommended`: what is nearly always a leak. `strict`: all, worth a look when one is being hunted. */
export const configs: Plugin['configs'] = {
  recommended: configOf('recommended', ({ preset }) => preset === 'recommended'),
  strict: configOf('strict', () => true),
};

const plugin: Plugin = { meta, rules, configs };

export default plugin;
