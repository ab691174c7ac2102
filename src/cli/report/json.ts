import type { LeakReport } from '../../diagnose/report/index.ts';

/** Version of docs/schema/report.schema.json: higher when a field goes or means something else, not when one comes. */
export const REPORT_SCHEMA = 1;

/** The report as JSON; docs/schema/report.schema.json says what stands in it. */
export function jsonReport(report: LeakReport): string {
  return `${JSON.stringify({ schemaVersion: REPORT_SCHEMA, ...report }, null, 2)}\n`;
}
