/** What TC39's disposable stacks take: disposables, values with a function that ends them, and bare functions. */
import type { KindError } from '../../base/errors.ts';
import { type Ending, Entry, type EntryKind, type EntryOptions } from '../entry.ts';
import { assertFunction, wrongKind } from './kind.ts';

type Method = (this: unknown) => unknown;

/** Reads a method as TC39 does: absent when nullish, an error when it is anything else but a function. */
function readMethod(value: object, key: symbol): Method | undefined {
  const method: unknown = Reflect.get(value, key, value);
  if (method === undefined || method === null) return undefined;
  if (typeof method !== 'function') throw notDisposable(value);
  return method as Method;
}

function notDisposable(value: unknown): KindError {
  return wrongKind('value', 'something with a method Symbol.dispose or Symbol.asyncDispose', value);
}

/** Errors of core disposers that only say that the thing had ended before. */
const ENDED_BEFORE: ReadonlySet<unknown> = new Set(['ERR_SERVER_NOT_RUNNING', 'ERR_DIR_CLOSED']);

function passUnlessEnded(error: unknown): void {
  if (!(error instanceof Error && ENDED_BEFORE.has((error as NodeJS.ErrnoException).code))) throw error;
}

/** A disposable of either kind; its methods are read once, here. */
export class DisposableEntry extends Entry {
  readonly #value: object;
  readonly #asyncMethod: Method | undefined;
  readonly #method: Method | undefined;

  constructor(value: unknown, options?: EntryOptions) {
    super(options);
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) throw notDisposable(value);
    this.#value = value;
    this.#asyncMethod = readMethod(value, Symbol.asyncDispose);
    this.#method = readMethod(value, Symbol.dispose);
    if (this.#asyncMethod === undefined && this.#method === undefined) throw notDisposable(value);
  }

  get kind(): EntryKind {
    return 'disposable';
  }

  override get isFollowed(): boolean {
    return this.#asyncMethod !== undefined;
  }

  override isFor(value: unknown): boolean {
    return this.#value === value;
  }

  end({ isSync }: Ending): unknown {
    if (this.#asyncMethod === undefined || (isSync && this.#method !== undefined)) {
      // As in TC39's stacks, nobody waits for what a synchronous method returns.
      this.#method!.call(this.#value);
      return undefined;
    }
    const pending = this.#asyncMethod.call(this.#value);
    return pending instanceof Promise ? pending.catch(passUnlessEnded) : pending;
  }
}

/** An `async` function goes on after its first `await`; others are taken at their word until they return. */
function isAsyncFunction(value: object): boolean {
  return (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag] === 'AsyncFunction';
}

/** A value and the function that ends it. */
export class AdoptedEntry<T> extends Entry {
  readonly #value: T;
  readonly #onDispose: (value: T) => unknown;

  constructor(value: T, onDispose: (value: T) => unknown, options?: EntryOptions) {
    super(options);
    assertFunction('onDispose', onDispose);
    this.#value = value;
    this.#onDispose = onDispose;
  }

  get kind(): EntryKind {
    return 'adopted';
  }

  override get isFollowed(): boolean {
    return isAsyncFunction(this.#onDispose);
  }

  override isFor(value: unknown): boolean {
    return this.#value === value;
  }

  end(): unknown {
    const onDispose = this.#onDispose;
    return onDispose(this.#value);
  }
}

/** A function to be called at the end. */
export class DeferredEntry extends Entry {
  readonly #onDispose: () => unknown;

  constructor(onDispose: () => unknown, options?: EntryOptions) {
    super(options);
    assertFunction('onDispose', onDispose);
    this.#onDispose = onDispose;
  }

  get kind(): EntryKind {
    return 'deferred';
  }

  override get isFollowed(): boolean {
    return isAsyncFunction(this.#onDispose);
  }

  override isFor(value: unknown): boolean {
    return this.#onDispose === value;
  }

  end(): unknown {
    const onDispose = this.#onDispose;
    return onDispose();
  }
}
