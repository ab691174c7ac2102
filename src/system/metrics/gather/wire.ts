/** Points as they travel between processes and threads, and what is believed of what comes. */
import type { Family, Point } from '../collect.ts';
import { cutLabel, type LabelRecord, Labels } from '../labels.ts';
import type { Distribution, Metric } from '../metric.ts';
import { METRICS } from '../table.ts';

/** Marks our messages among those of the program. */
export const ASK = 'plimsoll:metrics:ask';
export const ANSWER = 'plimsoll:metrics';

/** A metric's points on their way. */
export type WireFamily = readonly [name: string, points: readonly (readonly [LabelRecord, number | Distribution])[]];

/** More points than this of one sender are not read. */
const MOST_POINTS = 50_000;

const BY_NAME: ReadonlyMap<string, Metric> = new Map(METRICS.map((metric) => [metric.name, metric]));

/** Families as plain data; those of the whole process only when `isProcess`: its threads share them. */
export function toWire(families: readonly Family[], isProcess: boolean): WireFamily[] {
  return families
    .filter(({ metric }) => isProcess || !metric.isOfProcess)
    .map(({ metric, points }) => [metric.name, points.map(({ labels, value }) => [labels.record, value])]);
}

/** What another process sent, as families; of what is not as it should be, nothing. */
export function fromWire(data: unknown, added: LabelRecord): Family[] {
  let left = MOST_POINTS;
  if (!Array.isArray(data)) return [];
  return data.flatMap((each: unknown) => {
    const [name, sent] = (Array.isArray(each) ? each : []) as unknown[];
    const metric = typeof name === 'string' ? BY_NAME.get(name) : undefined;
    if (metric === undefined || !Array.isArray(sent)) return [];
    const points = sent.slice(0, left).flatMap((point) => readPoint(metric, point, added));
    left -= points.length;
    return points.length === 0 ? [] : [{ metric, points }];
  });
}

function readPoint(metric: Metric, point: unknown, added: LabelRecord): Point[] {
  const [labels, value] = (Array.isArray(point) ? point : []) as unknown[];
  if (typeof labels !== 'object' || labels === null) return [];
  const isGood = metric.type === 'histogram' ? isDistribution(value, metric) : typeof value === 'number';
  if (!isGood) return [];
  const record: Record<string, string> = {};
  for (const name of metric.labels) {
    const text = (labels as Readonly<Record<string, unknown>>)[name];
    if (typeof text !== 'string') return [];
    record[name] = cutLabel(text);
  }
  return [{ labels: new Labels({ ...record, ...added }), value: value as number | Distribution }];
}

function isDistribution(value: unknown, { bounds = [] }: Metric): boolean {
  const { atMost, count, sum } = (value ?? {}) as Partial<Distribution>;
  if (!Array.isArray(atMost) || atMost.length !== bounds.length) return false;
  return [...atMost, count, sum].every((figure) => typeof figure === 'number');
}
