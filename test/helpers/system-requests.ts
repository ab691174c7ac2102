/** Requests to a system API without a server, and a token to ask with. */
import type { SystemAnswer, SystemRequest } from '../../src/system/index.ts';
import type { SessionsLike } from '../../src/system/parts.ts';
import { SystemApi } from '../../src/system/index.ts';
import type { SystemOptions } from '../../src/system/options.ts';

/** A token for tests. */
export const TOKEN = 'a-token-that-is-long-enough';

/** Headers of somebody who is authorised. */
export const AUTHORISED: Readonly<Record<string, string>> = { authorization: `Bearer ${TOKEN}` };

/** Headers of somebody who has an action done. */
export function acting(action: string): Record<string, string> {
  return { ...AUTHORISED, 'x-plimsoll-action': action };
}

/** Lines of a log, in place of the console. */
export class LogLines {
  readonly lines: string[] = [];
  readonly fields: Readonly<Record<string, unknown>>[] = [];
  readonly debug = (): void => {};
  readonly warn = (fields: Readonly<Record<string, unknown>>, message: string): void => {
    this.fields.push(fields);
    this.lines.push(message);
  };
  readonly error: LogLines['warn'] = (fields, message) => this.warn(fields, message);
}

/** What a request may be said of, beside its path. */
export interface Asked extends Partial<Omit<SystemRequest, 'target' | 'header'>> {
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request from this machine to `localhost`. */
export function requestFor(target: string, { headers = {}, ...asked }: Asked = {}): SystemRequest {
  const all: Record<string, string> = { host: 'localhost:9464', ...headers };
  return {
    method: 'GET',
    target,
    header: (name) => all[name] ?? null,
    headerCount: Object.keys(all).length,
    hasBody: false,
    address: '127.0.0.1',
    httpVersion: '1.1',
    ...asked,
  };
}

/** An API with a token that logs nowhere and takes no part in the shutdown of the tests' process. */
export function makeApi(options: SystemOptions = {}): SystemApi {
  return new SystemApi({ token: TOKEN, logger: new LogLines(), shutdown: false, ...options });
}

/** Its answer's text. */
export async function bodyOf({ body }: SystemAnswer): Promise<string> {
  if (typeof body === 'string') return body;
  let text = '';
  for await (const part of body) text += typeof part === 'string' ? part : Buffer.from(part).toString('latin1');
  return text;
}

/** Its answer as JSON. */
export async function jsonOf(answer: SystemAnswer): Promise<Record<string, unknown>> {
  return JSON.parse(await bodyOf(answer)) as Record<string, unknown>;
}

/** A broker of sessions that use so many bytes each. */
export function sessionsOf(bytes: () => readonly number[], close: SessionsLike['close'] = () => true): SessionsLike {
  return {
    stats: () => ({ open: bytes().length }),
    close,
    [Symbol.iterator]: () =>
      bytes()
        .map((each) => ({ usedBytes: each }))
        .values(),
  };
}
