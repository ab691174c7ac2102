/** `plimsoll/audit`: leaks that the source shows. */
export { againstBaseline, type Baseline, baselineOf, readBaseline } from './baseline.ts';
export type { Finding, LeftOut } from './finding.ts';
export { formatGithub } from './format/github.ts';
export { formatJson } from './format/json.ts';
export { formatPretty, type PrettyStyle, type ReadLines } from './format/pretty.ts';
export { formatSarif } from './format/sarif.ts';
export type { Family } from './rule.ts';
export { RULES } from './rules/index.ts';
export { audit, type AuditOptions, type AuditResult } from './run/audit.ts';
export type { EngineName } from './run/engine.ts';
