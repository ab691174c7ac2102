import { formatBytes, formatCount } from '../../base/units.ts';

/** How far above its owner's expectation a cache is. */
export type Level = 'ok' | 'warning' | 'critical';

/** Critical is above so many times `warnBytes`. */
const CRITICAL_FACTOR = 2;
/** A warning is over below so much of `warnBytes`. */
const END_PART = 0.9;

/** Where a cache's bytes stand against `warnBytes`. */
export class ByteLevel {
  level: Level = 'ok';
  readonly warnBytes: number;
  readonly criticalBytes: number;
  /** Between two neighbours of these, nothing changes. */
  readonly marks: readonly number[];

  constructor(warnBytes: number) {
    this.warnBytes = warnBytes;
    this.criticalBytes = warnBytes * CRITICAL_FACTOR;
    // What is weighed is whole: "above" begins at the next byte.
    this.marks = [warnBytes * END_PART, warnBytes + 1, this.criticalBytes + 1];
  }

  /** The level that was just reached from below, if one was. Critical lasts until `warnBytes` is kept again. */
  judge(bytes: number): 'warning' | 'critical' | undefined {
    const before = this.level;
    if (bytes > this.criticalBytes) this.level = 'critical';
    else if (bytes <= this.warnBytes)
      this.level = before === 'ok' || bytes < this.warnBytes * END_PART ? 'ok' : 'warning';
    else if (before === 'ok') this.level = 'warning';
    if (this.level === before || this.level === 'ok') return undefined;
    return this.level === 'warning' && before === 'critical' ? undefined : this.level;
  }

  /** What is said of the cache `title` at the warning. */
  describe(title: string, bytes: number): string {
    const [held, mark, end] = [bytes, this.warnBytes, this.criticalBytes].map(formatBytes);
    return `${title} holds ${held}, more than its \`warnBytes\` of ${mark}. Store less or smaller values, give entries a shorter \`ttl\`, bound it with \`maxBytes\`, or raise \`warnBytes\`. Above ${end} it is cut back to ${mark}.`;
  }

  /** What is said of the cache `title` once it was cut back. */
  describeCut(
    title: string,
    cut: { readonly from: number; readonly to: number; readonly expired: number; readonly evicted: number },
  ): string {
    const [held, mark, now] = [cut.from, this.warnBytes, cut.to].map(formatBytes);
    const gone = `${formatCount(cut.expired)} expired and ${formatCount(cut.evicted)} live entries were taken out, the least useful first`;
    const rest = cut.to > this.warnBytes ? '; the rest follows with the next sets, unless it is pinned' : '';
    return `${title} held ${held}, more than twice its \`warnBytes\` of ${mark}: ${gone}, and it holds ${now} now${rest}. Find out what makes it grow, bound it with \`maxBytes\`, or raise \`warnBytes\`.`;
  }
}
