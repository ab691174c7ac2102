/** Listens to the server's events: begins again by itself when they end, and says at every moment how it stands. */
import { EventReader, type ServerEvent } from './events.ts';

/** How it stands with the server. */
export type StreamState =
  /** Asked, and not answered yet. */
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** It does not answer, or has ended the stream; it is asked again at `retryAt`, ms since 1970. */
  | { readonly kind: 'lost'; readonly why: string; readonly retryAt: number }
  /** It answers, and lets nobody in without a token, or not with this one. */
  | { readonly kind: 'unauthorised'; readonly hadToken: boolean };

export interface StreamParts {
  readonly url: string;
  readonly onEvent: (event: ServerEvent) => void;
  readonly onState: (state: StreamState) => void;
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15_000;

export class EventStream {
  readonly #parts: StreamParts;
  readonly #reader: EventReader = new EventReader();
  #token: string | null = null;
  #controller: AbortController | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #waitMs = FIRST_WAIT_MS;

  constructor(parts: StreamParts) {
    this.#parts = parts;
  }

  /** Listens from now on with this token, in place of whatever was before. */
  start(token: string | null): void {
    this.#token = token;
    this.#waitMs = FIRST_WAIT_MS;
    this.again();
  }

  /** Asks at once: what there is of a stream is given up. */
  again(): void {
    clearTimeout(this.#retry);
    this.#controller?.abort();
    const controller = new AbortController();
    this.#controller = controller;
    void this.#listen(controller.signal);
  }

  async #listen(signal: AbortSignal): Promise<void> {
    this.#parts.onState({ kind: 'connecting' });
    let why: string;
    let waitMs = 0;
    try {
      const answer = await fetch(this.#parts.url, { headers: this.#headers(), cache: 'no-store', signal });
      if (answer.status === 401) return this.#parts.onState({ kind: 'unauthorised', hadToken: this.#token !== null });
      if (answer.ok && answer.body !== null) why = await this.#read(answer.body);
      else {
        why = await whyRefused(answer);
        waitMs = Math.min(60, Number(answer.headers.get('retry-after')) || 0) * 1000;
      }
    } catch (error) {
      why = error instanceof RangeError ? error.message : 'The server does not answer.';
    }
    if (!signal.aborted) this.#lose(why, waitMs);
  }

  #headers(): Record<string, string> {
    const { lastId } = this.#reader;
    return {
      accept: 'text/event-stream',
      ...(this.#token === null ? {} : { authorization: `Bearer ${this.#token}` }),
      ...(lastId === null ? {} : { 'last-event-id': lastId }),
    };
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<string> {
    this.#reader.restart();
    const decoder = new TextDecoder();
    const reader = body.getReader();
    let hasSaidBye = false;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return hasSaidBye ? 'The process is ending.' : 'The server has ended the stream.';
      this.#waitMs = FIRST_WAIT_MS;
      for (const event of this.#reader.push(decoder.decode(value, { stream: true }))) {
        hasSaidBye ||= event.type === 'bye';
        if (event.type === 'hello') this.#parts.onState({ kind: 'live' });
        this.#parts.onEvent(event);
      }
    }
  }

  #lose(why: string, leastWaitMs: number): void {
    const waitMs = Math.max(leastWaitMs, this.#waitMs);
    this.#waitMs = Math.min(LONGEST_WAIT_MS, this.#waitMs * 2);
    this.#parts.onState({ kind: 'lost', why, retryAt: Date.now() + waitMs });
    this.#retry = setTimeout(() => this.again(), waitMs);
  }
}

async function whyRefused(answer: Response): Promise<string> {
  const detail = await answer.json().then(
    (body: unknown) => (body as { readonly detail?: unknown } | null)?.detail,
    () => undefined,
  );
  return typeof detail === 'string' ? detail : `The server answers with status ${answer.status}.`;
}
