/** Makes a table of the page sortable by its heads, and its rows findable. */
import { el } from './dom.ts';

export function enliven(host: HTMLElement): void {
  const table = host.querySelector('table')!;
  const body = table.tBodies[0]!;
  const rows = [...body.rows];
  const heads = [...table.tHead!.rows[0]!.cells];
  heads.forEach((head, column) => {
    const button = el('button', { type: 'button' }, head.textContent);
    button.addEventListener('click', () => sortBy(column));
    head.replaceChildren(button);
  });
  // As the page has it: what retains most comes first.
  heads[1]?.setAttribute('aria-sort', 'descending');

  const filter = el('input', { type: 'search', placeholder: 'part of a name', spellcheck: 'false' });
  const shown = el('span', { class: 'found', role: 'status' });
  filter.addEventListener('input', () => {
    const query = filter.value.trim().toLowerCase();
    for (const row of rows) row.hidden = !row.cells[0]!.textContent.toLowerCase().includes(query);
    const left = rows.filter((row) => !row.hidden).length;
    shown.textContent = query === '' ? '' : `${left} of ${rows.length}`;
  });
  host.prepend(el('div', { class: 'tools' }, el('label', {}, 'Find ', filter), shown));

  function sortBy(column: number): void {
    const head = heads[column]!;
    const isNumber = head.classList.contains('num');
    // Figures begin with the largest, names with the first.
    const before = head.getAttribute('aria-sort');
    const isUp = before === null ? !isNumber : before === 'descending';
    for (const other of heads) other.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', isUp ? 'ascending' : 'descending');
    const sign = isUp ? 1 : -1;
    const compare = (a: HTMLTableRowElement, b: HTMLTableRowElement): number => {
      const [one, other] = [a.cells[column]!, b.cells[column]!];
      return isNumber
        ? Number(one.dataset['value']) - Number(other.dataset['value'])
        : one.textContent.localeCompare(other.textContent);
    };
    body.append(...rows.sort((a, b) => sign * compare(a, b)));
  }
}
