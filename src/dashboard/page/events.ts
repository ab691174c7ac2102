/** Reads server-sent events out of a stream of text, as the HTML standard has it. */

export interface ServerEvent {
  readonly type: string;
  readonly data: string;
}

/** An event larger than this is none of ours, characters. */
const MOST_WAITING = 16 * 1024 * 1024;

export class EventReader {
  #rest = '';
  #type = '';
  #data: string[] = [];
  #lastId: string | null = null;

  /** The id of the newest event that had one: what to go on after. */
  get lastId(): string | null {
    return this.#lastId;
  }

  /** The events that `text` completes. @throws {RangeError} when one grows without end */
  push(text: string): ServerEvent[] {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop()!;
    if (this.#rest.length > MOST_WAITING) throw new RangeError('An event is too large.');
    const events: ServerEvent[] = [];
    for (const line of lines) this.#read(line.endsWith('\r') ? line.slice(0, -1) : line, events);
    return events;
  }

  /** What was begun is not to be ended: the stream begins anew. */
  restart(): void {
    this.#rest = '';
    this.#forget();
  }

  #read(line: string, events: ServerEvent[]): void {
    if (line === '') {
      if (this.#data.length > 0) events.push({ type: this.#type || 'message', data: this.#data.join('\n') });
      return this.#forget();
    }
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') this.#type = value;
    else if (name === 'data') this.#data.push(value);
    else if (name === 'id') this.#lastId = value;
  }

  #forget(): void {
    this.#type = '';
    this.#data = [];
  }
}
