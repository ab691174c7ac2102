/** `plimsoll/system`: health, figures, metrics and actions of a process over HTTP, safe to leave on in production. */
export { createToken } from './access/token.ts';
export type { ActingName, EndpointName, ExposeOptions, Exposure, ReadingName } from './access/exposure.ts';
export { AUDIT_CHANNEL, type AuditRecord } from './actions/audit.ts';
export type { ActionOutcome } from './actions/action.ts';
export { type NodeHandler, nodeListener, type NodeRequest, type NodeResponse } from './adapters/node.ts';
export { serve, type ServeOptions, type SystemServer } from './adapters/serve.ts';
export type { BodyStream, SystemAnswer, SystemRequest } from './call.ts';
export { systemOptionsFromEnv } from './from-env.ts';
export type { CheckOptions, CheckResult, CheckRun } from './health/check-options.ts';
export type { Family, Point } from './metrics/collect.ts';
export type { ExpositionFormat } from './metrics/exposition.ts';
export type { ClusterLike, ProcessLike } from './metrics/gather/ask-processes.ts';
export { Gatherer, type GathererOptions } from './metrics/gather/gatherer.ts';
export { shareMetrics } from './metrics/gather/share.ts';
export { Metrics, type MetricsOptions } from './metrics/metrics.ts';
export type { Distribution, Metric, MetricType, MetricUnit, OtelMetric } from './metrics/metric.ts';
export type { ReadableRegistry, WritableRegistry } from './metrics/registries.ts';
export { METRICS, sampleNames } from './metrics/table.ts';
export type { HeapDumpOptions, SystemOptions } from './options.ts';
export type {
  DashboardPage,
  FiguresLike,
  MetricsParts,
  MonitorLike,
  SessionLike,
  SessionsLike,
  ShedLike,
  ShutdownLike,
  SubjectLike,
} from './parts.ts';
export { SystemApi } from './system-api.ts';
