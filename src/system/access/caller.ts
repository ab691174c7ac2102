/** What can be said of whoever asks. */
import type { SystemRequest } from '../call.ts';
import { isLoopback, parseHost } from './host.ts';

/** Headers by which a proxy says that somebody else is asking. */
const FORWARDED = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-forwarded-server',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-original-forwarded-for',
  'x-envoy-external-address',
  'cf-connecting-ip',
  'true-client-ip',
  'fastly-client-ip',
] as const;

/**
 * Whether a request comes from this machine, as far as can be known: from a loopback address, to a loopback name, and with
 * no sign of a proxy in between, which would lend its own address to the whole world. HTTP/1.0 is such a sign: it is what nginx
 * speaks to its upstreams unless told otherwise, without any header that says so.
 */
export function isFromThisMachine(request: SystemRequest): boolean {
  const { address, httpVersion } = request;
  if (address === undefined || !isLoopback(address) || httpVersion === '1.0') return false;
  const host = parseHost(request.header('host') ?? '');
  if (host === undefined || !isLoopback(host.name)) return false;
  if (FORWARDED.some((name) => request.header(name) !== null)) return false;
  const site = request.header('sec-fetch-site');
  return site === null || site === 'same-origin' || site === 'none';
}
