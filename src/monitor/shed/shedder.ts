import { invalidOption } from '../../base/options.ts';
import type { Monitor } from '../monitor.ts';
import type { ShedStatus } from './figures.ts';
import { resolveShedderOptions, type ShedderOptions, type ShedderSettings, type ShedRequest } from './options.ts';
import { chanceOf, loadOf, type Priority, type ShedSignal } from './ramp.ts';

/** What is to become of a request. */
export interface ShedDecision {
  readonly isAdmitted: boolean;
  /** Why it is refused; `null` when it is not. */
  readonly reason: ShedSignal | null;
  /** When the client may try again, whole seconds; 0 for one that is admitted. */
  readonly retryAfterSeconds: number;
}

/** Request and response of `node:http`, as far as they are used. */
export interface ShedResponse {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body?: string): unknown;
}

/** Fastify's reply, as far as it is used. */
export interface ShedReply {
  code(status: number): ShedReply;
  header(name: string, value: string): ShedReply;
  send(body: unknown): unknown;
}

const ADMITTED: ShedDecision = Object.freeze({ isAdmitted: true, reason: null, retryAfterSeconds: 0 });
const PRIORITIES: ReadonlySet<string> = new Set(['low', 'normal', 'high', 'exempt']);
/** Different routes that are counted; what comes after them is one. */
const MOST_ROUTES = 200;

/**
 * Refuses requests with 503 while memory or event loop are short, the less important first: by chance, along a ramp
 * between two bounds, so that load falls as far as it must and does not swing.
 *
 * ```ts
 * const shedder = new Shedder(monitor, { priority: (request) => (request.url?.startsWith('/export') ? 'low' : 'normal') });
 * app.use(shedder.express());
 * ```
 *
 * Goes by the monitor's newest figures, so give the monitor an `interval` of some seconds; when they are stale everything
 * is admitted.
 *
 * **Cost:** below 1 us a request.
 */
export class Shedder {
  readonly #monitor: Monitor;
  readonly #settings: ShedderSettings;
  readonly #counts: Map<string, { readonly reason: string; readonly route: string; count: number }> = new Map();
  #admitted = 0;

  /** @throws {PLIM_ERR_OPTION_INVALID} */
  constructor(monitor: Monitor, options: ShedderOptions = {}) {
    if (typeof monitor !== 'object' || monitor === null || typeof monitor.load !== 'function') {
      throw invalidOption('monitor', 'a `Monitor`', monitor);
    }
    this.#monitor = monitor;
    this.#settings = resolveShedderOptions(options, monitor.status().intervalMs);
    monitor.reportShedding(() => this.status());
  }

  /** Decides about one request, and counts it. Never throws: a `priority` or `route` that does admits. */
  decide(request: ShedRequest): ShedDecision {
    const load = this.#load();
    const decision = load === null || load.share <= 0 ? ADMITTED : this.#draw(request, load.share, load.reason!);
    if (decision.isAdmitted) this.#admitted++;
    return decision;
  }

  /** Whether requests of normal priority are being refused at all: for a readiness probe, never for liveness. */
  get isShedding(): boolean {
    return (this.#load()?.share ?? 0) > 0;
  }

  status(): ShedStatus {
    const load = this.#load();
    return {
      share: load === null ? null : Math.max(0, load.share),
      reason: load?.reason ?? null,
      admitted: this.#admitted,
      shed: Array.from(this.#counts.values(), (entry) => ({ ...entry })),
    };
  }

  /** For a handler of `node:http`: answers 503 and returns `true` when the request is refused. */
  refuse(request: ShedRequest, response: ShedResponse): boolean {
    const decision = this.decide(request);
    if (decision.isAdmitted) return false;
    response.statusCode = 503;
    response.setHeader('retry-after', String(decision.retryAfterSeconds));
    response.setHeader('content-type', 'application/json');
    response.end(bodyOf(decision));
    return true;
  }

  /** Middleware for express, connect and what is like them. */
  express(): (request: ShedRequest, response: ShedResponse, next: (error?: unknown) => void) => void {
    return (request, response, next) => {
      if (!this.refuse(request, response)) next();
    };
  }

  /** Hook for fastify: `app.addHook('onRequest', shedder.fastify())`. */
  fastify(): (request: ShedRequest, reply: ShedReply, done: () => void) => void {
    return (request, reply, done) => {
      const decision = this.decide(request);
      if (decision.isAdmitted) return done();
      const { retryAfterSeconds } = decision;
      reply.code(503).header('retry-after', String(retryAfterSeconds)).header('content-type', 'application/json');
      reply.send(bodyOf(decision));
    };
  }

  /** `null` when the figures are too old to go by. */
  #load(): { share: number; reason: ShedSignal | null } | null {
    const figures = this.#monitor.load();
    const { staleAfterMs, ramps } = this.#settings;
    const isFresh = this.#monitor.isRunning && figures.ageMs <= staleAfterMs;
    return isFresh ? loadOf(figures, ramps) : null;
  }

  #draw(request: ShedRequest, share: number, reason: ShedSignal): ShedDecision {
    const { random, retryAfterMs } = this.#settings;
    const chance = chanceOf(share, this.#priorityOf(request));
    if (chance <= 0 || random() >= chance) return ADMITTED;
    this.#count(reason, request);
    return { isAdmitted: false, reason, retryAfterSeconds: Math.ceil((retryAfterMs * (1 + random())) / 1000) };
  }

  #priorityOf(request: ShedRequest): Priority {
    const { url } = request;
    if (typeof url === 'string' && this.#settings.exempt.some((path) => isBelow(url, path))) return 'exempt';
    try {
      const priority = this.#settings.priority(request);
      return PRIORITIES.has(priority) ? priority : 'normal';
    } catch {
      return 'exempt';
    }
  }

  #count(reason: string, request: ShedRequest): void {
    const named = this.#routeOf(request);
    const isKnown = this.#counts.size < MOST_ROUTES || this.#counts.has(`${reason} ${named}`);
    const route = isKnown ? named : 'other';
    const key = `${reason} ${route}`;
    const entry = this.#counts.get(key) ?? { reason, route, count: 0 };
    entry.count++;
    this.#counts.set(key, entry);
  }

  #routeOf(request: ShedRequest): string {
    try {
      return this.#settings.route(request);
    } catch {
      return 'other';
    }
  }
}

function bodyOf({ reason, retryAfterSeconds }: ShedDecision): string {
  return JSON.stringify({ error: 'The service is short of memory or time; try again.', reason, retryAfterSeconds });
}

/** Whether a request's path is `path`, or below it; its query does not count. */
function isBelow(url: string, path: string): boolean {
  if (!url.startsWith(path)) return false;
  const next = url.charAt(path.length);
  return next === '' || next === '/' || next === '?' || next === '#';
}
