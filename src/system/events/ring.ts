/** The events of late, by number, so that who was away for a moment misses nothing; bounded in number and in size. */
export class EventRing {
  readonly #mostEvents: number;
  readonly #mostLength: number;
  #events: { readonly number: number; readonly text: string }[] = [];
  #length = 0;
  #last = 0;

  constructor(mostEvents: number, mostLength: number) {
    this.#mostEvents = mostEvents;
    this.#mostLength = mostLength;
  }

  /** Number of the newest. */
  get last(): number {
    return this.#last;
  }

  /** Keeps an event, whose text may depend on its number. */
  add(textOf: (number: number) => string): string {
    const number = ++this.#last;
    const text = textOf(number);
    this.#events.push({ number, text });
    this.#length += text.length;
    while (this.#events.length > this.#mostEvents || (this.#length > this.#mostLength && this.#events.length > 1)) {
      this.#length -= this.#events.shift()!.text.length;
    }
    return text;
  }

  /** What came after event `number`; `undefined` when some of that is gone, or it was never there. */
  after(number: number): string[] | undefined {
    const oldest = this.#events[0]?.number ?? this.#last + 1;
    if (number > this.#last || number < oldest - 1) return undefined;
    return this.#events.filter((event) => event.number > number).map(({ text }) => text);
  }
}
