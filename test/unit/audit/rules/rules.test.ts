/** Every rule is registered, documented and tested. */
import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import plugin, { configs, meta, rules } from '../../../../src/audit/plugin.ts';
import { readPairs } from '../../../helpers/audit-pairs.ts';

const names = Object.keys(rules);
const pairs = readPairs();

describe('the plugin', () => {
  test('has what hosts look for, by default and by name', () => {
    expect(plugin).toMatchObject({ meta, rules, configs });
    expect(configs.recommended.plugins.plimsoll).toBe(plugin);
  });

  test('strict turns on every rule, recommended those that are nearly always right', () => {
    expect(Object.keys(configs.strict.rules)).toEqual(names.map((name) => `plimsoll/${name}`));
    const recommended = names.filter((name) => rules[name]!.preset === 'recommended');
    expect(Object.keys(configs.recommended.rules)).toEqual(recommended.map((name) => `plimsoll/${name}`));
    expect(recommended.length).toBeLessThan(names.length);
  });

  test('has a rule for every file, and the other way round', () => {
    const files = fs.readdirSync('src/audit/rules').filter((name) => name !== 'index.ts');
    expect(files.map((name) => name.replace('.ts', '')).sort()).toEqual([...names].sort());
  });

  test('has a page for every rule, and no other', () => {
    const pages = fs.readdirSync('docs/rules').filter((name) => name !== 'README.md');
    expect(pages.sort()).toEqual(names.map((name) => `${name}.md`).sort());
  });
});

describe.each(names)('%s', (name) => {
  const rule = rules[name]!;

  test('has a leaky form that it finds, and a repaired one', () => {
    const leaky = pairs.filter(({ leaks }) => leaks.some((leak) => leak.startsWith(`${name}:`)));
    expect(leaky.length).toBeGreaterThan(0);
    for (const { name: file } of leaky) {
      const repaired = pairs.find((pair) => pair.name === file.replace('.leaky.', '.fixed.'));
      expect(repaired?.leaks).toEqual([]);
    }
  });

  test('has a page that says why, shows both forms and when not to care', () => {
    const page = fs.readFileSync(`docs/rules/${name}.md`, 'utf8');
    expect(page).toMatch(new RegExp(`^# ${name}\n\n${escape(rule.meta.docs.description)}\\.`));
    for (const heading of ['Why', 'Bad', 'Good', 'When not']) expect(page).toContain(`\n## ${heading}\n`);
    expect(page).toContain(`Preset: \`${rule.preset}\``);
  });

  test('is listed in the overview', () => {
    expect(fs.readFileSync('docs/rules/README.md', 'utf8')).toContain(`[${name}](${name}.md)`);
  });

  test('has messages in whole sentences', () => {
    for (const [id, text] of Object.entries(rule.meta.messages)) {
      if (/^(?:keep|set|using)$/.test(id)) continue;
      expect(text).toMatch(/\.$/);
      expect(text).not.toMatch(/\s{2}/);
    }
  });
});

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
