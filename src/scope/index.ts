/** `plimsoll/scope`: what is owned ends with its owner. */
export { type Disposals, scopeDisposals } from './disposals.ts';
export { SuppressedError, type SuppressedErrorLike } from './disposable.ts';
export type { EntryFailure, EntryInfo, EntryKind, EntryOptions } from './entry.ts';
export type { FileLike, ObserverLike, WatcherLike } from './registrars/closables.ts';
export type { Held } from './registrars/held.ts';
export type {
  EmitterLike,
  EventTargetLike,
  Listenable,
  Listener,
  ListenerOptions,
} from './registrars/listeners.ts';
export type { ChildProcessLike, ChildProcessOptions } from './registrars/processes.ts';
export type { ServerLike, ServerOptions } from './registrars/servers.ts';
export type { AbortableLike, CancelableLike, StreamLike, StreamOptions } from './registrars/streams.ts';
export type { TimeoutOptions, TimerOptions } from './registrars/timers.ts';
export type { WorkerLike } from './registrars/workers.ts';
export {
  type ClosingReport,
  formatScopeReport,
  type OpenEntry,
  REMEDIES,
  type ScopeReport,
  type ScopeStats,
} from './report.ts';
export type { CloseOptions, ScopeEnding } from './lifetime.ts';
export { openScopes, type ParentedOptions, Scope } from './scope.ts';
export type { ChildOptions, EndCause, ScopeOptions } from './settings.ts';
export type { TraceMode } from './trace.ts';
export { drain, type DrainOptions, type DrainResult, type EndlessResponse, trackConnections } from './drain/index.ts';
export {
  type Closable,
  type ExitPolicy,
  type Hold,
  type LivePart,
  type LogLevel,
  type PartContext,
  type PartKind,
  type PartOptions,
  type PartReport,
  type PartRun,
  type PartState,
  type Phase,
  type Readiness,
  type ServerPartOptions,
  Shutdown,
  type ShutdownCause,
  type ShutdownEvent,
  type ShutdownLog,
  type ShutdownOptions,
  shutdownOptionsFromEnv,
  type ShutdownReport,
  type ShutdownSignal,
  type ShutdownState,
} from './shutdown/index.ts';
