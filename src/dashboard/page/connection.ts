/** Whether what is on the page is of now: said in words, with a colour, wherever one looks. */
import { byId, setAttribute, setText } from './dom.ts';
import { clockText, durationText } from './format.ts';
import type { StreamState } from './stream.ts';

/** Without a sample for so many of its intervals the picture is old. */
const STALE_INTERVALS = 3;
const LEAST_STALE_MS = 8_000;
/** After so many times that, the connection is given up and made anew. */
const GIVE_UP = 3;

export class Connection {
  #state: StreamState = { kind: 'connecting' };
  #intervalMs = 2_000;
  /** When the newest event came, on the clock of this page. */
  #heardAt: number | undefined;

  get isUnauthorised(): boolean {
    return this.#state.kind === 'unauthorised';
  }

  setState(state: StreamState): void {
    this.#state = state;
    if (state.kind === 'live') this.#heardAt = performance.now();
    this.show();
  }

  setInterval(ms: number): void {
    this.#intervalMs = ms;
  }

  heard(): void {
    this.#heardAt = performance.now();
  }

  /** Whether the server has been silent for so long that asking anew is better than waiting. */
  get isSilent(): boolean {
    return this.#state.kind === 'live' && this.#silenceMs() > GIVE_UP * this.#staleAfterMs;
  }

  get #staleAfterMs(): number {
    return Math.max(LEAST_STALE_MS, STALE_INTERVALS * this.#intervalMs);
  }

  #silenceMs(): number {
    return this.#heardAt === undefined ? Infinity : performance.now() - this.#heardAt;
  }

  /** Says how it stands; to be called every second or so. */
  show(): void {
    const [word, text] = this.#words();
    setAttribute(document.documentElement, 'data-connection', word);
    setAttribute(byId('connection'), 'data-connection', word);
    setText(byId('connection'), WORDS[word]);
    setText(byId('connection-text'), text);
    byId('connection-banner').hidden = word === 'live' || word === 'unauthorised' || text === '';
    byId('unauthorised').hidden = word !== 'unauthorised';
    if (this.#state.kind === 'unauthorised') setText(byId('unauthorised-text'), tokenText(this.#state.hadToken));
  }

  #words(): readonly [Word, string] {
    const state = this.#state;
    switch (state.kind) {
      case 'unauthorised':
        return ['unauthorised', ''];
      case 'connecting':
        return ['connecting', this.#heardAt === undefined ? '' : `Connecting again. ${this.#lastText()}`];
      case 'lost': {
        const left = Math.max(0, state.retryAt - Date.now());
        return [
          'disconnected',
          `${state.why} Asked again in ${durationText(Math.ceil(left / 1000) * 1000)}. ${this.#lastText()}`,
        ];
      }
      default: {
        const silence = this.#silenceMs();
        if (silence <= this.#staleAfterMs) return ['live', ''];
        return [
          'stale',
          `No sample for ${durationText(silence)}: the process or the way to it is busy. ${this.#lastText()}`,
        ];
      }
    }
  }

  #lastText(): string {
    if (this.#heardAt === undefined) return 'Nothing was received yet.';
    const at = new Date(Date.now() - this.#silenceMs());
    return `What is shown is of ${clockText(at, true)}.`;
  }
}

type Word = 'connecting' | 'live' | 'stale' | 'disconnected' | 'unauthorised';

const WORDS: Readonly<Record<Word, string>> = {
  connecting: 'connecting',
  live: 'live',
  stale: 'stale',
  disconnected: 'disconnected',
  unauthorised: 'not let in',
};

function tokenText(hadToken: boolean): string {
  return hadToken
    ? 'The server does not know this token. It may have been changed, or belong to another process.'
    : 'The figures are for those with the token of the system API.';
}
