/** Requests and responses of `node:http` and `node:http2`, which Express, Fastify and Koa hand on as they are. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { systemClock } from '../../base/clock.ts';
import type { BodyStream, SystemAnswer, SystemRequest } from '../call.ts';
import type { SystemApi } from '../system-api.ts';
import { hasBody } from './web.ts';

/** A request of `node:http`, or of `node:http2` by its compatible interface. */
export type NodeRequest = IncomingMessage | Http2ServerRequest;
/** Its response. */
export type NodeResponse = ServerResponse | Http2ServerResponse;

/** Where the request was mounted. */
export interface MountPoint {
  /** Path and query. */
  readonly target: string;
  /** Whether the framework may have taken the base path off. */
  readonly isMounted: boolean;
}

/** Whoever takes no more of an answer for so long is let go, ms. */
const STALL_MS = 30_000;

/** Answers a request. Never rejects. */
export async function answerNode(
  api: SystemApi,
  request: NodeRequest,
  response: NodeResponse,
  mount: MountPoint,
): Promise<void> {
  const asked = requestOfNode(request, mount);
  const answer = await api.handle(asked);
  try {
    await send(response, answer, asked);
  } catch {
    // The connection is gone, or somebody else has answered already: nobody is left to tell.
    response.destroy();
  }
}

/** A request as the API reads it. Nothing of its body is touched. */
export function requestOfNode(request: NodeRequest, { target, isMounted }: MountPoint): SystemRequest {
  const { method = 'GET', rawHeaders, httpVersion, socket } = request;
  const header = (name: string): string | null =>
    headerOf(rawHeaders, name) ?? (name === 'host' ? headerOf(rawHeaders, ':authority') : null);
  return {
    method,
    target,
    header,
    headerCount: rawHeaders.length / 2,
    hasBody: hasBody(header('content-length'), header('transfer-encoding')),
    address: socket.remoteAddress,
    httpVersion,
    isMounted,
  };
}

/** All values of a header: Node.js keeps only the first of some, `Host` and `Authorization` among them. */
function headerOf(rawHeaders: readonly string[], name: string): string | null {
  let value: string | null = null;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    if (rawHeaders[i]!.toLowerCase() !== name) continue;
    value = value === null ? rawHeaders[i + 1]! : `${value}, ${rawHeaders[i + 1]!}`;
  }
  return value;
}

async function send(response: NodeResponse, answer: SystemAnswer, request: SystemRequest): Promise<void> {
  const { status, headers, body } = answer;
  response.statusCode = status;
  const { connection, ...others } = headers;
  for (const [name, value] of Object.entries(others)) response.setHeader(name, value);
  // A body that nobody reads would be read to its end to keep the connection.
  if ((request.hasBody || connection !== undefined) && request.httpVersion?.startsWith('1') === true) {
    response.setHeader('connection', 'close');
  }
  if (typeof body === 'string') return sendText(response, body, request.method === 'HEAD');
  if (request.method === 'HEAD') return void response.end();
  await sendStream(response, body);
}

function sendText(response: NodeResponse, text: string, isHead: boolean): void {
  const bytes = Buffer.from(text);
  response.setHeader('content-length', bytes.length);
  const stall = systemClock.startTimer(() => response.destroy(), STALL_MS);
  (response as ServerResponse).once('close', () => stall.cancel());
  if (isHead) (response as ServerResponse).end();
  else (response as ServerResponse).end(bytes);
}

async function sendStream(response: NodeResponse, body: BodyStream): Promise<void> {
  const out = response as ServerResponse;
  const iterator = body[Symbol.asyncIterator]();
  const destroy = (): void => void out.destroy();
  const end = (): void => void iterator.return?.();
  out.once('close', end);
  body.signal?.addEventListener('abort', destroy, { once: true });
  try {
    out.flushHeaders();
    for (;;) {
      const { done = false, value } = await iterator.next();
      if (done || out.destroyed) break;
      if (!out.write(value)) await drained(out);
    }
    if (!out.destroyed) out.end();
  } finally {
    out.off('close', end);
    body.signal?.removeEventListener('abort', destroy);
    await iterator.return?.();
  }
}

/** Until there is room again, or nobody is left to write to. */
function drained(out: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const stall = systemClock.startTimer(() => out.destroy(), STALL_MS);
    const go = (): void => {
      stall.cancel();
      out.off('drain', go);
      out.off('close', go);
      resolve();
    };
    out.on('drain', go);
    out.on('close', go);
    if (out.destroyed) go();
  });
}
