/** `plimsoll/session`: many sessions in one process, each inside its budget. */
export { ScopePool, type ScopePoolStats } from './scope-pool.ts';
export type { ScopePoolOptions } from './scope-pool-options.ts';
export { SessionBroker, type OpenOptions, type SessionEventSource } from './broker.ts';
export type { CollectionWatcher, SessionBrokerOptions, WhenFull } from './broker-options.ts';
export type { BrokerStats } from './broker-stats.ts';
export type { SessionAlert, SessionEnd, SessionEvents } from './alert.ts';
export type { Budget, BudgetUsage, OverBudget } from './budget.ts';
export type { Session, SessionUsage } from './session.ts';
export type {
  AskOptions,
  IsolatedBudget,
  IsolatedOptions,
  IsolatedSession,
  IsolatedStore,
} from './isolated/isolated-session.ts';
export type { IsolatedUsage } from './isolated/protocol.ts';
export { serveSession, type SessionHandlers, type WorkerSession } from './isolated/serve-session.ts';
export type { HeapMeasurement, MeasureHeapOptions } from './measure-heap.ts';
export { Pool, type AcquireOptions, type PoolStats } from './pool.ts';
export type { PoolOptions } from './pool-options.ts';
export { Lazy, type LazyOptions } from './lazy.ts';
