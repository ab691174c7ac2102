/** Elements without markup: whatever a name holds, it is text. */

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

function put(node: Element, attributes: Attributes, children: readonly (Node | string)[]): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children);
}

export function el<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(name);
  put(node, attributes, children);
  return node;
}

export function svg<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): SVGElementTagNameMap[K] {
  const node = document.createElementNS('http://www.w3.org/2000/svg', name);
  put(node, attributes, children);
  return node;
}

/** Calls `draw` now and whenever the width of `node` has changed. */
export function onWidth(node: Element, draw: (width: number) => void): void {
  let drawn = 0;
  const look = (): void => {
    const width = Math.floor(node.getBoundingClientRect().width);
    if (width === drawn || width === 0) return;
    drawn = width;
    draw(width);
  };
  look();
  new ResizeObserver(look).observe(node);
}
