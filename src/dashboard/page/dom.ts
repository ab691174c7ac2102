/** The little that the page needs of the DOM. All that comes from the server is put in as text, never as markup. */

type Attributes = Readonly<Record<string, string>>;

/** The element of that id, which index.html has. */
export function byId(id: string): HTMLElement {
  return byIdAs(id, HTMLElement);
}

/** The same, of its kind. */
export function byIdAs<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`The page has no such #${id}.`);
  return found;
}

/** A new element. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Writes only what has changed: readers of the screen and the layout are left alone otherwise. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export function setAttribute(element: Element, name: string, value: string | null): void {
  if (element.getAttribute(name) === value) return;
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

/** Has a list as many elements as there are things to show, and gives each its thing: elements are used again. */
export function fill<Thing, Kind extends Element>(
  parent: Element,
  things: readonly Thing[],
  create: () => Kind,
  show: (element: Kind, thing: Thing) => void,
): void {
  while (parent.children.length > things.length) parent.lastElementChild!.remove();
  while (parent.children.length < things.length) parent.append(create());
  for (const [i, thing] of things.entries()) show(parent.children[i] as Kind, thing);
}
