/** A program that uses `plimsoll/audit` where no linter is installed that could run the rules. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { audit, type AuditResult, baselineOf, formatSarif, RULES } from 'plimsoll/audit';
import { AuditError, isPlimsollError } from 'plimsoll/errors';

const NOTHING: AuditResult = { engine: { name: 'oxlint', version: '1.0.0' }, files: 1, findings: [], leftOut: [] };

async function refusal(): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-use-'));
  try {
    await writeFile(join(folder, 'a.js'), 'setInterval(() => {}, 1000);\n');
    return await audit(['a.js'], { cwd: folder }).catch((error: unknown) => error);
  } finally {
    await rm(folder, { recursive: true });
  }
}

export async function use(): Promise<Record<string, boolean>> {
  const refused = await refusal();
  const { version } = JSON.parse(formatSarif(NOTHING, '1.0.0')) as { version: string };
  return {
    'there are rules': Object.keys(RULES).length > 3,
    'a missing linter is an error of our class': refused instanceof AuditError,
    'a missing linter has its code': isPlimsollError(refused, 'PLIM_ERR_AUDIT_ENGINE'),
    'an empty result is SARIF': version === '2.1.0',
    'its baseline is empty': Object.values(baselineOf([])).length > 0,
  };
}
