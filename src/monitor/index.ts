/** `plimsoll/monitor`: the memory of a running process: samples, trends, budgets, alerts, actions. */
export type { Alert, AlertLevel, Level } from '../base/alert.ts';
export type { Environment } from '../base/environment.ts';
export type { Logger, LogLine } from '../base/logger.ts';
export type {
  CgroupMemory,
  CollectionKind,
  HeapSpace,
  ListenerSource,
  LoopDelay,
  MemoryPressure,
  MonitorDoor,
} from '../runtime/index.ts';
export type { ActionContext, ActionOptions, ActionResult, MonitorAction } from './actions/action.ts';
export type { CollectOptions, CollectResult } from './actions/collect.ts';
export { collectGarbage } from './actions/collect-garbage.ts';
export { heapSnapshot, type HeapSnapshotOptions } from './actions/heap-snapshot.ts';
export { type Relievable, shrinkCaches } from './actions/relieve.ts';
export { restart, type Restartable, type RestartOptions } from './actions/restart.ts';
export type { AlertState, MonitorAlert } from './alerts/alert.ts';
export { type ConfigurationFinding, judgeConfiguration } from './configuration.ts';
export type { MonitorEvents } from './events.ts';
export type { TrendJudge } from './growth/growth.ts';
export { optionsFromEnv } from './from-env.ts';
export {
  type FailedCache,
  type GivenBack,
  type Line,
  LoadLine,
  type LoadLineEvents,
  type LoadLineOptions,
  type LoadLineStatus,
  type Relief,
} from './load-line/index.ts';
export { Monitor } from './monitor.ts';
export type { MonitorOptions } from './options.ts';
export type { BudgetOptions } from './rules/budget-options.ts';
export type { RuleName, RuleOptions } from './rules/rule-options.ts';
export type { SampleColumn } from './sampling/sampler.ts';
export type { WatchedThread } from './sampling/watched.ts';
export type { MonitorSeries } from './series/series.ts';
export type { LoadFigures, ShedStatus } from './shed/figures.ts';
export type { ShedderOptions, ShedRequest } from './shed/options.ts';
export type { Priority, Ramp, ShedSignal } from './shed/ramp.ts';
export { type ShedDecision, Shedder, type ShedReply, type ShedResponse } from './shed/shedder.ts';
export type {
  ActionStatus,
  AlertsStatus,
  CollectionTotals,
  ComponentStatus,
  ContainerStatus,
  GcStatus,
  HeapStatus,
  MonitorStatus,
  ThreadStatus,
  TrendStatus,
} from './status.ts';
export type { HeapFloor, MergedFloor, TrendFinding, TrendOptions, TrendVerdict } from './trend/index.ts';
