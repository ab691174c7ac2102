/** Rules that say that something grows without end: the heap's floor, memory outside it, counts. Pure. */
import type { Level } from '../../base/alert.ts';
import type { WarningCode } from '../../base/warnings.ts';
import { formatBytes, formatCount, formatDuration } from '../../base/units.ts';
import type { Growth } from '../growth/growth.ts';
import { nearer, rateOf, timeTo } from './time-to-limit.ts';
import type { RuleSetting } from './rule-options.ts';
import type { Verdict } from './verdict.ts';
import type { CountGrowth, View } from './view.ts';

interface Kind {
  readonly rule: 'growth' | 'external' | 'native';
  readonly code: WarningCode;
  readonly what: string;
  readonly hint: string;
}

const HEAP: Kind = {
  rule: 'growth',
  code: 'PLIM_WARN_HEAP_GROWTH',
  what: "The heap's floor",
  hint: '`plimsoll run`, or two heap snapshots some minutes apart and `plimsoll diff`, name what holds it.',
};

const EXTERNAL: Kind = {
  rule: 'external',
  code: 'PLIM_WARN_EXTERNAL_GROWTH',
  what: 'What Buffers and other objects hold outside the heap',
  hint: 'Look for Buffers that are kept; `plimsoll run` names who keeps them.',
};

const NATIVE: Kind = {
  rule: 'native',
  code: 'PLIM_WARN_NATIVE_GROWTH',
  what: 'Memory that is neither in the heap nor held by its objects',
  hint: 'Suspect a native addon, or the allocator: try MALLOC_ARENA_MAX=2 or jemalloc.',
};

/** Whether the judge of long trends calls it a leak. */
export function isLeak({ finding }: Growth): boolean {
  return finding?.verdict === 'leak';
}

/**
 * Growth is told of when the judge of long trends calls it a leak, or when it has gone on for ten minutes at the rate
 * `setting.warning`; it is critical when a limit is nearer than `setting.critical`.
 */
function judge(kind: Kind, view: View, growth: Growth, limits: readonly (number | null)[], setting: RuleSetting) {
  if (growth.value === null) return null;
  const rate = rateOf(growth) ?? 0;
  const isFast = setting.warning > 0 && (growth.recentPerMinute ?? 0) >= setting.warning;
  const isGrowing = isFast || (isLeak(growth) && rate >= setting.warning);
  const timeToLimitMs = limits.reduce(
    (nearest, left) => {
      return nearer(nearest, left === null ? null : timeTo({ ...growth, value: 0 }, left));
    },
    null as number | null,
  );
  const isNear = timeToLimitMs !== null && timeToLimitMs <= setting.critical;
  const level: Level = !isGrowing ? 'ok' : isNear ? 'critical' : 'warning';
  return {
    rule: kind.rule,
    code: kind.code,
    level,
    value: rate,
    threshold: setting.warning,
    message: messageOf(kind, growth, rate, timeToLimitMs),
    timeToLimitMs: isGrowing ? timeToLimitMs : null,
    // Two judgements must agree, not one that is looked at twice.
    reading: isFast ? view.samples : growth.judgements,
  };
}

function messageOf(
  { what, hint }: Kind,
  { finding, value }: Growth,
  rate: number,
  timeToLimitMs: number | null,
): string {
  const perWork = finding?.bytesPerWork ?? null;
  const each = perWork === null || perWork <= 0 ? '' : ` (${formatBytes(perWork)} a request)`;
  const left = timeToLimitMs === null ? '' : `; the limit is ${formatDuration(timeToLimitMs)} away`;
  const why = finding?.verdict === 'leak' ? ` ${finding.reason}` : '';
  return `${what} grows by ${formatBytes(rate)} a minute${each}, and is ${formatBytes(value ?? 0)} now${left}.${why} ${hint}`;
}

/** What the container has left, bytes. */
function containerLeft({ sample: { container } }: View): number | null {
  return container?.limitBytes == null ? null : Math.max(0, container.limitBytes - container.workingSetBytes);
}

/** The heap's floor, on its way to the limit of the heap or of the container. */
export function judgeHeapGrowth(view: View, setting: RuleSetting): Verdict | null {
  const limit = view.sample.heap?.floorLimitBytes;
  const left = limit === undefined ? null : Math.max(0, limit - (view.heap.value ?? 0));
  return judge(HEAP, view, view.heap, [left, containerLeft(view)], setting);
}

/** Memory outside the heap that its objects hold. */
export function judgeExternal(view: View, setting: RuleSetting): Verdict | null {
  return judge(EXTERNAL, view, view.external, [containerLeft(view)], setting);
}

/** RSS less heap and external: meaningful only while the heap itself does not grow, whose pages it holds as well. */
export function judgeNative(view: View, setting: RuleSetting): Verdict | null {
  const isElsewhere = isLeak(view.heap) || isLeak(view.external);
  const growth = isElsewhere ? { ...view.native, finding: null, recentPerMinute: null } : view.native;
  return judge(NATIVE, view, growth, [containerLeft(view)], setting);
}

function judgeCounts(
  rule: 'handles' | 'listeners',
  code: WarningCode,
  counts: readonly CountGrowth[],
  setting: RuleSetting,
): Verdict | null {
  if (counts.length === 0) return null;
  const growing = counts.filter(({ growth }) => isLeak(growth) && growth.finding!.growth >= setting.warning);
  const worst = growing.toSorted((a, b) => b.growth.finding!.growth - a.growth.finding!.growth)[0];
  const base = {
    rule,
    code,
    reading: counts.reduce((sum, { growth }) => sum + growth.judgements, 0),
    timeToLimitMs: null,
  };
  if (worst === undefined) {
    return { ...base, level: 'ok', value: 0, threshold: setting.warning, message: `No kind of ${rule} grows.` };
  }
  const { finding } = worst.growth;
  const isCritical = worst.count >= setting.critical;
  const what = rule === 'handles' ? `Open handles of kind ${worst.kind}` : `Listeners on ${worst.kind}`;
  return {
    ...base,
    level: isCritical ? 'critical' : 'warning',
    value: worst.count,
    threshold: isCritical ? setting.critical : setting.warning,
    message:
      `${what} grew by ${formatCount(finding!.growth)} in ${formatDuration(finding!.spanMs)} and did not stop: ` +
      `there are ${formatCount(worst.count)}. ${
        rule === 'handles'
          ? 'Something opens them and does not close them.'
          : 'Something adds listeners and does not take them off.'
      }`,
  };
}

/** Open handles by kind. */
export function judgeHandles(view: View, setting: RuleSetting): Verdict | null {
  return judgeCounts('handles', 'PLIM_WARN_HANDLE_GROWTH', view.handles, setting);
}

/** Listeners by what they are on. */
export function judgeListeners(view: View, setting: RuleSetting): Verdict | null {
  return judgeCounts('listeners', 'PLIM_WARN_LISTENER_GROWTH', view.listeners, setting);
}
