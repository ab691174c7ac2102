/** Rules that compare a figure with a bound: heap, container, pressure, collections, budgets, configuration. Pure. */
import type { Level } from '../../base/alert.ts';
import type { WarningCode } from '../../base/warnings.ts';
import { formatBytes, formatDuration } from '../../base/units.ts';
import { timeTo } from './time-to-limit.ts';
import type { RuleSetting } from './rule-options.ts';
import { type Bounds, boundOf, levelOf, type Verdict } from './verdict.ts';
import type { View } from './view.ts';

/** The level that a rule has had so far. */
export type LevelSoFar = (rule: string) => Level;

/** Judges one figure of a view; `null` where the figure is not to be had. */
export type LimitRule = (view: View, setting: RuleSetting, soFar: LevelSoFar) => Verdict | null;

interface Reading {
  readonly rule: string;
  readonly code: WarningCode;
  readonly value: number;
  readonly reading: number;
  readonly message: string;
  readonly timeToLimitMs?: number | null;
}

function compare(figures: Reading, bounds: Bounds, soFar: LevelSoFar): Verdict {
  const level = levelOf(figures.value, bounds, soFar(figures.rule));
  const timeToLimitMs = figures.timeToLimitMs ?? null;
  const nearing =
    timeToLimitMs === null ? '' : ` At the present rate the limit is ${formatDuration(timeToLimitMs)} away.`;
  return {
    ...figures,
    level,
    threshold: boundOf(level, bounds),
    message: figures.message + nearing,
    timeToLimitMs,
  };
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/**
 * What the heap holds for sure: its newest floor; or what is in use now when that is past a bound which V8 lets it pass
 * only after a collection.
 */
function heldBytes({ usedBytes, floor }: View, certain: number): number | null {
  if (floor === undefined) return usedBytes >= certain ? usedBytes : null;
  return usedBytes >= certain ? Math.max(usedBytes, floor.heapBytes) : floor.heapBytes;
}

/**
 * V8 ends a program before its heap is full when four collections in a row find little, the heap is this full and most of
 * the time goes into them: seen by their pauses, or by their marking, which goes on between them.
 */
const FUTILE_FROM = 0.8;
const FUTILE_GC_SHARE = 0.2;
const FUTILE_CYCLE_SHARE = 0.6;

function isFutile({ gcShare, cycleShare }: View): boolean {
  return (gcShare ?? 0) >= FUTILE_GC_SHARE || cycleShare >= FUTILE_CYCLE_SHARE;
}

/** The heap's floor as a share of its limit. */
export const judgeHeap: LimitRule = (view, setting, soFar) => {
  const limit = view.sample.heap?.floorLimitBytes;
  if (limit === undefined) return null;
  // So near to the limit V8 collects again and again.
  const certain = limit * Math.max(0.9, setting.critical);
  const held = heldBytes(view, certain);
  if (held === null) return null;
  const figures = {
    rule: 'heap',
    code: 'PLIM_WARN_HEAP_LEVEL',
    value: held / limit,
    reading: view.floors + (held > (view.floor?.heapBytes ?? 0) ? view.samples : 0),
    message: `After a collection the heap still holds ${formatBytes(held)}, ${percent(held / limit)} of its limit of ${formatBytes(limit)}.`,
    timeToLimitMs: timeTo(view.heap, limit),
  } as const;
  if (setting.critical <= FUTILE_FROM || !isFutile(view)) return compare(figures, setting, soFar);
  const bounds = { warning: Math.min(setting.warning, FUTILE_FROM), critical: FUTILE_FROM };
  return compare(figures, bounds, soFar);
};

/**
 * The heap's floor as a share of a bound of the program's own; a warning too when what is in use now is past it, although
 * part of that may be garbage.
 */
export function judgeMaxHeap(maxBytes: number): LimitRule {
  return (view, setting, soFar) => {
    const used = view.usedBytes;
    const floor = view.floor?.heapBytes ?? null;
    const figures = {
      rule: 'maxHeap',
      code: 'PLIM_WARN_HEAP_LEVEL',
      timeToLimitMs: timeTo(view.heap, maxBytes),
    } as const;
    const ofMax = (bytes: number): string =>
      `${formatBytes(bytes)}, ${percent(bytes / maxBytes)} of the ${formatBytes(maxBytes)} set for it.`;
    if (floor !== null && (used < maxBytes || floor >= setting.warning * maxBytes)) {
      const message = `After a collection the heap still holds ${ofMax(floor)}`;
      return compare({ ...figures, value: floor / maxBytes, reading: view.floors, message }, setting, soFar);
    }
    if (used < maxBytes && floor === null) return null;
    const message = `The heap holds ${ofMax(used)} Part of it may be garbage: the last collection is some time ago.`;
    const noCritical = { warning: setting.warning, critical: Infinity };
    return compare({ ...figures, value: used / maxBytes, reading: view.samples, message }, noCritical, soFar);
  };
}

/** The container's working set as a share of its limit. */
export const judgeContainer: LimitRule = (view, setting, soFar) => {
  const { container, memory } = view.sample;
  if (container?.limitBytes == null) return null;
  const { limitBytes, workingSetBytes } = container;
  const share = workingSetBytes / limitBytes;
  const figures = {
    rule: 'container',
    code: 'PLIM_WARN_CONTAINER_LEVEL',
    value: share,
    reading: view.samples,
    message:
      `The container uses ${formatBytes(workingSetBytes)}, ${percent(share)} of its limit of ${formatBytes(limitBytes)}; ` +
      `${formatBytes(memory.rss)} are this process's.`,
  } as const;
  return compare(figures, setting, soFar);
};

/** Share of time in which work waited for memory. */
export const judgePressure: LimitRule = ({ sample, samples }, setting, soFar) => {
  if (sample.pressure === null) return null;
  const { some10, of } = sample.pressure;
  const figures = {
    rule: 'pressure',
    code: 'PLIM_WARN_MEMORY_PRESSURE',
    value: some10,
    reading: samples,
    message: `In the last 10 s work of the ${of} waited for memory ${percent(some10)} of the time.`,
  } as const;
  return compare(figures, setting, soFar);
};

/** Share of the last minute in major collections. */
export const judgeGc: LimitRule = ({ gcShare, samples }, setting, soFar) => {
  if (gcShare === null) return null;
  const figures = {
    rule: 'gc',
    code: 'PLIM_WARN_GC_PRESSURE',
    value: gcShare,
    reading: samples,
    message: `Major collections took ${percent(gcShare)} of the last minute.`,
  } as const;
  return compare(figures, setting, soFar);
};

/** Every part of the program against its budget. */
export function judgeBudgets(view: View, setting: RuleSetting, soFar: LevelSoFar): Verdict[] {
  return view.components.flatMap(({ name, bytes, maxBytes }) => {
    if (bytes === null) return [];
    const share = bytes / maxBytes;
    const figures = {
      rule: `budget:${name}`,
      code: 'PLIM_WARN_MEMORY_BUDGET',
      value: share,
      reading: view.samples,
      message: `\`${name}\` holds ${formatBytes(bytes)}, ${percent(share)} of its budget of ${formatBytes(maxBytes)}.`,
    } as const;
    return [compare(figures, setting, soFar)];
  });
}

/** How the limits of the process go together: said once. */
export const judgeLimits: LimitRule = ({ configuration }) => {
  if (configuration === null) return null;
  const { level, message, advice, ratio } = configuration;
  return {
    rule: 'configuration',
    code: 'PLIM_WARN_MEMORY_LIMITS',
    level,
    value: ratio ?? 0,
    threshold: 0,
    message: advice === null ? message : `${message} ${advice}`,
    timeToLimitMs: null,
    reading: 1,
  };
};
