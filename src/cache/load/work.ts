/** One call of a user's loader, which may serve several keys; it is told to stop when nobody wants any of them any more. */
export class Work {
  #controller: AbortController | undefined;
  #stopped: { readonly reason: unknown } | undefined;
  #wanted = 0;

  /** Aborts when nobody waits any more. Made when first read: most loaders never do. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#stopped !== undefined) this.#controller.abort(this.#stopped.reason);
    }
    return this.#controller.signal;
  }

  /** One more key is wanted. */
  want(): void {
    this.#wanted++;
  }

  /** One key less is wanted; `reason` is what the loader hears if it was the last. */
  giveUp(reason: unknown): void {
    if (--this.#wanted > 0 || this.#stopped !== undefined) return;
    this.#stopped = { reason };
    this.#controller?.abort(reason);
  }
}
