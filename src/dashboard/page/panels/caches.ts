/** The caches that have a name: sortable, the largest first. */
import { byId, byIdAs, setText } from '../dom.ts';
import { ABSENT, bytesText, countOf, countText, shareText } from '../format.ts';
import type { PageState, Panel } from '../state.ts';
import { SortableTable } from '../table.ts';
import { type Level, level, list, number, pick, text, unavailable } from '../wire.ts';

interface CacheRow {
  readonly name: string;
  readonly level: Level | null;
  readonly reasons: string;
  readonly entries: number | null;
  readonly capacity: number | null;
  readonly bytes: number | null;
  readonly hitRatio: number | null;
  readonly evictionsPerMinute: number | null;
}

const SHOWN = 10;
const SEVERITY = { ok: 0, warning: 1, critical: 2 } as const;
const TONES = { ok: null, warning: 'warn', critical: 'bad' } as const;

function rowOf(cache: unknown): CacheRow {
  return {
    name: text(cache, 'name') ?? '(no name)',
    level: level(cache, 'status'),
    reasons: list(cache, 'reasons').join(', '),
    entries: number(cache, 'stats', 'size'),
    capacity: number(cache, 'stats', 'capacity'),
    bytes: number(cache, 'stats', 'bytes'),
    hitRatio: number(cache, 'stats', 'hitRatio'),
    evictionsPerMinute: number(cache, 'stats', 'evictionsPerMinute'),
  };
}

const STATUS_WORDS: Readonly<Record<Level, string>> = { ok: 'healthy', warning: 'warning', critical: 'critical' };

export class CachesPanel implements Panel {
  readonly #table: SortableTable<CacheRow>;
  readonly #filter: HTMLInputElement = byIdAs('cache-filter', HTMLInputElement);
  #rows: readonly CacheRow[] = [];

  /** @param clear - asks whether to empty a cache; @param canClear - whether that is offered */
  constructor(clear: (name: string) => void, canClear: () => boolean) {
    this.#table = new SortableTable<CacheRow>({
      id: 'caches-table',
      caption: 'Caches',
      sortedBy: 2,
      most: SHOWN,
      columns: [
        { title: 'Cache', text: ({ name }) => name, sortBy: ({ name }) => name },
        {
          title: 'Status',
          text: (row) => (row.level === null ? ABSENT : STATUS_WORDS[row.level]),
          sortBy: (row) => (row.level === null ? null : SEVERITY[row.level]),
          tone: (row) => (row.level === null ? null : TONES[row.level]),
        },
        { title: 'Bytes', text: ({ bytes }) => bytesText(bytes), sortBy: ({ bytes }) => bytes },
        {
          title: 'Entries',
          text: ({ entries, capacity }) =>
            `${countText(entries)}${capacity === null ? '' : ` / ${countText(capacity)}`}`,
          sortBy: ({ entries }) => entries,
        },
        { title: 'Hit ratio', text: ({ hitRatio }) => shareText(hitRatio), sortBy: ({ hitRatio }) => hitRatio },
        {
          title: 'Evicted/min',
          text: ({ evictionsPerMinute }) => countText(evictionsPerMinute),
          sortBy: ({ evictionsPerMinute }) => evictionsPerMinute,
        },
      ],
      action: {
        title: 'Clear',
        label: ({ name }) => `Clear cache ${name}`,
        isOffered: canClear,
        run: ({ name }) => clear(name),
      },
    });
    this.#filter.addEventListener('input', () => this.#showRows());
  }

  show({ sample }: PageState): void {
    const caches = pick(sample, 'caches');
    const failed = unavailable(caches);
    this.#rows = list(caches, 'caches').map(rowOf);
    this.#filter.hidden = this.#rows.length <= SHOWN;
    setText(
      byId('caches-note'),
      failed === null ? noteOn(caches, this.#rows.length) : `The caches cannot be asked: ${failed}`,
    );
    this.#showRows();
  }

  #showRows(): void {
    const wanted = this.#filter.hidden ? '' : this.#filter.value.trim().toLowerCase();
    this.#table.show(wanted === '' ? this.#rows : this.#rows.filter(({ name }) => name.toLowerCase().includes(wanted)));
  }
}

function noteOn(caches: unknown, shown: number): string {
  const left = number(caches, 'left') ?? 0;
  const unnamed = number(caches, 'unnamed') ?? 0;
  const notes = [
    shown === 0
      ? 'No cache with a name.'
      : `${countOf(shown + left, 'cache', 'caches')}, ${bytesText(number(caches, 'totalBytes'))} in those that weigh.`,
    ...(left === 0 ? [] : [`The ${countText(shown)} largest are shown, ${countText(left)} more are not.`]),
    ...(unnamed === 0 ? [] : [`${countText(unnamed)} without a name ${unnamed === 1 ? 'is' : 'are'} not listed.`]),
  ];
  return notes.join(' ');
}
