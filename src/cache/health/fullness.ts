import { formatBytes, formatCount } from '../../base/units.ts';

/** How much a cache holds of what it may hold. */
export interface Filling {
  readonly size: number;
  /** `Infinity` where entries are not bounded. */
  readonly maxEntries: number;
  readonly bytes: number | undefined;
  /** `Infinity` where bytes are not bounded. */
  readonly maxBytes: number;
}

/** So far below the mark it must be before it is said again. */
const GAP = 0.1;
/** A mark as low as the gap is left by being empty. */
const LEAST_GAP_PART = 0.5;

/** The share of the bound that is taken, 0 to 1: that of the bound reached first. */
export function utilisationOf({ size, maxEntries, bytes, maxBytes }: Filling): number {
  return Math.max(size / maxEntries, (bytes ?? 0) / maxBytes);
}

/** Whether a cache is nearly full; said once, until it was clearly less full. */
export class Fullness {
  isOpen = false;
  /** The share from which it is. */
  readonly mark: number;
  /** The share below which it is no more. */
  readonly end: number;

  constructor(mark: number) {
    this.mark = mark;
    this.end = Math.max(mark - GAP, mark * LEAST_GAP_PART);
  }

  /** Whether it has just become so. */
  judge(filling: Filling): boolean {
    if (this.isOpen || utilisationOf(filling) < this.mark) return false;
    this.isOpen = true;
    return true;
  }

  /** Whether it has just ended. To be asked when entries have left, but for room: a batch of evictions ends nothing. */
  settle(filling: Filling): boolean {
    if (!this.isOpen || utilisationOf(filling) >= this.end) return false;
    this.isOpen = false;
    return true;
  }

  /** What is said of the cache `title`. */
  describe(title: string, filling: Filling): string {
    const { size, maxEntries, bytes, maxBytes } = filling;
    const byEntries = size / maxEntries >= (bytes ?? 0) / maxBytes;
    const held = byEntries
      ? `${formatCount(size)} of ${formatCount(maxEntries)} entries`
      : `${formatBytes(bytes ?? 0)} of ${formatBytes(maxBytes)}`;
    const bound = byEntries ? 'maxEntries' : 'maxBytes';
    const percent = Math.floor(utilisationOf(filling) * 100);
    return `${title} is ${percent} % full (${held}). Once it is full, what comes in pushes others out, as it is meant to. If its hit ratio is then too low, raise \`${bound}\`, give entries a \`ttl\`, or store less.`;
  }
}
