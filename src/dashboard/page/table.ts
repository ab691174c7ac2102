/** A table that can be sorted by every column and shows so many rows at first. Rows are used again, never rebuilt. */
import { byId, fill, make, setAttribute, setText } from './dom.ts';
import { countOf } from './format.ts';
import { compareCells, type Direction } from './sorting.ts';

export interface TableColumn<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
  /** What rows are sorted by; what is `null` comes last either way. */
  readonly sortBy: (row: Row) => number | string | null;
  /** `bad`, `warn` or nothing: how the cell is coloured, beside what it says. */
  readonly tone?: (row: Row) => string | null;
}

export interface TableAction<Row> {
  readonly title: string;
  readonly label: (row: Row) => string;
  readonly isOffered: () => boolean;
  readonly run: (row: Row) => void;
}

export interface TableOptions<Row> {
  /** The element's id in index.html. */
  readonly id: string;
  readonly caption: string;
  readonly columns: readonly TableColumn<Row>[];
  /** Column sorted by at first. */
  readonly sortedBy: number;
  /** Rows shown until somebody asks for all. */
  readonly most: number;
  readonly action?: TableAction<Row>;
}

export class SortableTable<Row> {
  readonly #options: TableOptions<Row>;
  readonly #headers: HTMLTableCellElement[];
  readonly #body: HTMLTableSectionElement;
  readonly #more: HTMLButtonElement;
  #rows: readonly Row[] = [];
  #shown: readonly Row[] = [];
  #sortedBy: number;
  #direction: Direction = 'descending';
  #isWhole = false;

  constructor(options: TableOptions<Row>) {
    this.#options = options;
    this.#sortedBy = options.sortedBy;
    this.#headers = options.columns.map(({ title }, i) => this.#makeHeader(title, i));
    this.#body = make('tbody', { role: 'rowgroup' });
    this.#more = make('button', { type: 'button', class: 'more' });
    this.#more.addEventListener('click', () => {
      this.#isWhole = !this.#isWhole;
      this.#render();
    });
    const head = make('tr', { role: 'row' }, ...this.#headers);
    if (options.action !== undefined) {
      const title = make('span', { class: 'unseen' }, options.action.title);
      head.append(make('th', { scope: 'col', role: 'columnheader', class: 'act' }, title));
      this.#body.addEventListener('click', (event) => this.#act(event));
    }
    const caption = make('caption', { class: 'unseen' }, options.caption);
    const table = make('table', { role: 'table' }, caption, make('thead', { role: 'rowgroup' }, head), this.#body);
    byId(options.id).append(table, this.#more);
  }

  show(rows: readonly Row[]): void {
    this.#rows = rows;
    this.#render();
  }

  #makeHeader(title: string, column: number): HTMLTableCellElement {
    const button = make('button', { type: 'button' }, title);
    button.addEventListener('click', () => {
      const isSame = column === this.#sortedBy;
      this.#direction = isSame && this.#direction === 'descending' ? 'ascending' : 'descending';
      this.#sortedBy = column;
      this.#render();
    });
    return make('th', { scope: 'col', role: 'columnheader' }, button);
  }

  #render(): void {
    const { columns, most, action } = this.#options;
    const { sortBy } = columns[this.#sortedBy]!;
    const sorted = [...this.#rows].sort((a, b) => compareCells(sortBy(a), sortBy(b), this.#direction));
    this.#shown = this.#isWhole ? sorted : sorted.slice(0, most);
    for (const [i, header] of this.#headers.entries()) {
      setAttribute(header, 'aria-sort', i === this.#sortedBy ? this.#direction : 'none');
    }
    const isActing = action?.isOffered() === true;
    setAttribute(this.#body.parentElement!, 'data-acts', isActing ? '' : null);
    fill(
      this.#body,
      this.#shown,
      () => this.#makeRow(),
      (element, row) => this.#showRow(element, row, isActing),
    );
    this.#body.parentElement!.hidden = sorted.length === 0;
    const hidden = sorted.length - most;
    this.#more.hidden = hidden <= 0;
    setText(this.#more, this.#isWhole ? `Show the first ${most}` : `Show ${countOf(hidden, 'more', 'more')}`);
    setAttribute(this.#more, 'aria-expanded', String(this.#isWhole));
  }

  #makeRow(): HTMLTableRowElement {
    const cells = this.#options.columns.map(({ title }, i) => {
      const cell = make(i === 0 ? 'th' : 'td', { role: i === 0 ? 'rowheader' : 'cell', 'data-title': title });
      if (i === 0) {
        cell.setAttribute('scope', 'row');
        cell.append(make('bdi'));
      }
      return cell;
    });
    const acts =
      this.#options.action === undefined
        ? []
        : [make('td', { role: 'cell', class: 'act' }, make('button', { type: 'button' }))];
    return make('tr', { role: 'row' }, ...cells, ...acts);
  }

  #showRow(element: HTMLTableRowElement, row: Row, isActing: boolean): void {
    const { columns, action } = this.#options;
    for (const [i, { text, tone }] of columns.entries()) {
      const cell = element.children[i]!;
      const shown = text(row);
      setText(i === 0 ? cell.firstElementChild! : cell, shown);
      if (i === 0) setAttribute(cell, 'title', shown);
      setAttribute(cell, 'data-tone', tone?.(row) ?? null);
    }
    if (action === undefined) return;
    const button = element.lastElementChild!.firstElementChild as HTMLButtonElement;
    button.hidden = !isActing;
    setText(button, action.title);
    setAttribute(button, 'aria-label', action.label(row));
  }

  #act(event: Event): void {
    const button = (event.target as Element).closest('button');
    const row = button?.closest('tr');
    if (row === null || row === undefined) return;
    const found = this.#shown[[...this.#body.children].indexOf(row)];
    if (found !== undefined) this.#options.action?.run(found);
  }
}
