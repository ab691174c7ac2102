/** Tells of scopes that were garbage-collected with something open in them. Nothing is disposed of then: it only warns. */
import { warn } from '../base/warnings.ts';
import type { EntryKind, Tally, Trace } from './entry.ts';

/** What is left to tell when a scope is gone; holds nothing of it. */
export class Remains implements Tally {
  readonly path: readonly string[];
  readonly trace: Trace | undefined;
  readonly #open: Map<EntryKind, number> = new Map();

  constructor(path: readonly string[], trace: Trace | undefined) {
    this.path = path;
    this.trace = trace;
  }

  note(kind: EntryKind, change: 1 | -1): void {
    const count = (this.#open.get(kind) ?? 0) + change;
    if (count === 0) this.#open.delete(kind);
    else this.#open.set(kind, count);
  }

  /** Warns, if anything is open. */
  tell(): void {
    if (this.#open.size === 0) return;
    const open = [...this.#open].map(([kind, count]) => `${count} ${kind}`).join(', ');
    const stack = this.trace?.stack?.replace(/^.*\n/, '\n') ?? '';
    warn({
      code: 'PLIM_WARN_SCOPE_ABANDONED',
      message: `The scope ${this.path.join(' > ')} was collected before it was closed; open in it: ${open}.${stack}`,
    });
  }
}

let registry: FinalizationRegistry<Remains> | undefined;

/** Watches `scope` until {@link forgetAbandoned}. */
export function watchAbandoned(scope: object, remains: Remains): void {
  registry ??= new FinalizationRegistry((left) => left.tell());
  registry.register(scope, remains, scope);
}

/** The scope was closed. */
export function forgetAbandoned(scope: object): void {
  registry?.unregister(scope);
}
