/** A request and its answer, as far as the system API has to do with them: neither Node's nor the web's own. */

/** What is asked. An adapter makes it of what its framework has. */
export interface SystemRequest {
  readonly method: string;
  /** Path and query, as they came. */
  readonly target: string;
  /** The value of a header, several of one name joined by `, `; `null` when there is none. */
  header(name: string): string | null;
  /** How many header lines there are. */
  readonly headerCount: number;
  /** Whether something follows the headers. */
  readonly hasBody: boolean;
  /** Address of the socket's other end, never what a header says of it; unknown is not trusted. */
  readonly address?: string | undefined;
  /** `'1.0'`, `'1.1'`, `'2.0'`. */
  readonly httpVersion?: string | undefined;
  /** Whether a framework may have taken `basePath` off the target already. @default false */
  readonly isMounted?: boolean;
}

/** A body that comes in pieces; its iterator's `return` ends it. */
export interface BodyStream extends AsyncIterable<string | Uint8Array> {
  /** Aborts when whoever reads it is too slow, and the connection is to be destroyed. */
  readonly signal?: AbortSignal;
}

/** What is answered. */
export interface SystemAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | BodyStream;
}

/** An answer of JSON. */
export function jsonAnswer(value: unknown, status: number = 200, type: string = 'application/json'): SystemAnswer {
  return { status, headers: { 'content-type': `${type}; charset=utf-8` }, body: `${toJson(value)}\n` };
}

/** An answer of text. */
export function textAnswer(text: string, status: number = 200): SystemAnswer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: text };
}

/** A refusal or failure in the form of RFC 9457, with a word that programs can go by. */
export function problem(
  status: number,
  code: string,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): SystemAnswer {
  const answer = jsonAnswer({ status, code, detail }, status, 'application/problem+json');
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

/** As JSON; what that has no word for is shown as text, or left out. */
export function toJson(value: unknown): string | undefined {
  return JSON.stringify(value, asJson);
}

function asJson(_name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Set) return [...value];
  return value;
}
