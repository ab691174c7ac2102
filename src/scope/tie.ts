/** What a scope ends with: a listener elsewhere, for as long as the scope is open. */
import { type EmitterLike, type Listenable, ListenerEntry } from './registrars/listeners.ts';

/**
 * One of the ties of a scope; each knows the one made before it.
 *
 * **Cost:** every request that has a scope makes one. So it is no entry: nothing has to end it, list it or know its age.
 */
export class Tie {
  readonly older: Tie | undefined;
  readonly #emitter: EmitterLike;
  readonly #event: string;
  readonly #end: () => void;

  constructor(emitter: EmitterLike, event: string, end: () => void, older: Tie | undefined) {
    this.older = older;
    this.#emitter = emitter;
    this.#event = event;
    this.#end = end;
  }

  start(): this {
    this.#emitter.on(this.#event, this.#end);
    return this;
  }

  release(): void {
    this.#emitter.off(this.#event, this.#end);
  }

  /** To say what failed. */
  asEntry(): ListenerEntry {
    return new ListenerEntry(this.#emitter, this.#event, this.#end, { name: 'endWith' });
  }
}

/** Whether it tells of its end as an abort signal does. Requests of Node.js have a field `aborted` as well. */
export function isAbortSignal(target: Listenable): target is AbortSignal {
  return 'aborted' in target && !('on' in target);
}
