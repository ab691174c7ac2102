import type { Server, Socket } from 'node:net';
import { activeHandles } from '../../runtime/index.ts';

/** A socket as Node.js makes it for a server. */
interface ServerSocket extends Socket {
  readonly server?: unknown;
  /** Of a TLS socket: the plain one below it. */
  readonly _parent?: Socket | null;
}

interface ParserList {
  all(): readonly { readonly socket?: Socket | null }[];
}

/**
 * Sockets of `server` that Node.js knows of: for connections that were made before anybody noted them.
 *
 * A TLS connection is found by its TLS socket while it speaks HTTP/1, else by the plain socket below, which can only be
 * destroyed. Where a runtime keeps no such lists nothing is found.
 */
export function discoverSockets(server: Server, known: ReadonlySet<Socket>): Socket[] {
  const parsed = parsersOf(server).flatMap(({ socket }) => (socket && !known.has(socket) ? [socket] : []));
  const found = new Set<Socket>(parsed);
  const covered = new Set([...known, ...parsed].map((socket: ServerSocket) => socket._parent));
  for (const handle of activeHandles()) {
    const socket = handle as ServerSocket;
    if (socket.server === server && !known.has(socket) && !covered.has(socket)) found.add(socket);
  }
  return [...found].filter((socket) => !socket.destroyed);
}

/** The parsers that an HTTP/1 server keeps for its `closeIdleConnections`. */
function parsersOf(server: Server): ReturnType<ParserList['all']> {
  const key = Object.getOwnPropertySymbols(server).find((symbol) => symbol.description === 'http.server.connections');
  const list = key === undefined ? undefined : (server as unknown as Record<symbol, ParserList | undefined>)[key];
  return typeof list?.all === 'function' ? list.all() : [];
}
