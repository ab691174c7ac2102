import type { AuditResult } from '../run/audit.ts';

/** The result as one JSON document; what it holds is described in `docs/audit.md`. */
export function formatJson(result: AuditResult): string {
  return JSON.stringify(result, null, 2);
}
