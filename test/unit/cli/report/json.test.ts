import { expect, test } from 'vitest';
import { jsonReport } from '../../../../src/cli/report/json.ts';
import { VERDICTS } from '../../../../src/diagnose/report/report.ts';
import { schemaProblems } from '../../../helpers/report-schema.ts';
import { fullReport } from '../../../helpers/reports.ts';
import { reportedOf } from '../../../helpers/suspects.ts';

test.each(VERDICTS)('a full report of %s is as the schema says', (verdict) => {
  expect(schemaProblems(jsonReport(fullReport({ verdict })))).toEqual([]);
});

test('what is accepted, and examples, are in the schema', () => {
  const entry = { fingerprint: 'abc', sentence: 'It leaks.', reason: 'ticket 7', expires: '2027-01-31' };
  const report = fullReport({
    suspects: [reportedOf({ accepted: { reason: 'ticket 7' }, examples: ['a text'] })],
    baseline: { file: 'leaks.json', expired: [entry], unused: [{ fingerprint: 'x', sentence: 'y', reason: 'z' }] },
  });
  expect(schemaProblems(jsonReport(report))).toEqual([]);
});

test('the schema tells what is no report', () => {
  const { environment: _, ...without } = fullReport();
  expect(schemaProblems(JSON.stringify({ schemaVersion: 1, ...without }))).not.toEqual([]);
  expect(schemaProblems(JSON.stringify({ schemaVersion: 2, ...fullReport() }))).not.toEqual([]);
  expect(schemaProblems(JSON.stringify({ schemaVersion: 1, ...fullReport(), verdict: 'maybe' }))).not.toEqual([]);
  expect(schemaProblems(JSON.stringify({ schemaVersion: 1, ...fullReport(), invented: 1 }))).not.toEqual([]);
});
