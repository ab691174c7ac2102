/** The index of one file: made once, asked by every rule. Each part is built when the first rule asks for it. */
import type { SourceCode } from '../ast/source.ts';
import { Classes } from './classes.ts';
import { isAudited, isBrowserOnly } from './file-kind.ts';
import { Lifetimes } from './lifetimes.ts';
import { Listeners } from './listeners.ts';
import { Places } from './places.ts';
import { Teardown } from './reach.ts';
import { Repetition } from './repetition.ts';
import { Stores } from './stores.ts';
import { Timers } from './timers.ts';
import { Tree } from './tree.ts';
import { Variables } from './variables.ts';

export class FileFacts {
  readonly source: SourceCode;
  readonly filename: string;
  readonly tree: Tree;
  readonly variables: Variables;
  readonly classes: Classes;
  readonly places: Places;
  readonly repetition: Repetition;
  readonly teardown: Teardown;
  readonly lifetimes: Lifetimes;
  #listeners: Listeners | undefined;
  #timers: Timers | undefined;
  #stores: Stores | undefined;

  constructor(source: SourceCode, filename: string) {
    this.source = source;
    this.filename = filename;
    this.tree = new Tree(source);
    this.variables = new Variables(source);
    this.classes = new Classes(this.tree, this.variables);
    this.places = new Places(this.variables, this.classes);
    this.repetition = new Repetition(this.variables, this.classes);
    this.teardown = new Teardown(this.tree);
    this.lifetimes = new Lifetimes(this);
  }

  get listeners(): Listeners {
    this.#listeners ??= new Listeners(this.tree, this.places, this.variables, this.source);
    return this.#listeners;
  }

  get timers(): Timers {
    this.#timers ??= new Timers(this.tree, this.places, this.variables);
    return this.#timers;
  }

  get stores(): Stores {
    this.#stores ??= new Stores(this);
    return this.#stores;
  }

  /** The source of a node, on one line and short enough for a message. */
  textOf(node: { readonly range: readonly [number, number] }): string {
    const text = this.source.text.slice(...node.range).replaceAll(/\s+/g, ' ');
    return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 3)}...` : text;
  }
}

const MAX_TEXT = 40;

const KNOWN = new WeakMap<SourceCode, FileFacts | null>();

/** The index of a file; `null` when nothing in it is worth reporting. */
export function factsOf(source: SourceCode, filename: string): FileFacts | null {
  const known = KNOWN.get(source);
  if (known !== undefined) return known;
  const facts = isAudited(filename, source) ? new FileFacts(source, filename) : null;
  const kept = facts !== null && isBrowserOnly(facts.tree, facts.variables) ? null : facts;
  KNOWN.set(source, kept);
  return kept;
}
