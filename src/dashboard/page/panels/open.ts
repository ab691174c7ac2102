/** What is open: what scopes hold by kind, name and age, and what the runtime counts. */
import { byId, fill, make, setAttribute, setText } from '../dom.ts';
import { countOf, countText, durationText } from '../format.ts';
import type { PageState, Panel } from '../state.ts';
import { SortableTable } from '../table.ts';
import { counts, list, number, pick, text, unavailable } from '../wire.ts';

interface Group {
  readonly kind: string;
  readonly name: string;
  readonly count: number | null;
  readonly oldestMs: number | null;
}

const SHOWN = 8;
const MOST_HANDLES = 12;

function groupOf(group: unknown): Group {
  return {
    kind: text(group, 'kind') ?? '(no kind)',
    name: text(group, 'name') ?? '',
    count: number(group, 'count'),
    oldestMs: number(group, 'oldestMs'),
  };
}

export class OpenPanel implements Panel {
  readonly #table: SortableTable<Group> = new SortableTable<Group>({
    id: 'scopes-table',
    caption: 'What scopes hold',
    sortedBy: 1,
    most: SHOWN,
    columns: [
      {
        title: 'Kind',
        text: ({ kind, name }) => (name === '' ? kind : `${kind} ${name}`),
        sortBy: ({ kind, name }) => `${kind} ${name}`,
      },
      { title: 'Open', text: ({ count }) => countText(count), sortBy: ({ count }) => count },
      { title: 'Oldest', text: ({ oldestMs }) => durationText(oldestMs), sortBy: ({ oldestMs }) => oldestMs },
    ],
  });

  show({ sample, resources }: PageState): void {
    const scopes = pick(sample, 'scopes');
    const groups = list(resources, 'groups').map(groupOf);
    // Without the list of resources there are the kinds alone, and no ages.
    const kinds = counts(scopes, 'byKind').map(([kind, count]) => ({ kind, name: '', count, oldestMs: null }));
    this.#table.show(groups.length > 0 ? groups : kinds);
    byId('scopes-table').hidden = scopes === undefined;
    setText(byId('scopes-note'), noteOn(scopes, resources));
    const handles = counts(sample, 'monitor', 'handles').filter(([, count]) => count > 0);
    const shown = handles.slice(0, MOST_HANDLES);
    byId('handles').hidden = shown.length === 0;
    fill(byId('handles-list'), shown, makeHandle, (element, [kind, count]) => {
      setText(element.firstElementChild!, kind);
      setAttribute(element.firstElementChild!, 'title', kind);
      setText(element.lastElementChild!, countText(count));
    });
    const left = handles.length - shown.length;
    setText(byId('handles-more'), left > 0 ? `${countOf(left, 'kind', 'kinds')} more` : '');
  }
}

function makeHandle(): HTMLElement {
  return make('div', {}, make('dt'), make('dd'));
}

function noteOn(scopes: unknown, resources: unknown): string {
  if (scopes === undefined) return '';
  const failed = unavailable(scopes);
  if (failed !== null) return `The scopes cannot be asked: ${failed}`;
  const open = counts(scopes, 'byKind').reduce((sum, [, count]) => sum + count, 0);
  if (open === 0) return 'No scope holds anything.';
  const oldest = number(scopes, 'oldestMs');
  const large = number(resources, 'notListed') ?? 0;
  return [
    `${countOf(open, 'entry', 'entries')} in ${countOf(number(scopes, 'scopes') ?? 0, 'scope', 'scopes')}, the oldest ${durationText(oldest)} old.`,
    ...(large === 0
      ? []
      : [`${countOf(large, 'very large scope is', 'very large scopes are')} counted and not listed.`]),
  ].join(' ');
}
