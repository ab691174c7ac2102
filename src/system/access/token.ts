/** The bearer token: nothing of it is kept but a keyed hash, and how long a comparison takes tells nothing. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { OptionsError } from '../../base/errors.ts';

const LEAST_BYTES = 16;
/** Longer ones are not even hashed. */
const MOST_BYTES = 512;
/** What RFC 6750 lets a token be. */
const TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;
const BEARER = /^Bearer ([A-Za-z0-9\-._~+/]+=*)$/i;

/** A new token: 32 random bytes in 43 characters. */
export function createToken(): string {
  return randomBytes(32).toString('base64url');
}

/** The tokens that open this API. */
export class TokenGuard {
  readonly #key = randomBytes(32);
  readonly #digests: readonly Buffer[];

  constructor(tokens: readonly string[]) {
    this.#digests = tokens.map((token) => this.#digest(token));
  }

  /** Whether there is any: without one nobody is authorised. */
  get isSet(): boolean {
    return this.#digests.length > 0;
  }

  /** Whether an `Authorization` header holds one of them. **Cost:** one hash, whatever came. */
  admits(authorization: string | null): boolean {
    const given = authorization === null ? null : BEARER.exec(authorization.slice(0, MOST_BYTES + 8));
    const digest = this.#digest(given?.[1] ?? '');
    let isOurs = false;
    // All are compared, so that the time does not tell which one it was.
    for (const known of this.#digests) isOurs = timingSafeEqual(known, digest) || isOurs;
    return isOurs && given !== null;
  }

  #digest(token: string): Buffer {
    return createHmac('sha256', this.#key).update(token).digest();
  }
}

/** Checks the option `token`, without ever showing what came. @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` */
export function readTokens(name: string, value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  const tokens: readonly unknown[] = Array.isArray(value) ? value : [value];
  return tokens.map((token) => {
    const isGood = typeof token === 'string' && token.length >= LEAST_BYTES && token.length <= MOST_BYTES;
    if (isGood && TOKEN.test(token)) return token;
    const came = typeof token === 'string' ? `a text of ${token.length} characters` : `a ${typeof token}`;
    const rule = `${LEAST_BYTES} to ${MOST_BYTES} letters, digits and -._~+/`;
    throw new OptionsError('PLIM_ERR_OPTION_INVALID', `Expected \`${name}\` to be ${rule}, got ${came}.`);
  });
}
