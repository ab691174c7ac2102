/**
 * Figures over time in bounded memory: the last hour or more as fine as it comes, and a day by the minute. All of it is
 * typed arrays made at the start, so that a page that is open for months is as large as one that was just opened.
 */
import { Columns } from '../../struct/columns.ts';
import { type Column, COLUMNS, type Row } from './rows.ts';

const MINUTE_MS = 60_000;
const FINE_SPACING_MS = 2_000;
const FINE_ROWS = 1_900;
/** A day, and some room for gaps. */
const COARSE_ROWS = 1_500;
/** The fine rows cover so much at least. */
export const FINE_SPAN_MS = 60 * MINUTE_MS;
/** Of several rows in one slot these keep their highest figure, the others their newest. */
const PEAKS: ReadonlySet<Column> = new Set<Column>(['gcShare', 'loopP99', 'loopMax', 'utilization']);

/** Rows of one fineness. */
class Tier {
  readonly #spacingMs: number;
  readonly #rows: Columns<Column>;

  constructor(spacingMs: number, mostRows: number) {
    this.#spacingMs = spacingMs;
    this.#rows = new Columns(COLUMNS, mostRows);
    // Has its room made now.
    this.#rows.push({ at: 0 });
  }

  add(row: Row): void {
    const last = this.#rows.last('at')!;
    if (Math.floor(last / this.#spacingMs) !== Math.floor(row.at / this.#spacingMs)) return this.#rows.push(row);
    const merged: Partial<Record<Column, number | null>> = { ...row };
    for (const name of PEAKS) {
      const [before, now] = [this.#rows.last(name), row[name] ?? null];
      merged[name] = before === null || now === null ? (now ?? before) : Math.max(before, now);
    }
    this.#rows.replaceLast(merged);
  }

  /** Leaves a gap in every line. */
  breakAt(at: number): void {
    this.#rows.push({ at });
  }

  /** The rows from `from` on, by column. */
  since(from: number): Record<Column, (number | null)[]> {
    const rows = this.#rows;
    let first = rows.length;
    while (first > 0 && rows.at(first - 1, 'at')! >= from && rows.at(first - 1, 'at')! > 0) first--;
    const length = rows.length - first;
    const column = (name: Column): (number | null)[] => Array.from({ length }, (_, i) => rows.at(first + i, name));
    return Object.fromEntries(COLUMNS.map((name) => [name, column(name)])) as Record<Column, (number | null)[]>;
  }
}

/** All that the page remembers. */
export class History {
  readonly #fine: Tier = new Tier(FINE_SPACING_MS, FINE_ROWS);
  readonly #coarse: Tier = new Tier(MINUTE_MS, COARSE_ROWS);
  #lastAt = 0;

  /** When the newest row was taken, ms since 1970; 0 before the first. */
  get lastAt(): number {
    return this.#lastAt;
  }

  /**
   * Adds a row, unless it is older than what is there.
   *
   * @param gapMs - with nothing for longer than this, nobody knows what was between
   */
  add(row: Row, gapMs: number): void {
    if (!(row.at > this.#lastAt)) return;
    if (this.#lastAt > 0 && row.at - this.#lastAt > gapMs) this.breakLines();
    this.#lastAt = row.at;
    this.#fine.add(row);
    this.#coarse.add(row);
  }

  /** What comes next is of another process, or after a time that nobody knows of. */
  breakLines(): void {
    if (this.#lastAt === 0) return;
    this.#lastAt++;
    this.#fine.breakAt(this.#lastAt);
    this.#coarse.breakAt(this.#lastAt);
  }

  /** The last `spanMs`, by column, oldest first; times are ms since 1970. */
  last(spanMs: number): Record<Column, (number | null)[]> {
    const tier = spanMs <= FINE_SPAN_MS ? this.#fine : this.#coarse;
    return tier.since(this.#lastAt - spanMs);
  }
}
