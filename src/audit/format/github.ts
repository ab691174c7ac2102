import type { AuditResult } from '../run/audit.ts';

/** Lines that GitHub Actions shows at the place in a pull request. */
export function formatGithub({ findings }: AuditResult): string {
  return findings
    .map(({ file, line, column, rule, message }) => {
      const properties = { file, line, col: column, title: `plimsoll/${rule}` };
      const list = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
      return `::warning ${list.join(',')}::${escapeData(message)}`;
    })
    .join('\n');
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
