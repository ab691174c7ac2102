import type { HeapSnapshot } from '../../src/snapshot/open.ts';
import { HeapBuilder, type HeapFormat, type NodeOptions, type Ref } from './heap-builder.ts';
import { openBytes } from './open-bytes.ts';

/** Where a function or a class stands: in which script, on which line from 1. */
export interface Source {
  readonly script: string;
  readonly line: number;
}

/** The scope of an ES module or of a function. */
export interface Scope {
  readonly scope: Ref;
  /** Declares a variable and returns what it holds. */
  readonly declare: (name: string, value: Ref) => Ref;
}

export interface Module extends Scope {
  readonly main: Ref;
  /** Declares its exported variable, which V8 keeps in a cell and not in the scope; one for each module. */
  readonly export: (name: string, value: Ref) => Ref;
}

/**
 * The heap of a running program, drawn as V8 draws it: scopes with functions in them, scripts behind the functions,
 * Maps and Arrays with their stores, numbers with their texts.
 *
 * ```ts
 * const app = new ProgramHeap();
 * const clients = app.module('file:///app/agent.mjs').declare('clients', app.map());
 * const snapshots = await app.watch(() => app.put(clients, app.string('key'), app.object('Client')));
 * ```
 */
export class ProgramHeap extends HeapBuilder {
  readonly global: Ref;
  readonly #scripts = new Map<string, { readonly id: number; readonly node: Ref }>();
  readonly #stores = new Map<Ref, Ref>();
  readonly #lengths = new Map<Ref, number>();

  constructor() {
    super();
    this.global = this.property(this.root, 'global', this.object('global'));
  }

  /** A function with its code and its scope. */
  fn(name: string, source: Source, context?: Ref): Ref {
    const script = this.#script(source.script);
    const closure = this.location(this.closure(name, { self: 64 }), { script: script.id, line: source.line - 1 });
    const shared = this.internal(closure, 'shared', this.node('code', name));
    this.internal(shared, 'script_or_debug_info', script.node);
    if (context !== undefined) this.internal(closure, 'context', context);
    return closure;
  }

  /** An instance of a class of the program. */
  instance(className: string, source: Source, options?: NodeOptions): Ref {
    const node = this.object(className, options);
    return this.location(node, { script: this.#script(source.script).id, line: source.line - 1 });
  }

  /** A module that stays loaded, with a function `main` on line 1 in its scope. */
  module(script: string): Module {
    const scope = this.object('system / Context', { self: 40 });
    const main = this.fn('main', { script, line: 1 }, scope);
    const textModule = this.internal(scope, 'extension', this.node('code', 'system / SourceTextModule'));
    const exported = this.hidden(textModule, 1, this.array(''));
    this.internal(this.root, String(this.nodeCount), main);
    return {
      scope,
      main,
      declare: (name, value) => this.context(scope, name, value),
      export: (name, value) => {
        const cell = this.node('hidden', 'system / Cell');
        this.internal(exported, '3', this.string(name));
        this.internal(exported, '4', cell);
        return this.internal(cell, 'value', value);
      },
    };
  }

  /** The scope that one call of a function leaves behind, kept by a function made in it. */
  closureScope(name: string, source: Source): Scope & { readonly made: Ref } {
    const scope = this.object('system / Context', { self: 40 });
    const made = this.fn(name, source, scope);
    return { scope, made, declare: (variable, value) => this.context(scope, variable, value) };
  }

  map(): Ref {
    return this.#withStore(this.object('Map', { self: 32 }), 'table', this.array('', { self: 64 }));
  }

  set(): Ref {
    return this.#withStore(this.object('Set', { self: 32 }), 'table', this.array('', { self: 64 }));
  }

  list(): Ref {
    return this.#withStore(this.object('Array', { self: 32 }), 'elements', this.array());
  }

  /** Adds an entry to a Map, or a member (its key is its value) to a Set. */
  put(map: Ref, key: Ref, value?: Ref): Ref {
    const store = this.#stores.get(map)!;
    const slot = this.#next(map) * 3 + 5;
    this.internal(store, String(slot), key);
    if (value !== undefined) this.internal(store, String(slot + 1), value);
    return value ?? key;
  }

  /** Adds an element to an Array, which V8 shows at the array and in its store. */
  push(list: Ref, value: Ref): Ref {
    const index = this.#next(list);
    this.internal(this.#stores.get(list)!, String(index), value);
    return this.element(list, index, value);
  }

  /** Deletes an entry, a member or an element. */
  drop(container: Ref, value: Ref): void {
    this.unlink(container, value);
    this.unlink(this.#stores.get(container)!, value);
  }

  /** Replaces the store of a container by one of `self` bytes, as when it grows beyond its room. */
  reallocate(container: Ref, self: number): void {
    const store = this.#stores.get(container)!;
    this.unlink(container, store);
    this.#stores.delete(container);
    this.#withStore(container, 'elements', this.array('(object elements)', { self }));
  }

  /** A number as a snapshot with numeric values has it. */
  number(value: number): Ref {
    const node = this.node('number', 'heap number', { self: 16 });
    this.internal(node, 'value', this.string(String(value), { self: 0 }));
    return node;
  }

  /** A plain object with a property for each entry. */
  record(properties: Readonly<Record<string, Ref>>, options?: NodeOptions): Ref {
    const node = this.object('Object', options);
    for (const [name, value] of Object.entries(properties)) this.property(node, name, value);
    return node;
  }

  snapshot(format: HeapFormat = {}): Promise<HeapSnapshot> {
    return openBytes(this.toBytes({ collected: true, ...format }));
  }

  /** Snapshots before, between and after the parts of a watch. */
  async watch(...parts: readonly (() => void)[]): Promise<HeapSnapshot[]> {
    const snapshots = [await this.snapshot()];
    for (const part of parts) {
      part();
      snapshots.push(await this.snapshot());
    }
    return snapshots;
  }

  #script(url: string): { readonly id: number; readonly node: Ref } {
    let script = this.#scripts.get(url);
    if (script === undefined) {
      script = { id: this.#scripts.size + 1, node: this.node('code', url) };
      this.#scripts.set(url, script);
    }
    return script;
  }

  #withStore(container: Ref, name: string, store: Ref): Ref {
    this.#stores.set(container, this.internal(container, name, store));
    return container;
  }

  #next(container: Ref): number {
    const next = this.#lengths.get(container) ?? 0;
    this.#lengths.set(container, next + 1);
    return next;
  }
}

/** Does something `count` times. */
export function times(count: number, work: (i: number) => void): void {
  for (let i = 0; i < count; i++) work(i);
}
