/**
 * A tree as rows of boxes, each as wide as its share of the box above it. It can be zoomed, searched and walked by
 * keyboard; only what is wide enough to be seen is drawn.
 */
import { formatBytes } from '../../../../base/units.ts';
import { el, onWidth } from './dom.ts';

export interface Box {
  readonly name: string;
  /** Boxes of one kind have one colour. */
  readonly kind: string;
  readonly detail: string;
  readonly bytes: number;
  readonly children: readonly Box[];
}

interface Words {
  readonly label: string;
  /** What the uppermost box stands for. */
  readonly all: string;
}

const ROW = 26;
/** Narrower boxes are left out; narrower texts too. Pixels. */
const LEAST_WIDTH = 3;
const TEXT_WIDTH = 34;
const COLOURS = 8;

export function showBoxes(host: HTMLElement, root: Box, words: Words): void {
  const picture = new BoxPicture(root, words);
  host.replaceChildren(picture.tools, picture.frame, picture.info);
  onWidth(picture.frame, (width) => picture.draw(width));
}

class BoxPicture {
  readonly tools: HTMLElement;
  readonly frame: HTMLElement;
  readonly info: HTMLElement;
  readonly #root: Box;
  readonly #tree: HTMLElement;
  readonly #found: HTMLElement;
  readonly #out: HTMLButtonElement;
  readonly #parents = new Map<Box, Box>();
  #elements = new Map<Box, HTMLElement>();
  #boxOf = new Map<Element, Box>();
  #zoomed: Box;
  #selected: Box;
  #query = '';
  #width = 0;

  constructor(root: Box, words: Words) {
    this.#root = root;
    this.#zoomed = root;
    this.#selected = root;
    this.#noteParents(root);
    const search = el('input', { type: 'search', placeholder: 'class, variable, file', spellcheck: 'false' });
    this.#found = el('span', { class: 'found', role: 'status' });
    this.#out = el('button', { type: 'button', disabled: true }, words.all);
    this.tools = el('div', { class: 'tools' }, el('label', {}, 'Find ', search), this.#out, this.#found);
    this.#tree = el('div', { role: 'tree', 'aria-label': words.label });
    this.frame = el('div', { class: 'frame' }, this.#tree);
    this.info = el('p', { class: 'info', role: 'status' });
    search.addEventListener('input', () => this.#search(search.value));
    search.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') this.#goToLargestHit();
    });
    this.#out.addEventListener('click', () => this.#zoom(this.#root));
    this.#tree.addEventListener('keydown', (event) => this.#onKey(event));
    this.#tree.addEventListener('click', ({ target }) => {
      const box = this.#boxAt(target);
      if (box !== undefined) this.#zoom(box);
    });
    this.#tree.addEventListener('pointerover', ({ target }) => this.#tell(this.#boxAt(target) ?? this.#selected));
    this.#tree.addEventListener('pointerleave', () => this.#tell(this.#selected));
    this.#tree.addEventListener('focusin', ({ target }) => {
      const box = this.#boxAt(target);
      if (box !== undefined) this.#select(box);
    });
  }

  draw(width: number): void {
    this.#width = width;
    this.#elements = new Map();
    this.#boxOf = new Map();
    const above = this.#pathTo(this.#zoomed);
    above.forEach((box, depth) => this.#add(box, depth, 0, width));
    const rows = this.#addInside(this.#zoomed, above.length, 0, width);
    this.#tree.replaceChildren(...this.#elements.values());
    this.#tree.style.height = `${rows * ROW}px`;
    if (!this.#elements.has(this.#selected)) this.#selected = this.#zoomed;
    this.#elements.get(this.#selected)!.tabIndex = 0;
    this.#out.disabled = this.#zoomed === this.#root;
    this.#mark();
    this.#tell(this.#selected);
  }

  #noteParents(root: Box): void {
    const pending = [root];
    for (let box = pending.pop(); box !== undefined; box = pending.pop()) {
      for (const child of box.children) {
        this.#parents.set(child, box);
        pending.push(child);
      }
    }
  }

  /** From the root to `box`. */
  #pathTo(box: Box): Box[] {
    const path: Box[] = [];
    for (let at: Box | undefined = box; at !== undefined; at = this.#parents.get(at)) path.unshift(at);
    return path;
  }

  /** Draws what is below a box; returns the rows used. */
  #addInside(box: Box, depth: number, left: number, width: number): number {
    let rows = depth;
    let from = left;
    for (const child of box.children) {
      const share = box.bytes === 0 ? 0 : (width * child.bytes) / box.bytes;
      if (share >= LEAST_WIDTH) {
        this.#add(child, depth, from, share);
        rows = Math.max(rows, this.#addInside(child, depth + 1, from, share));
      }
      from += share;
    }
    return rows;
  }

  #add(box: Box, depth: number, left: number, width: number): void {
    const isAbove = depth < this.#pathTo(this.#zoomed).length;
    const node = el(
      'div',
      {
        role: 'treeitem',
        tabindex: -1,
        class: `box c${colourOf(box.kind)}${isAbove ? ' above' : ''}`,
        'aria-level': depth + 1,
        'aria-selected': 'false',
        'aria-expanded': box.children.length === 0 ? undefined : 'true',
        'aria-label': `${box.name}, ${formatBytes(box.bytes)}, ${this.#shareOf(box)}`,
      },
      width < TEXT_WIDTH ? '' : box.name,
    );
    node.style.left = `${left}px`;
    node.style.top = `${depth * ROW}px`;
    node.style.width = `${Math.max(LEAST_WIDTH - 1, width - 1)}px`;
    this.#elements.set(box, node);
    this.#boxOf.set(node, box);
  }

  #boxAt(target: EventTarget | null): Box | undefined {
    return target instanceof Element ? this.#boxOf.get(target) : undefined;
  }

  #shareOf({ bytes }: Box): string {
    const share = this.#root.bytes === 0 ? 0 : (bytes / this.#root.bytes) * 100;
    return `${share >= 10 ? share.toFixed(0) : share.toFixed(1)} % of all`;
  }

  #tell(box: Box): void {
    const rest = box.detail === '' ? '' : `, ${box.detail}`;
    this.info.replaceChildren(el('b', {}, box.name), ` ${formatBytes(box.bytes)}, ${this.#shareOf(box)}${rest}`);
  }

  #select(box: Box): void {
    const before = this.#elements.get(this.#selected);
    before?.setAttribute('aria-selected', 'false');
    if (before !== undefined) before.tabIndex = -1;
    this.#selected = box;
    const node = this.#elements.get(box)!;
    node.setAttribute('aria-selected', 'true');
    node.tabIndex = 0;
    this.#tell(box);
  }

  #focus(box: Box | undefined): void {
    if (box !== undefined) this.#elements.get(box)?.focus();
  }

  #zoom(box: Box): void {
    this.#zoomed = box;
    this.#selected = box;
    const hadFocus = this.frame.contains(document.activeElement) || document.activeElement === this.#out;
    this.draw(this.#width);
    if (hadFocus) this.#focus(box);
  }

  #onKey(event: KeyboardEvent): void {
    const box = this.#selected;
    const parent = this.#parents.get(box);
    const visible = (list: readonly Box[]): Box[] => list.filter((one) => this.#elements.has(one));
    const beside = (step: number): Box | undefined => {
      const row = visible(parent?.children ?? []);
      return row[row.indexOf(box) + step];
    };
    switch (event.key) {
      case 'ArrowDown':
        this.#focus(visible(box.children)[0]);
        break;
      case 'ArrowUp':
        this.#focus(parent);
        break;
      case 'ArrowRight':
        this.#focus(beside(1));
        break;
      case 'ArrowLeft':
        this.#focus(beside(-1));
        break;
      case 'Home':
        this.#focus(this.#root);
        break;
      case 'Enter':
      case ' ':
        this.#zoom(box);
        break;
      case 'Escape':
      case 'Backspace':
        this.#zoom(this.#parents.get(this.#zoomed) ?? this.#root);
        break;
      default:
        return;
    }
    event.preventDefault();
  }

  #search(query: string): void {
    this.#query = query.trim().toLowerCase();
    this.#mark();
  }

  #isHit(box: Box): boolean {
    return this.#query !== '' && `${box.name} ${box.detail}`.toLowerCase().includes(this.#query);
  }

  /** Hits, none inside another, so that their bytes may be added. */
  #hits(): Box[] {
    const hits: Box[] = [];
    const pending = [...this.#root.children];
    for (let box = pending.pop(); box !== undefined; box = pending.pop()) {
      if (this.#isHit(box)) hits.push(box);
      else pending.push(...box.children);
    }
    return hits;
  }

  #mark(): void {
    for (const [box, node] of this.#elements) {
      node.classList.toggle('hit', this.#isHit(box));
      node.classList.toggle('dim', this.#query !== '' && !this.#isHit(box));
    }
    const hits = this.#query === '' ? [] : this.#hits();
    const bytes = hits.reduce((sum, hit) => sum + hit.bytes, 0);
    this.#found.textContent =
      this.#query === ''
        ? ''
        : hits.length === 0
          ? 'none found'
          : `${hits.length} found, ${formatBytes(bytes)}; Enter shows the largest`;
  }

  #goToLargestHit(): void {
    const largest = this.#hits().sort((a, b) => b.bytes - a.bytes)[0];
    if (largest === undefined) return;
    this.#zoom(this.#parents.get(largest) ?? this.#root);
    this.#focus(largest);
  }
}

function colourOf(kind: string): number {
  let hash = 7;
  for (const char of kind) hash = (hash * 31 + char.codePointAt(0)!) >>> 0;
  return hash % COLOURS;
}
