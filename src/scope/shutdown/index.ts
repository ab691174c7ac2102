/** The one way out of a process. */
export type { ShutdownCause } from './cause.ts';
export { shutdownOptionsFromEnv } from './from-env.ts';
export type { ExitPolicy, LogLevel, ShutdownLog, ShutdownOptions, ShutdownSignal } from './options.ts';
export type { LivePart, PartContext, PartKind, PartRun, PartState, Phase, ShutdownState } from './phases.ts';
export type { PartReport, ShutdownEvent, ShutdownReport } from './report.ts';
export {
  type Closable,
  type Hold,
  type PartOptions,
  type Readiness,
  type ServerPartOptions,
  Shutdown,
} from './shutdown.ts';
