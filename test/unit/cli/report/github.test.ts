import { expect, test } from 'vitest';
import { verdictAnnotations } from '../../../../src/cli/report/github.ts';
import { VERDICTS } from '../../../../src/diagnose/report/report.ts';
import { fullReport } from '../../../helpers/reports.ts';
import { reportedOf } from '../../../helpers/suspects.ts';
import { withTempDir, writeTree } from '../../../helpers/temp-dir.ts';

const { environment } = fullReport();

test('an error at the file and line of each leak, as the repository knows them', () =>
  withTempDir((dir) => {
    writeTree(dir, { 'packages/api/src/agent.mjs': '' });
    const report = fullReport({
      suspects: [reportedOf({ file: 'src/agent.mjs', line: 42, path: ['module a', 'Client'], advice: '100 %' })],
      environment: { ...environment, cwd: `${dir}/packages/api` },
    });
    expect(verdictAnnotations(report, true, { GITHUB_WORKSPACE: dir })).toEqual([
      '::error file=packages/api/src/agent.mjs,line=42,title=Memory%3A leak::Map `cachedClients` in src/agent.mjs:42 ' +
        'holds 2,013 OpenAIClient.%0Amodule a%0AClient%0A100 %25',
    ]);
  }));

test('a file that is not there is left out, names cannot end the command', () => {
  const report = fullReport({ suspects: [reportedOf({ file: 'gone.mjs', sentence: 'a\n::error::b' })] });
  const [command, ...more] = verdictAnnotations(report, true, {});
  expect(more).toEqual([]);
  expect(command).toMatch(/^::error title=Memory%3A leak::a%0A::error::b/);
  expect(command).not.toContain('\n');
});

test('what is accepted is not told, an acceptance that is over is', () => {
  const expired = [{ fingerprint: 'x', sentence: 'It leaks.', reason: 'ticket 7', expires: '2026-01-31' }];
  const report = fullReport({
    suspects: [reportedOf({ accepted: { reason: 'r' } })],
    baseline: { file: 'leaks.json', expired, unused: expired },
  });
  expect(verdictAnnotations(report, false, {})).toEqual([
    '::warning file=leaks.json,title=An accepted leak has expired::It was accepted until 2026-01-31 (ticket 7): It leaks.',
  ]);
});

test('without a suspect the explanation is told; a verdict that nobody fails on, only where it is bad', () => {
  const told = VERDICTS.map((verdict) => verdictAnnotations(fullReport({ verdict, suspects: [] }), false, {}).length);
  expect(Object.fromEntries(VERDICTS.map((verdict, i) => [verdict, told[i]]))).toEqual({
    leak: 1,
    native: 1,
    step: 0,
    filling: 0,
    churn: 0,
    unclear: 0,
    none: 0,
  });
  expect(verdictAnnotations(fullReport({ verdict: 'unclear', suspects: [] }), true, {})[0]).toMatch(/^::error /);
});
