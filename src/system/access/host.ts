/**
 * Who was asked: the `Host` that the client meant.
 *
 * A page of an attacker can have its own name resolve to 127.0.0.1 and so reach this server as "same origin"; only the name
 * in `Host` gives it away. Hence names are allowed by list. An address cannot be made to point elsewhere and is allowed:
 * that is what kubelet and Prometheus ask for.
 */
import { isIPv4, isIPv6 } from 'node:net';
import { invalidOption } from '../../base/options.ts';

/** A `Host` header, read. */
export interface Host {
  /** In lower case, without a port; addresses of version 6 without brackets. */
  readonly name: string;
  readonly port: string;
}

const HOST = /^(?:\[([0-9a-f:.]{2,45})\]|([a-z0-9](?:[a-z0-9._-]{0,251}[a-z0-9])?)\.?)(?::(\d{1,5}))?$/;

/** Reads a `Host` header; `undefined` when it is none. */
export function parseHost(text: string): Host | undefined {
  const match = HOST.exec(text.toLowerCase());
  if (match === null) return undefined;
  const [, bracketed, plain, port = ''] = match;
  if (bracketed !== undefined && !isIPv6(bracketed)) return undefined;
  return { name: bracketed ?? plain!, port };
}

/** Whether an address, or a name that stands for one, is this machine's own. */
export function isLoopback(name: string): boolean {
  const address = name.startsWith('::ffff:') ? name.slice(7) : name;
  return address === 'localhost' || address === '::1' || (isIPv4(address) && address.startsWith('127.'));
}

/** The names by which this API may be asked. */
export class HostList {
  readonly #names: ReadonlySet<string>;

  constructor(names: readonly string[]) {
    this.#names = new Set(names);
  }

  has({ name }: Host): boolean {
    return isLoopback(name) || this.#names.has(name) || ((isIPv4(name) || isIPv6(name)) && !isUnspecified(name));
  }
}

/** `0.0.0.0` reaches this machine from any page of a browser. */
function isUnspecified(address: string): boolean {
  return address === '0.0.0.0' || /^[0:]+$/.test(address);
}

/** Checks the option `hosts`. @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` */
export function readHosts(name: string, value: unknown): readonly string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw invalidOption(name, 'a list of host names', value);
  return value.map((each: unknown) => {
    const host = typeof each === 'string' ? parseHost(each) : undefined;
    if (host === undefined || host.port !== '') throw invalidOption(name, 'a list of host names without a port', each);
    return host.name;
  });
}
