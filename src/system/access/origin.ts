/** Whether a request that changes something was begun by a page of another site; the rule of Go's CrossOriginProtection. */
import { invalidOption } from '../../base/options.ts';
import type { SystemRequest } from '../call.ts';
import { parseHost } from './host.ts';

/**
 * Whether a browser sent this from another site's page. Browsers of today say so in `Sec-Fetch-Site`, older ones send `Origin`;
 * with neither it was no browser.
 */
export function isCrossSite(request: SystemRequest, trusted: ReadonlySet<string>): boolean {
  const origin = request.header('origin');
  if (origin !== null && trusted.has(origin.toLowerCase())) return false;
  const site = request.header('sec-fetch-site');
  if (site !== null) return site !== 'same-origin' && site !== 'none';
  if (origin === null) return false;
  const [from, host] = [hostOfOrigin(origin), parseHost(request.header('host') ?? '')];
  return from === undefined || host === undefined || from.name !== host.name || from.port !== host.port;
}

function hostOfOrigin(origin: string): ReturnType<typeof parseHost> {
  const match = /^https?:\/\/([^/?#]+)$/i.exec(origin);
  return match === null ? undefined : parseHost(match[1]!);
}

/** Checks the option `origins`. @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` */
export function readOrigins(name: string, value: unknown): ReadonlySet<string> {
  if (value === undefined) return new Set();
  if (!Array.isArray(value)) throw invalidOption(name, 'a list of origins', value);
  for (const each of value as unknown[]) {
    if (typeof each !== 'string' || hostOfOrigin(each) === undefined) {
      throw invalidOption(name, "a list of origins such as 'https://ops.example.com'", each);
    }
  }
  return new Set((value as string[]).map((origin) => origin.toLowerCase()));
}
