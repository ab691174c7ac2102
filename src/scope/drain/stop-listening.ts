import type { ServerHttp2Session } from 'node:http2';
import type { Server } from 'node:net';

type Methods = Record<string, unknown>;

/**
 * Stops listening and leaves every connection open.
 *
 * `close()` is the one call that also ends the server's checks of its connections (a timer that would hold it for ever),
 * so it is this one that is used, with what it does to idle connections and sessions kept from it: they would be cut in
 * the middle of the next request.
 */
export function stopListening(server: Server, sessions: Iterable<ServerHttp2Session>): void {
  const restore = [withhold(server, 'closeIdleConnections'), ...[...sessions].map((one) => withhold(one, 'close'))];
  try {
    // A server that does not listen says so to a callback, and there is none.
    server.close();
  } finally {
    for (const undo of restore) undo();
  }
}

/** Makes a method do nothing until the returned function is called. */
function withhold(object: object, name: string): () => void {
  const methods = object as Methods;
  if (typeof methods[name] !== 'function') return () => {};
  const own = Object.getOwnPropertyDescriptor(object, name);
  methods[name] = () => {};
  return () => {
    if (own === undefined) delete methods[name];
    else Object.defineProperty(object, name, own);
  };
}
