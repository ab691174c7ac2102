/** Puts sessions together from a broker's options. */
import { describeValue, readBytes } from '../base/options.ts';
import { Cache, type CacheAlert } from '../cache/index.ts';
import { Scope } from '../scope/index.ts';
import type { SessionNews } from './alert.ts';
import type { ResolvedBrokerOptions } from './broker-options.ts';
import { Budget } from './budget.ts';
import { type IsolatedOptions, IsolatedSession } from './isolated/isolated-session.ts';
import type { WorkerSettings } from './isolated/protocol.ts';
import { Session, type SessionHost, titleOf } from './session.ts';

/** The broker, as far as its sessions need it. */
export interface MakerHost extends SessionHost {
  /** Something of a session failed with nobody waiting. */
  failed(id: string, error: unknown): void;
  /** The worker of a session has ended by itself. */
  lost(session: IsolatedSession, cause: 'memory' | 'failed'): void;
}

export class SessionMaker<K, V> {
  readonly #options: ResolvedBrokerOptions<K, V>;
  readonly #news: SessionNews;
  readonly #host: MakerHost;

  constructor(options: ResolvedBrokerOptions<K, V>, news: SessionNews, host: MakerHost) {
    this.#options = options;
    this.#news = news;
    this.#host = host;
  }

  make(id: string, limitBytes: number): Session<K, V> {
    const { components, warnAt, onOver } = this.#options;
    const store = this.#makeStore(id, limitBytes);
    const budget = new Budget({
      title: titleOf(id),
      limitBytes,
      components,
      warnAt,
      onOver,
      store,
      tell: (notice) => this.#news.alert({ ...notice, code: 'PLIM_WARN_SESSION_BUDGET', session: id }),
    });
    return new Session<K, V>(id, { scope: this.#makeScope(id), store, budget }, limitBytes, this.#host);
  }

  makeIsolated(id: string, limitBytes: number, options: IsolatedOptions): IsolatedSession {
    const session: IsolatedSession = new IsolatedSession(id, this.#makeScope(id), limitBytes, this.#host, {
      options,
      clock: this.#options.clock,
      settings: this.#workerSettings(limitBytes),
      alert: (text) => this.#news.alert({ ...text, session: id }),
      lost: (cause) => this.#host.lost(session, cause),
    });
    return session;
  }

  #makeScope(id: string): Scope {
    const onError = (error: unknown): void => this.#host.failed(id, error);
    return new Scope({ name: nameOf(id), clock: this.#options.clock, onError });
  }

  #makeStore(id: string, limitBytes: number): Cache<K, V> {
    const { name, store, clock } = this.#options;
    const alert = ({ level, code, message }: CacheAlert): void =>
      this.#news.alert({ level, code, message: `In the ${nameOf(id)}: ${message}`, session: id });
    return new Cache<K, V>({
      onAlert: alert,
      ...store,
      ...storeBytes(store.maxBytes, limitBytes),
      // One for all: names of caches are labels of metrics, where an id would be seen, and there may be any number of them.
      name: `stores of ${name}`,
      clock,
    });
  }

  #workerSettings(limitBytes: number): WorkerSettings {
    const { components, warnAt, onOver, store } = this.#options;
    const plain = plainOptions({ ...store, ...storeBytes(store.maxBytes, limitBytes) });
    return { limitBytes, components: components && [...components], warnAt, onOver, store: plain };
  }
}

/** What scopes and labels call it; shortened. */
export function nameOf(id: string): string {
  return `session ${describeValue(id)}`;
}

/** A session that may use less than others has a smaller store too. */
function storeBytes(maxBytes: number | string | undefined, limitBytes: number): { maxBytes?: number } {
  return maxBytes === undefined ? {} : { maxBytes: Math.min(readBytes('store.maxBytes', maxBytes), limitBytes) };
}

/** What of a store's options another thread can be told: everything but functions and objects. */
function plainOptions(options: object): Record<string, string | number | boolean> {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value)),
  );
}
