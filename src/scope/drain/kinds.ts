/**
 * What a connection is busy with, read from the fields by which Node.js itself ties a socket, its parser and its response
 * together: no event tells it for a response that began before anybody listened. The fields have been the same since
 * Node.js 0.12; where a runtime lacks them a connection is `foreign`, and the server's own methods must do.
 */
import type { ServerResponse } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import type { Server, Socket } from 'node:net';
import { isSecure } from './tracking.ts';

/** `upgraded`: of an HTTP server, and speaking something else by now. `raw`: of a server whose protocol we do not know. */
export type ConnectionKind = 'http' | 'http2' | 'upgraded' | 'raw' | 'foreign';

interface HttpSocket extends Socket {
  readonly parser?: object | null;
  readonly _httpMessage?: ServerResponse | null;
  readonly encrypted?: boolean;
  readonly alpnProtocol?: string | false | null;
}

interface HttpServer extends Server {
  readonly closeIdleConnections?: unknown;
  readonly updateSettings?: unknown;
}

/** What `socket`, a connection of `server`, speaks. */
export function kindOf(server: Server, socket: Socket): ConnectionKind {
  const { parser, encrypted, alpnProtocol } = socket as HttpSocket;
  if (parser) return 'http';
  const { closeIdleConnections, updateSettings } = server as HttpServer;
  const speaksHttp2 = typeof updateSettings === 'function';
  if (!speaksHttp2 && typeof closeIdleConnections !== 'function') return 'raw';
  // The plain socket below a TLS one: still shaking hands, or made before anybody noted it.
  if (isSecure(server) && encrypted !== true) return 'raw';
  if (speaksHttp2 && (alpnProtocol === 'h2' || !isSecure(server))) return 'http2';
  return parser === null ? 'upgraded' : 'foreign';
}

/** The response that a connection of kind `http` is waiting for or sending; `undefined` when it is idle. */
export function responseOf(socket: Socket): ServerResponse | undefined {
  const response = (socket as HttpSocket)._httpMessage;
  return response && !response.writableFinished ? response : undefined;
}

/** Whether a response, its headers being sent, is of the kind that stays open: server-sent events. */
export function isEndless(response: ServerResponse | ServerHttp2Stream): boolean {
  const type = 'sentHeaders' in response ? response.sentHeaders?.['content-type'] : contentTypeOf(response);
  return String(type).startsWith('text/event-stream');
}

function contentTypeOf(response: ServerResponse): unknown {
  if (!response.headersSent) return undefined;
  // `writeHead` with a plain object sends headers that `getHeader` does not know.
  const sent = (response as { _header?: string | null })._header;
  return response.getHeader('content-type') ?? /^content-type: *(\S+)/im.exec(sent ?? '')?.[1];
}
