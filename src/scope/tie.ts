/** What a scope ends with: a listener elsewhere, for as long as the scope is open. */
import { closeUnattended, type Lifetime } from './lifetime.ts';
import { type EmitterLike, type Listenable, ListenerEntry } from './registrars/listeners.ts';

/**
 * One of the ties of a scope; each knows the one made before it.
 *
 * **Cost:** every request that has a scope makes one. So it is no entry: nothing has to end it, list it or know its age.
 */
export class Tie {
  readonly older: Tie | undefined;
  /** Not there once the tie is loose: whoever keeps the target keeps no scope with it. */
  #scope: Lifetime | undefined;
  readonly #emitter: EmitterLike;
  readonly #event: string;
  readonly #listener: () => void;

  constructor(scope: Lifetime, target: Listenable, emitter: EmitterLike, event: string, older: Tie | undefined) {
    this.older = older;
    this.#scope = scope;
    this.#emitter = emitter;
    this.#event = event;
    // Not assigned to the field at once: V8 puts a function that is written there into the old generation, where it would keep the
    // target and all that hangs on it until the next major collection.
    const listener = (): void => {
      if (this.#scope !== undefined) endTied(this.#scope, target);
    };
    this.#listener = listener;
  }

  start(): this {
    this.#emitter.on(this.#event, this.#listener);
    return this;
  }

  release(): void {
    this.#scope = undefined;
    this.#emitter.off(this.#event, this.#listener);
  }

  /** To say what failed. */
  asEntry(): ListenerEntry {
    return new ListenerEntry(this.#emitter, this.#event, this.#listener, { name: 'endWith' });
  }
}

/** Closes `scope` because `target` has ended. */
export function endTied(scope: Lifetime, target: Listenable): void {
  if (isAbortSignal(target)) closeUnattended(scope, 'signal', target.reason);
  else closeUnattended(scope, 'done', undefined);
}

/** Whether it tells of its end as an abort signal does. Requests of Node.js have a field `aborted` as well. */
export function isAbortSignal(target: Listenable): target is AbortSignal {
  return 'aborted' in target && !('on' in target);
}
