import { describe, expect, test } from 'vitest';
import { accuse } from '../../../src/testkit/check/accuse.ts';
import { errorOf } from '../../../src/testkit/check/expect.ts';
import type { LeakResult } from '../../../src/testkit/check/result.ts';
import { githubAnnotations, junitReport } from '../../../src/testkit/report/annotations.ts';
import { formatLeakResult } from '../../../src/testkit/report/report-text.ts';
import { reportedOf } from '../../helpers/suspects.ts';

const [leak] = accuse(
  [
    reportedOf({
      count: 93,
      bytes: 95_232,
      path: ['module src/agent.mjs', 'variable cachedClients', '[key] of Map', 'OpenAIClient'],
    }),
  ],
  { calls: 93, rounds: 3, bytes: 100_000 },
  () => undefined,
).leaks;

function resultOf(parts: Partial<LeakResult> = {}): LeakResult {
  return {
    name: 'agents',
    verdict: 'fail',
    reason: 'It grew with every call.',
    leaks: [leak!],
    ignored: [],
    growth: [1024, 2048, -512],
    medianGrowth: 1024,
    scatter: 10,
    bytesPerCall: 10.24,
    iterations: 100,
    calls: 1234,
    evidence: 'snapshots',
    durationMs: 1500,
    ...parts,
  };
}

describe('formatLeakResult', () => {
  test('says who holds what, how much more each round, and what to do', () => {
    expect(formatLeakResult(resultOf())).toBe(
      [
        'agents leaks. It grew with every call.',
        '',
        '1. Map `cachedClients` in src/agent.mjs:42 holds 2,013 OpenAIClient.',
        '   · module src/agent.mjs',
        '     └ variable cachedClients',
        '       └ [key] of Map',
        '         └ OpenAIClient',
        '   counted   +93 while it was confirmed: 31 a round, 1 with every call, 93 KiB',
        '   remedy    Bound it.',
        '   accept    fingerprint 0123456789abcdef',
        '',
        'Each round (100 calls): +1.0 KiB, +2.0 KiB, -512 B.',
        'By growth and two heap snapshots, after 1,234 calls and 1.5 s.',
      ].join('\n'),
    );
  });

  test('says what was ignored and why, and how many more there are', () => {
    const ignored = [{ leak: leak!, because: 'known' as const, reason: 'their bug 12' }];
    expect(formatLeakResult(resultOf({ verdict: 'pass', leaks: [], ignored }))).toMatch(
      /agents does not leak[^]*Ignored:[^]*their bug 12/,
    );
    expect(formatLeakResult(resultOf({ leaks: Array.from({ length: 8 }, () => leak!) }))).toContain('and 3 more.');
    expect(formatLeakResult(resultOf({ verdict: 'unstable', leaks: [] }))).toContain('could not decide');
  });
});

describe('errorOf', () => {
  test('a leak is an error that carries it', () => {
    expect(errorOf(resultOf(), { failOnUnstable: false })).toMatchObject({
      code: 'PLIM_ERR_LEAK_FOUND',
      leaks: [leak],
      name: 'LeakError',
    });
  });

  test('what could not be decided is one only when asked for', () => {
    const unstable = resultOf({ verdict: 'unstable', leaks: [] });
    expect(errorOf(unstable, { failOnUnstable: false })).toBeUndefined();
    expect(errorOf(unstable, { failOnUnstable: true })).toMatchObject({ code: 'PLIM_ERR_LEAK_UNSTABLE' });
    expect(errorOf(resultOf({ verdict: 'pass', leaks: [] }), { failOnUnstable: true })).toBeUndefined();
  });
});

describe('for CI services', () => {
  test('an annotation of GitHub for each leak, at its place, escaped', () => {
    const odd = { ...leak!, file: 'src/a,b:c.mjs', sentence: '100 % of\nit' };
    expect(githubAnnotations(resultOf({ leaks: [odd], name: 'a: b' }))).toEqual([
      `::error file=src/a%2Cb%3Ac.mjs,line=42,title=a%3A b leaks::100 %25 of%0Ait%0Amodule src/agent.mjs%0Avariable cachedClients%0A[key] of Map%0AOpenAIClient%0ABound it.`,
    ]);
  });

  test('a warning for what could not be decided, nothing for what passed', () => {
    expect(githubAnnotations(resultOf({ verdict: 'unstable', leaks: [] }))[0]).toMatch(
      /^::warning title=agents::agents may leak/,
    );
    expect(githubAnnotations(resultOf({ verdict: 'pass', leaks: [] }))).toEqual([]);
    expect(githubAnnotations(resultOf({ leaks: [{ ...leak!, file: null, line: null }] }))[0]).toMatch(
      /^::error title=/,
    );
  });

  test('a JUnit file with a case for each check', () => {
    const results = [
      resultOf({ name: '<a> & "b"\u0000' }),
      resultOf({ verdict: 'pass', leaks: [] }),
      resultOf({ verdict: 'unstable', leaks: [] }),
    ];
    const xml = junitReport(results, 'suite');
    expect(xml).toContain('<testsuite name="suite" tests="3" failures="1" skipped="1" time="4.500">');
    expect(xml).toContain(
      '<testcase name="&lt;a&gt; &amp; &quot;b&quot;\ufffd" time="1.500"><failure message="It grew with every call." type="LeakError">',
    );
    expect(xml).toContain('<testcase name="agents" time="1.500"/>');
    expect(xml).toContain('<skipped message="It grew with every call."/>');
  });
});
