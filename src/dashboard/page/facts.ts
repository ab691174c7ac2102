import { byId, fill, make, setAttribute, setText } from './dom.ts';

/** A name, what it says, and how it is coloured: `warn`, `bad`. */
export type Fact = readonly [name: string, text: string, tone?: string | null];

/** Shows pairs of name and figure in a description list of index.html. */
export function showFacts(id: string, facts: readonly Fact[]): void {
  fill(byId(id), facts, makeFact, (element, [name, text, tone]) => {
    setText(element.firstElementChild!, name);
    setText(element.lastElementChild!, text);
    setAttribute(element, 'data-tone', tone ?? null);
  });
}

function makeFact(): HTMLElement {
  return make('div', {}, make('dt'), make('dd'));
}
