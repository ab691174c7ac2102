/** What is open somewhere, in a few words, for those who wait for its end. */
import type { Server } from 'node:net';
import { liveOf } from '../../base/registry.ts';

/** How many of a scope's entries are named. */
const NAMED_ENTRIES = 5;

/** What a scope, or whatever else lists what it holds, holds. */
export function describeOpen(resource: object): string | undefined {
  const { list } = resource as { readonly list?: unknown };
  if (typeof list !== 'function') return undefined;
  try {
    const open: unknown = list.call(resource);
    if (!Array.isArray(open)) return undefined;
    const names = (open as { kind?: unknown; name?: unknown }[])
      .slice(0, NAMED_ENTRIES)
      .map(({ kind, name }) => [kind, name].filter((word) => typeof word === 'string').join(' '));
    return `${open.length} open: ${names.join(', ')}${open.length > NAMED_ENTRIES ? ', ...' : ''}`;
  } catch {
    // It is not what we took it for.
    return undefined;
  }
}

/** Where a server listens. */
export function describeServer(server: Server): string | undefined {
  const address = server.address();
  if (address === null) return 'no longer listening';
  return typeof address === 'string' ? address : `port ${address.port}`;
}

/** The scopes of this process that hold something, whichever copy of the package made them: a line for each. */
export function describeScopes(): string[] {
  return liveOf('scope').flatMap((scope) => {
    const { path } = scope as { readonly path?: readonly string[] };
    const open = describeOpen(scope);
    return open === undefined || open.startsWith('0 ') ? [] : [`  scope ${path?.join(' > ') ?? ''}: ${open}`];
  });
}
