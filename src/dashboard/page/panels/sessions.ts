/** Sessions, the largest first. */
import { byId, setText } from '../dom.ts';
import { ABSENT, bytesText, countText, durationText, shareText } from '../format.ts';
import { showFacts } from '../facts.ts';
import type { PageState, Panel } from '../state.ts';
import { SortableTable } from '../table.ts';
import { has, list, number, pick, text, unavailable } from '../wire.ts';

interface SessionRow {
  readonly id: string;
  readonly bytes: number | null;
  readonly limitBytes: number | null;
  readonly idleMs: number | null;
}

const SHOWN = 8;
/** Of its budget; from there on a session is warned of, and refused. */
const NEAR = 0.8;

export class SessionsPanel implements Panel {
  readonly #table: SortableTable<SessionRow>;

  /** @param close - asks whether to close a session; @param canClose - whether that is offered */
  constructor(close: (id: string) => void, canClose: () => boolean) {
    this.#table = new SortableTable<SessionRow>({
      id: 'sessions-table',
      caption: 'The largest sessions',
      sortedBy: 1,
      most: SHOWN,
      columns: [
        { title: 'Session', text: ({ id }) => id.replace(/^session#/, '#'), sortBy: ({ id }) => id },
        { title: 'Bytes', text: ({ bytes }) => bytesText(bytes), sortBy: ({ bytes }) => bytes },
        {
          title: 'Budget',
          text: (row) => shareText(shareOf(row)),
          sortBy: shareOf,
          tone: (row) => toneOf(shareOf(row)),
        },
        { title: 'Idle', text: ({ idleMs }) => durationText(idleMs), sortBy: ({ idleMs }) => idleMs },
      ],
      action: {
        title: 'Close',
        label: ({ id }) => `Close session ${id}`,
        isOffered: canClose,
        run: ({ id }) => close(id),
      },
    });
  }

  show({ sample }: PageState): void {
    const sessions = pick(sample, 'sessions');
    const rows = list(sessions, 'largest').map(rowOf);
    this.#table.show(rows);
    byId('sessions-table').hidden = rows.length === 0;
    const failed = unavailable(sessions);
    setText(
      byId('sessions-note'),
      failed === null ? noteOn(sample, rows.length) : `The sessions cannot be asked: ${failed}`,
    );
    const of = (used: string, limit: string, format: (value: number | null) => string): string => {
      const most = number(sessions, limit);
      return `${format(number(sessions, used))}${most === null ? '' : ` of ${format(most)}`}`;
    };
    showFacts(
      'sessions-facts',
      has(sample, 'sessions')
        ? [
            ['open', of('open', 'maxSessions', countText)],
            ['in use', of('usedBytes', 'totalBytes', bytesText)],
            ['waiting', countText(number(sessions, 'queued'))],
            ['refused', countText(number(sessions, 'refused'))],
          ]
            .map(([name, value]) => [name!, value!] as const)
            .filter(([, value]) => value !== ABSENT)
        : [],
    );
  }
}

function rowOf(session: unknown): SessionRow {
  return {
    id: text(session, 'id') ?? '(no id)',
    bytes: number(session, 'bytes'),
    limitBytes: number(session, 'limitBytes'),
    idleMs: number(session, 'idleMs'),
  };
}

function shareOf({ bytes, limitBytes }: SessionRow): number | null {
  return bytes === null || limitBytes === null || limitBytes === 0 ? null : bytes / limitBytes;
}

function toneOf(share: number | null): string | null {
  if (share === null || share < NEAR) return null;
  return share >= 1 ? 'bad' : 'warn';
}

function noteOn(sample: unknown, shown: number): string {
  if (!has(sample, 'sessions')) return 'No session broker was handed to the system API (option `sessions`).';
  const left = (number(sample, 'sessions', 'open') ?? shown) - shown;
  return left > 0 && shown > 0 ? `The ${countText(shown)} largest; ${countText(left)} more are open.` : '';
}
