import { type Ending, Entry, type EntryKind, type EntryOptions } from '../entry.ts';
import { hasMethods } from './events.ts';
import { wrongKind } from './kind.ts';

/** An abort controller; leaves when it is aborted by somebody else. */
export class AbortEntry extends Entry {
  readonly #controller: AbortController;
  readonly #onAbort = (): void => this.leave();

  constructor(controller: AbortController, options?: EntryOptions) {
    super(options);
    if (!hasMethods(controller, 'abort')) throw wrongKind('controller', 'an AbortController', controller);
    this.#controller = controller;
  }

  get kind(): EntryKind {
    return 'abort';
  }

  override isFor(value: unknown): boolean {
    return this.#controller === value;
  }

  start(): void {
    const { signal } = this.#controller;
    if (signal.aborted) this.leave();
    else signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  end({ reason }: Ending): void {
    this.#controller.abort(reason);
  }

  protected override detach(): void {
    this.#controller.signal.removeEventListener('abort', this.#onAbort);
  }
}
