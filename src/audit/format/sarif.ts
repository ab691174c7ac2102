/** SARIF 2.1.0, the form that code scanning reads. */
import type { AuditResult } from '../run/audit.ts';
import { RULES } from '../rules/index.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** The result as a SARIF 2.1.0 log with one run. */
export function formatSarif({ findings, leftOut }: AuditResult, version: string): string {
  const used = [...new Set(findings.map(({ rule }) => rule))].sort();
  const log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'plimsoll', version, rules: used.map(describeRule) } },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { SRCROOT: { description: { text: 'The folder that was audited.' } } },
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: leftOut.map(({ file, reason }) => ({
              level: 'warning',
              message: { text: `Left out: ${reason}` },
              locations: [{ physicalLocation: { artifactLocation: artifact(file) } }],
            })),
          },
        ],
        results: findings.map(({ rule, message, file, line, column, fingerprint }) => ({
          ruleId: `plimsoll/${rule}`,
          ruleIndex: used.indexOf(rule),
          level: 'warning',
          message: { text: message },
          locations: [
            {
              physicalLocation: { artifactLocation: artifact(file), region: { startLine: line, startColumn: column } },
            },
          ],
          partialFingerprints: { 'plimsollFingerprint/v1': fingerprint },
        })),
      },
    ],
  };
  return JSON.stringify(log, null, 2);
}

function describeRule(rule: string): object {
  const { meta, family } = RULES[rule]!;
  return {
    id: `plimsoll/${rule}`,
    shortDescription: { text: meta.docs.description },
    help: { text: `plimsoll audit --explain ${rule}` },
    defaultConfiguration: { level: 'warning' },
    properties: { tags: ['memory-leak', family] },
  };
}

/** A path as a URI reference below the audited folder. */
function artifact(file: string): object {
  return { uri: file.split('/').map(encodeURIComponent).join('/'), uriBaseId: 'SRCROOT' };
}
