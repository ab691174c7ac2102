import type { Server } from 'node:net';
import type { NodeRequest, NodeResponse } from '../system/index.ts';

/** The events of a server that hand a request to the program. */
const REQUESTS: ReadonlySet<unknown> = new Set(['request', 'checkContinue']);

/**
 * Has requests of `server` pass `takes` first; those that it takes are told to no listener. Listeners that are added later are behind it
 * as well, which a listener put in front of the others could not see to.
 *
 * @returns a function that takes it back.
 */
export function intercept(
  server: Server,
  takes: (request: NodeRequest, response: NodeResponse) => boolean,
): () => void {
  const isOwn = Object.hasOwn(server, 'emit');
  // oxlint-disable-next-line typescript/unbound-method -- it is called on the server.
  const before = server.emit;
  let isOn = true;
  function emit(this: Server, ...args: [event: string | symbol, ...more: unknown[]]): boolean {
    const [event, request, response] = args as [string | symbol, NodeRequest, NodeResponse];
    if (isOn && REQUESTS.has(event) && takes(request, response)) return true;
    return Reflect.apply(before, this, args);
  }
  server.emit = emit;
  return () => {
    isOn = false;
    // Somebody else may have put theirs around ours meanwhile; then ours only passes on.
    if (server.emit !== emit) return;
    if (isOwn) server.emit = before;
    else Reflect.deleteProperty(server, 'emit');
  };
}
