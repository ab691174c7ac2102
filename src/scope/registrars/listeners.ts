/** Listeners on emitters of Node's kind and on event targets of the web's. */
import { Entry, type EntryKind, type EntryOptions } from '../entry.ts';
import { hasMethods } from './events.ts';
import type { Held } from './held.ts';
import { assertFunction, wrongKind } from './kind.ts';

/** As much of an `EventEmitter` as is used. */
export interface EmitterLike {
  on(event: string | symbol, listener: AnyListener): unknown;
  off(event: string | symbol, listener: AnyListener): unknown;
}

/** As much of an `EventTarget` as is used. */
export interface EventTargetLike {
  addEventListener(type: string, listener: (event: unknown) => void): void;
  removeEventListener(type: string, listener: (event: unknown) => void): void;
}

/** Where a scope can listen. */
export type Listenable = EmitterLike | EventTargetLike;

/** @see {@link Scope.on} */
export interface ListenerOptions extends EntryOptions {
  /** Only for the first event; the listener leaves the scope with it. @default false */
  readonly once?: boolean;
}

/** Takes any parameters; without types of their own they are `unknown`. */
export type Listener = { listen(...args: unknown[]): void }['listen'];

type AnyListener = (...args: unknown[]) => void;

function isEmitter(target: unknown): target is EmitterLike {
  const { on, off } = (target ?? {}) as Partial<EmitterLike>;
  return typeof on === 'function' && typeof off === 'function';
}

/**
 * What can be listened to, with the names of an emitter. What is both is used as an emitter.
 *
 * @throws {PLIM_ERR_SCOPE_KIND}
 */
export function asEmitter(target: unknown): EmitterLike {
  if (isEmitter(target)) return target;
  if (!hasMethods(target, 'addEventListener', 'removeEventListener')) {
    throw wrongKind('target', 'an EventEmitter or an EventTarget', target);
  }
  const events = target as { [K in 'addEventListener' | 'removeEventListener']: (...args: unknown[]) => void };
  return {
    on: (event, listener) => events.addEventListener(event, listener),
    off: (event, listener) => events.removeEventListener(event, listener),
  };
}

export class ListenerEntry extends Entry implements Held {
  readonly #target: unknown;
  readonly #emitter: EmitterLike;
  readonly #event: string | symbol;
  readonly #listener: AnyListener;

  constructor(target: unknown, event: string | symbol, listener: AnyListener, options?: ListenerOptions) {
    super(options);
    assertFunction('listener', listener);
    this.#target = target;
    this.#emitter = asEmitter(target);
    this.#event = event;
    this.#listener = options?.once === true ? once(this, listener) : listener;
  }

  get kind(): EntryKind {
    return 'listener';
  }

  override isFor(value: unknown): boolean {
    return this.#target === value;
  }

  start(): this {
    this.#emitter.on(this.#event, this.#listener);
    return this;
  }

  end(): void {
    this.#emitter.off(this.#event, this.#listener);
  }

  dispose(): void {
    this.end();
    this.leave();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** Takes `entry` out at the first event. */
function once(entry: Held, listener: AnyListener): AnyListener {
  return function (this: unknown, ...args) {
    entry.dispose();
    listener.apply(this, args);
  };
}
