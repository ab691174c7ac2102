/**
 * Every rule about who may ask for what, in the order in which they are applied. There is no other place: a handler that is
 * mounted wrongly, or without the layer that was to protect it, refuses more and never less.
 */
import { problem, type SystemAnswer, type SystemRequest } from '../call.ts';
import { isFromThisMachine } from './caller.ts';
import type { Exposure } from './exposure.ts';
import { type HostList, parseHost } from './host.ts';
import { isCrossSite } from './origin.ts';
import type { TokenGuard } from './token.ts';

/** Whoever asks for something that acts names it in this header, which no form and no page of another site can send. */
export const ACTION_HEADER = 'x-plimsoll-action';

/** More header lines than any client sends. Node.js drops what is beyond its own limit, a proxy's word perhaps. */
const MOST_HEADERS = 100;

/** What the rules are about. */
export interface GateSettings {
  readonly hosts: HostList;
  readonly origins: ReadonlySet<string>;
  readonly token: TokenGuard;
}

/** The way in. */
export class Gate {
  readonly #settings: GateSettings;

  constructor(settings: GateSettings) {
    this.#settings = settings;
  }

  /** What is wrong with a request, whatever it asks for. */
  refuse(request: SystemRequest): SystemAnswer | undefined {
    if (request.headerCount > MOST_HEADERS) {
      return problem(431, 'headers', `A request may have ${MOST_HEADERS} headers.`);
    }
    const host = parseHost(request.header('host') ?? '');
    if (host === undefined) return problem(400, 'host', 'The Host header is missing or malformed.');
    if (this.#settings.hosts.has(host)) return undefined;
    return problem(403, 'host', 'This API is not to be asked by that name; see its option `hosts`.');
  }

  /** Whether whoever asks has the token. */
  isAuthorised(request: SystemRequest): boolean {
    return this.#settings.token.admits(request.header('authorization'));
  }

  /** Why an endpoint is not for whoever asks. */
  refuseCaller(request: SystemRequest, exposure: Exposure): SystemAnswer | undefined {
    if (exposure === 'open' || this.isAuthorised(request)) return undefined;
    if (exposure === 'loopback' && isFromThisMachine(request)) return undefined;
    if (!this.#settings.token.isSet) {
      return problem(
        403,
        'closed',
        'No token is set, so nobody may ask for this; see the options `token` and `expose`.',
      );
    }
    const headers = { 'www-authenticate': 'Bearer realm="plimsoll"' };
    return problem(401, 'token', 'This needs the token, as `Authorization: Bearer <token>`.', headers);
  }

  /** Why a request must not act, although the caller is known. */
  refuseAction(request: SystemRequest, action: string): SystemAnswer | undefined {
    if (isCrossSite(request, this.#settings.origins)) {
      return problem(403, 'cross-site', 'This came from a page of another site.');
    }
    if (request.header(ACTION_HEADER) !== action) {
      return problem(403, 'header', `This needs the header \`X-Plimsoll-Action: ${action}\`.`);
    }
    if (!request.hasBody) return undefined;
    return problem(413, 'body', 'Parameters go into the address; a body is not read.', { connection: 'close' });
  }
}
