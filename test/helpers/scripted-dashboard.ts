/** The dashboard over a server that tells what the test tells it to. */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { dashboard } from '../../src/dashboard/index.ts';

export class ScriptedDashboard {
  readonly #server: http.Server;
  readonly #listeners = new Set<http.ServerResponse>();
  /** Answers of other endpoints, by their path. */
  readonly answers: Record<string, unknown> = {};
  /** What somebody who begins to listen is told first. */
  history: unknown = { series: { samples: {}, floors: {} } };

  constructor() {
    this.#server = http.createServer((request, response) => this.#answer(request, response));
  }

  async start(): Promise<string> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/dashboard#token=scripted`;
  }

  /** Tells everybody who listens; resolves when it is on its way. */
  async send(type: string, ...events: readonly unknown[]): Promise<void> {
    const text = events.map((data) => `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`).join('');
    await Promise.all(
      [...this.#listeners].map((listener) => new Promise<void>((sent) => listener.write(text, () => sent()))),
    );
  }

  /** Ends every stream. */
  hangUp(): void {
    for (const listener of this.#listeners) listener.end();
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  #answer(request: http.IncomingMessage, response: http.ServerResponse): void {
    const [path] = request.url!.split('?') as [string];
    if (path === '/dashboard') {
      const { html, contentSecurityPolicy } = dashboard;
      response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': contentSecurityPolicy });
      return void response.end(html);
    }
    if (path !== '/events') {
      const answer = this.answers[path.slice(1)];
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
      return void response.end(JSON.stringify(answer ?? {}));
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    this.#listeners.add(response);
    response.on('close', () => this.#listeners.delete(response));
    response.write(`event: hello\ndata: {"epoch":"scripted","intervalMs":2000}\n\n`);
    response.write(`event: history\ndata: ${JSON.stringify(this.history)}\n\n`);
  }
}

const MIB = 1024 * 1024;

/** A sample of a service with much to show, at `at`. */
export function busySample(at: number, caches: number = 30): object {
  const n = Math.round(at / 2_000);
  const floorBytes = (100 + (n % 40)) * MIB;
  return {
    time: new Date(at).toISOString(),
    process: {
      pid: 4_711,
      uptimeSeconds: n,
      memory: {
        heapUsed: floorBytes + (n % 9) * MIB,
        external: 20 * MIB,
        arrayBuffers: 9 * MIB,
        rss: 300 * MIB,
        heapLimit: 1_024 * MIB,
      },
    },
    caches: {
      caches: Array.from({ length: Math.min(200, caches) }, (_, i) => ({
        name: `cache-${(i * 7 + n) % caches}`,
        status: (i + n) % 11 === 0 ? 'warning' : 'healthy',
        reasons: [],
        stats: {
          size: i + n,
          capacity: 10_000,
          bytes: (i + (n % 50)) * 10_000,
          hitRatio: (n % 100) / 100,
          evictionsPerMinute: n % 7,
        },
      })),
      totalBytes: n * 1_000,
      left: Math.max(0, caches - 200),
      unnamed: 2,
    },
    scopes: { scopes: 10_000, byKind: { timeout: 30_000 + (n % 5), listener: n % 400 }, oldestMs: n * 2_000 },
    sessions: {
      open: 10_000,
      usedBytes: n * 100,
      largest: Array.from({ length: 50 - (n % 3) }, (_, i) => ({
        id: `session#${String((i + n) % 90).padStart(16, '0')}`,
        bytes: (60 - i) * 100_000,
        limitBytes: 5 * MIB,
        idleMs: n % 9_000,
      })),
    },
    monitor: {
      name: 'busy',
      runtime: 'Node.js v20.20.2',
      intervalMs: 30_000,
      level: n % 10 < 5 ? 'ok' : 'warning',
      heap: { usedBytes: floorBytes, floorBytes, limitBytes: 1_024 * MIB },
      container: { limitBytes: 512 * MIB, workingSetBytes: 310 * MIB },
      gc: {
        major: { count: n, seconds: n / 100 },
        minor: { count: n * 9, seconds: n / 50 },
        forced: 0,
        share: (n % 20) / 500,
      },
      loopDelay: { p50Ms: 1, p99Ms: (n % 30) + 1, maxMs: 40 },
      loopUtilization: (n % 10) / 10,
      handles: { Timeout: n % 100, TCPSocketWrap: n % 30 },
      trend: { reason: `Judged by ${n} floors.`, bytesPerMinute: n % 2 === 0 ? 1_000 : null, floors: n },
      alerts: {
        active: n % 10 < 5 ? [] : [{ rule: 'growth', level: 'warning', at, message: `Grows, ${n}.` }],
        recent: Array.from({ length: 50 }, (_, i) => ({
          rule: `rule-${i}`,
          level: 'warning',
          at: at - i * 1_000,
          message: `${n} ${i}`,
        })),
        suppressed: n,
      },
    },
  };
}
