import { expect, test } from 'vitest';
import { markdownReport } from '../../../../src/cli/report/markdown.ts';
import { VERDICTS } from '../../../../src/diagnose/report/report.ts';
import { fullReport } from '../../../helpers/reports.ts';
import { reportedOf } from '../../../helpers/suspects.ts';

test('says the verdict, who holds what and what to do; folds the rest away', () => {
  const text = markdownReport(fullReport());
  expect(text).toMatch(/^## 🔴 Memory verdict: leak\n\nThe heap floor grew/);
  expect(text).toContain('**1.** Map `cachedClients` in src/agent.mjs:42 holds 2,013 OpenAIClient.');
  expect(text).toContain('**What to do:** Bound it.');
  expect(text).toContain(
    '```text\nmodule src/agent.mjs\n└ variable cachedClients\n  └ [key] of Map\n    └ OpenAIClient\n```',
  );
  expect(text).toContain('<details><summary>What fills the heap (20 MiB)</summary>');
  expect(text.match(/<details>/g)!.length).toBe(text.match(/<\/details>/g)!.length);
});

test.each(VERDICTS)('is short for %s', (verdict) => {
  expect(markdownReport(fullReport({ verdict })).length).toBeLessThan(5_000);
});

test('places of allocation stand in for suspects', () => {
  expect(markdownReport(fullReport({ suspects: [] }))).toContain(
    '| `getClient` | `src/agent.mjs:57` | 3.0 MiB | 80 % |',
  );
});

test('accepted leaks say why, and what had its day is listed', () => {
  const entry = { fingerprint: 'abc', sentence: 'Set `x` holds y.', reason: 'ticket 7', expires: '2026-01-31' };
  const text = markdownReport(
    fullReport({
      suspects: [reportedOf({ accepted: { reason: 'ticket 8', expires: '2027-01-31' } })],
      baseline: { file: 'leaks.json', expired: [entry], unused: [{ ...entry, fingerprint: 'b' }] },
    }),
  );
  expect(text).toContain('✅ accepted: Map');
  expect(text).toContain('**Accepted:** ticket 8 (until 2027-01-31)');
  expect(text).toContain('- expired: Set `x` holds y. (ticket 7 (until 2026-01-31))');
  expect(text).toContain('- not found: Set');
});

test.each([
  ['<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert(1)&gt;'],
  ['@octocat', '@\u200boctocat'],
  ['#12', '#\u200b12'],
  ['[a](javascript:b)', '\\[a\\](javascript:b)'],
  ['a ` b', "a ' b"],
  ['a | b', 'a \\| b'],
  ['</details>', '&lt;/details&gt;'],
  ['https://evil.example', 'https:\u200b//evil.example'],
  ['two\nlines', 'two lines'],
])('%j in a sentence is text', (name, shown) => {
  const text = markdownReport(fullReport({ suspects: [reportedOf({ sentence: `It holds ${name}.` })] }));
  expect(text).toContain(`**1.** It holds ${shown}.`);
});

test('names within code, chains and tables end neither', () => {
  const hostile = '```\n<b>x</b> | `y`';
  const text = markdownReport(
    fullReport({
      suspects: [reportedOf({ path: ['module a', hostile] })],
      heap: { ...fullReport().heap!, classes: [{ name: hostile, count: 1, shallowBytes: 1, retainedBytes: 1 }] },
    }),
  );
  expect(text).toContain('````text\nmodule a\n└ ``` <b>x</b> | `y`\n````');
  expect(text).toContain('| ```` ``` <b>x</b> ¦ `y` ```` | 1 |');
});
