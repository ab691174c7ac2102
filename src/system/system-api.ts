import { messageOf } from '../base/errors.ts';
import { warn } from '../base/warnings.ts';
import { Gate } from './access/gate.ts';
import { readTarget, type Target, type TargetProblem } from './access/target.ts';
import { Actions } from './actions/actions.ts';
import { problem, type SystemAnswer, type SystemRequest } from './call.ts';
import { type Endpoint, endpointsAt } from './endpoints.ts';
import { EventHub } from './events/hub.ts';
import { answerAsResponse, requestOfWeb } from './adapters/web.ts';
import { ProcessHealth } from './health/health.ts';
import type { Metrics } from './metrics/metrics.ts';
import { resolveSystemOptions, type SystemOptions, type SystemSettings } from './options.ts';
import { eventSources } from './views/event-sources.ts';

/** What every answer has, unless it has its own: nothing is kept, guessed, framed or read by another site. */
const HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
};

/**
 * Health, figures, metrics and actions of a process over HTTP, safe to leave on in production.
 *
 * ```ts
 * const system = new SystemApi({ token: process.env.SYSTEM_TOKEN, basePath: '/api/system' });
 * const server = http.createServer(nodeListener(system, app));
 * ```
 *
 * Who may ask for what is decided here and nowhere else: see docs/guide/system-api.md.
 *
 * **Cost:** nothing until somebody asks.
 */
export class SystemApi implements Disposable {
  readonly #settings: SystemSettings;
  readonly #gate: Gate;
  readonly #health: ProcessHealth;
  readonly #events: EventHub;
  readonly #actions: Actions;
  readonly #forget: () => void;

  /** @throws {PLIM_ERR_OPTION_INVALID} */
  constructor(options: SystemOptions = {}) {
    const settings = resolveSystemOptions(options);
    this.#settings = settings;
    this.#gate = new Gate(settings);
    this.#health = new ProcessHealth(settings, settings.isStarted);
    this.#events = new EventHub(eventSources(settings), settings.eventIntervalMs, settings.clock);
    this.#actions = new Actions(settings, (ms) => this.#health.shedFor(ms));
    this.#forget = this.#endWith(settings.shutdown);
  }

  /** The metrics that `metrics` answers with. */
  get metrics(): Metrics {
    return this.#settings.metrics;
  }

  /** Path that all endpoints are below, without a slash at its end. */
  get basePath(): string {
    return this.#settings.basePath;
  }

  /** Whether a token is set. */
  get hasToken(): boolean {
    return this.#settings.token.isSet;
  }

  /** Whose readiness this is. */
  get shutdown(): SystemSettings['shutdown'] {
    return this.#settings.shutdown;
  }

  /** The program says that it has started; see `isStarted`. */
  markStarted(): void {
    this.#health.markStarted();
  }

  /**
   * Answers a request of the web's kind: for Bun, Deno, `Hono.mount` and what is like them. It knows no address of the caller,
   * so nobody counts as this machine; see {@link handle}. Bound to this object. Never rejects.
   */
  readonly fetch: (request: Request) => Promise<Response> = (request) => this.fetchFrom(request, undefined);

  /** {@link fetch} for whoever knows the address of the socket's other end, as Bun's `server.requestIP(request)` tells it. */
  async fetchFrom(request: Request, address: string | undefined): Promise<Response> {
    const asked = requestOfWeb(request, address);
    return answerAsResponse(await this.handle(asked), asked.method);
  }

  /**
   * Whether a path and query is for this API: below its `basePath`, or that of an endpoint where there is none.
   *
   * @param isMounted - a framework may have taken `basePath` off already
   */
  owns(target: string, isMounted: boolean = false): boolean {
    const read = readTarget(target, this.#settings.basePath, isMounted);
    if (read === 'outside') return false;
    if (this.#settings.basePath !== '' && !isMounted) return true;
    return typeof read !== 'string' && this.#enabledAt(read).length > 0;
  }

  /** Answers a request that an adapter has made. Never rejects. */
  async handle(request: SystemRequest): Promise<SystemAnswer> {
    let answer: SystemAnswer;
    try {
      answer = await this.#answer(request);
    } catch (error) {
      this.#tellOf(error);
      answer = problem(500, 'failed', 'The answer could not be made; a warning of the process says why.');
    }
    return { ...answer, headers: { ...HEADERS, ...answer.headers } };
  }

  /** Ends event streams and what waits for checks. */
  close(): void {
    this.#forget();
    this.#events.close();
    this.#health.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** A stream that goes on for ever would hold the draining of its server up. */
  #endWith(shutdown: SystemSettings['shutdown']): () => void {
    const end = (): void => this.#events.close();
    try {
      return shutdown?.on('notReady', end, { name: 'system API: event streams' }) ?? (() => {});
    } catch {
      // It is past that phase already.
      end();
      return () => {};
    }
  }

  async #answer(request: SystemRequest): Promise<SystemAnswer> {
    const refusal = this.#gate.refuse(request);
    if (refusal !== undefined) return refusal;
    const target = readTarget(request.target, this.#settings.basePath, request.isMounted ?? false);
    if (typeof target === 'string') return TARGET_PROBLEMS[target];
    const found = this.#enabledAt(target);
    if (found.length === 0) return problem(404, 'missing', 'There is no such endpoint, or it is not enabled.');
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const match = found.find(({ endpoint }) => endpoint.method === method);
    if (match !== undefined) return this.#enter(request, target, match.endpoint, match.subject);
    const allow = found.map(({ endpoint }) => (endpoint.method === 'GET' ? 'GET, HEAD' : endpoint.method)).join(', ');
    return problem(405, 'method', `Ask by ${allow}.`, { allow });
  }

  #enabledAt({ parts }: Target): ReturnType<typeof endpointsAt> {
    return endpointsAt(parts).filter(({ endpoint }) => this.#settings.exposures[endpoint.name] !== 'off');
  }

  async #enter(
    request: SystemRequest,
    target: Target,
    endpoint: Endpoint,
    subject: string | undefined,
  ): Promise<SystemAnswer> {
    const { name, answer } = endpoint;
    const refusal =
      this.#gate.refuseCaller(request, this.#settings.exposures[name]) ??
      (answer === undefined ? this.#gate.refuseAction(request, name) : undefined);
    if (refusal !== undefined) {
      if (answer === undefined) this.#actions.deny(name, request, refusal.status);
      return refusal;
    }
    if (answer === undefined) return this.#actions.perform(name, { subject, query: target.query }, request);
    const isAuthorised = this.#gate.isAuthorised(request);
    return answer(
      { request, target, subject, isAuthorised },
      { settings: this.#settings, health: this.#health, events: this.#events },
    );
  }

  #tellOf(error: unknown): void {
    try {
      if (this.#settings.onError !== undefined) return this.#settings.onError('an answer', error);
    } catch {
      // It is told below instead.
    }
    warn({ code: 'PLIM_WARN_SYSTEM_PART', message: `An answer of the system API failed: ${messageOf(error)}` });
  }
}

const TARGET_PROBLEMS: Readonly<Record<TargetProblem, SystemAnswer>> = {
  outside: problem(404, 'outside', 'This path is not below the base path of the system API.'),
  bad: problem(400, 'path', 'The path is malformed.'),
  long: problem(414, 'path', 'The address is too long.'),
};
