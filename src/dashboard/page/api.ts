/** Asks the server's other endpoints, with the token, and has actions done. */

/** What came of an action, in words. */
export interface ActionEnd {
  readonly isDone: boolean;
  readonly message: string;
}

export class Api {
  readonly #base: string;
  #token: string | null = null;

  /** @param base - path that the endpoints are below, with a slash at its end */
  constructor(base: string) {
    this.#base = base;
  }

  setToken(token: string | null): void {
    this.#token = token;
  }

  urlOf(path: string): string {
    return this.#base + path;
  }

  /** The answer of an endpoint; `null` when it is not there or not for us. */
  async read(path: string): Promise<unknown> {
    try {
      const answer = await fetch(this.urlOf(path), { headers: this.#headers(), cache: 'no-store' });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  }

  /** Has an action done. Never rejects. */
  async act(action: string, path: string): Promise<ActionEnd> {
    try {
      const headers = { ...this.#headers(), 'x-plimsoll-action': action };
      const answer = await fetch(this.urlOf(path), { method: 'POST', headers, cache: 'no-store' });
      return { isDone: answer.ok, message: messageOf(await answer.json(), answer.status) };
    } catch {
      return { isDone: false, message: 'The server did not answer; whether it was done is not known.' };
    }
  }

  #headers(): Record<string, string> {
    return this.#token === null ? {} : { authorization: `Bearer ${this.#token}` };
  }
}

function messageOf(body: unknown, status: number): string {
  const { message, detail, name } = (body ?? {}) as Readonly<Record<string, unknown>>;
  const said = typeof message === 'string' ? message : typeof detail === 'string' ? detail : `Status ${status}.`;
  return typeof name === 'string' ? `${said} ${name}` : said;
}
