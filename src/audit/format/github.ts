import { workflowCommand } from '../../base/workflow-command.ts';
import type { AuditResult } from '../run/audit.ts';

/** Lines that GitHub Actions shows at the place in a pull request. */
export function formatGithub({ findings }: AuditResult): string {
  return findings
    .map(({ file, line, column, rule, message }) =>
      workflowCommand('warning', { file, line, col: column, title: `plimsoll/${rule}` }, message),
    )
    .join('\n');
}
