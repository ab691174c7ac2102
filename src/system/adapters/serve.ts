import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { invalidOption, readInteger, readName } from '../../base/options.ts';
import { isLoopback } from '../access/host.ts';
import type { SystemApi } from '../system-api.ts';
import { answerNode } from './node-answer.ts';

/** @see {@link serve} */
export interface ServeOptions {
  /** 0: any that is free. @default 9464 */
  readonly port?: number;
  /** Address to listen at. Any but this machine's own needs a token. @default '127.0.0.1' */
  readonly host?: string;
}

/** A server of the system API alone. */
export interface SystemServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** Where the endpoints are: `http://127.0.0.1:9464/api/system`. */
  readonly url: string;
  /** Ends it, and its event streams. */
  close(): Promise<void>;
}

/** The port that OpenTelemetry's Prometheus exporter has made usual. */
const PORT = 9_464;
/** What a client may take to send its request, ms. A pause of ours counts as his: a heap snapshot takes seconds. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 15_000;
const KEEP_ALIVE_MS = 10_000;
const MOST_HEADER_BYTES = 8_192;
const MOST_CONNECTIONS = 256;

/**
 * Serves the API on a port of its own, which the public need not reach. It goes on answering while the process drains, says
 * there that it is not ready, and ends in the shutdown's phase `close`. It does not keep the process up.
 *
 * @throws {PLIM_ERR_OPTION_INVALID} also for a host that is not this machine's own, without a token.
 */
export async function serve(api: SystemApi, options: ServeOptions = {}): Promise<SystemServer> {
  const host = readName('host', options.host ?? '127.0.0.1');
  const port = readInteger('port', options.port ?? PORT, 0, 65_535);
  if (!isLoopback(host) && !api.hasToken) throw invalidOption('host', 'this machine alone without a `token`', host);
  const server = http.createServer(
    {
      headersTimeout: HEADERS_MS,
      requestTimeout: REQUEST_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: 1_000,
      maxHeaderSize: MOST_HEADER_BYTES,
    },
    (request, response) => void answerNode(api, request, response, { target: request.url ?? '/', isMounted: false }),
  );
  server.maxConnections = MOST_CONNECTIONS;
  await listen(server, host, port);
  server.unref();
  server.on('connection', (socket) => void socket.unref());
  const bound = (server.address() as AddressInfo).port;
  const close = closeOnce(server);
  const forget = closeWith(api.shutdown, close);
  const end = async (): Promise<void> => {
    forget();
    await close();
  };
  const shown = host.includes(':') ? `[${host}]` : host;
  return { host, port: bound, url: `http://${shown}:${bound}${api.basePath}`, close: end, [Symbol.asyncDispose]: end };
}

function listen(server: http.Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Closes it in the shutdown's phase `close`, unless that is over: then the process is about to end anyway. */
function closeWith(shutdown: SystemApi['shutdown'], close: () => Promise<void>): () => void {
  try {
    return shutdown?.on('close', close, { name: 'system API' }) ?? (() => {});
  } catch {
    return () => {};
  }
}

/** What still reads an answer is cut off after so long, ms. */
const CLOSE_MS = 500;

function closeOnce(server: http.Server): () => Promise<void> {
  let closed: Promise<void> | undefined;
  return () => {
    closed ??= new Promise((resolve) => {
      const cut = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
      server.close(() => {
        clearTimeout(cut);
        resolve();
      });
      server.closeIdleConnections();
    });
    return closed;
  };
}
