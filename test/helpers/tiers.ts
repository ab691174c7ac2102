/** Second tiers that fail as they are told, and buses that deliver when they are told. */
import type { Alert } from '../../src/base/alert.ts';
import type { Clock } from '../../src/base/clock.ts';
import { FakeClock } from './fake-clock.ts';
import {
  type Bus,
  type BusListener,
  type BusOp,
  type BusStats,
  MemoryTier,
  type Tier,
  TieredCache,
  type TieredCacheOptions,
} from '../../src/tier/index.ts';

/** What a call of a {@link TrickyTier} does. */
export type Mood = 'up' | 'fail' | 'hang';

type Call = (...args: unknown[]) => Promise<unknown>;

/** Calls that wait to be let through. */
interface Held {
  readonly name: string;
  readonly go: () => void;
}

/** A memory tier that fails, hangs, or holds calls back until they are let through. */
export function trickyTier<V>(inner: MemoryTier<V> = new MemoryTier<V>()): Tier<V> & {
  mood: Mood;
  isHolding: boolean;
  /** Whether what it answers is held back too. */
  isHoldingReplies: boolean;
  readonly held: Held[];
  readonly log: string[];
  readonly inner: MemoryTier<V>;
} {
  const held: Held[] = [];
  const log: string[] = [];
  const state = { mood: 'up' as Mood, isHolding: false, isHoldingReplies: false, held, log, inner };
  const around =
    (name: string, call: (...args: unknown[]) => Promise<unknown>) =>
    async (...args: unknown[]): Promise<unknown> => {
      log.push(`${name} ${String(args[0])}`);
      if (proxy.mood === 'fail') throw new Error('connection refused');
      if (proxy.mood === 'hang') return new Promise(() => {});
      if (proxy.isHolding) await new Promise<void>((resolve) => held.push({ name, go: resolve }));
      const result = await call(...args);
      if (proxy.isHoldingReplies)
        await new Promise<void>((resolve) => held.push({ name: `reply ${name}`, go: resolve }));
      return result;
    };
  const methods = [
    'get',
    'getMany',
    'set',
    'delete',
    'generation',
    'endGeneration',
    'sweep',
    'takeLease',
    'endLease',
  ] as const;
  const wrapped = Object.fromEntries(
    methods.map((name) => [name, around(name, (...args) => (inner[name] as Call).apply(inner, args))]),
  );
  const proxy = Object.assign(state, wrapped, {
    name: 'tricky',
    isConditional: true,
    isAnswer: (error: unknown) => error instanceof Error && error.message.startsWith('OOM'),
    close: async () => {},
  }) as unknown as ReturnType<typeof trickyTier<V>>;
  return proxy;
}

/** Joins the buses of several caches. Messages wait until they are delivered. */
export class Hub {
  readonly members: HubBus[] = [];
  #waiting: (() => void)[] = [];
  /** Whether messages are delivered at once. */
  isPrompt = true;

  bus(): HubBus {
    const bus = new HubBus(this);
    this.members.push(bus);
    return bus;
  }

  send(from: HubBus, op: BusOp): void {
    for (const to of this.members) if (to !== from) this.#waiting.push(() => to.listener?.changed(op));
    if (this.isPrompt) this.deliver();
  }

  deliver(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const deliver of waiting) deliver();
  }

  /** All that waits is lost, and everybody is told so. */
  loseAll(): void {
    this.#waiting = [];
    for (const { listener } of this.members) listener?.lost('told to');
  }

  liveAll(): void {
    for (const { listener } of this.members) listener?.live();
  }
}

export class HubBus implements Bus {
  readonly maxStaleness = 1000;
  listener: BusListener | undefined;
  readonly #hub: Hub;

  constructor(hub: Hub) {
    this.#hub = hub;
  }

  start(listener: BusListener, _clock: Clock): void {
    this.listener = listener;
    listener.live();
  }

  publish(op: BusOp): void {
    this.#hub.send(this, op);
  }

  stats(): BusStats {
    return { isLive: true, received: 0, published: 0, unpublished: 0, losses: 0 };
  }

  async close(): Promise<void> {
    this.listener = undefined;
  }
}

type WorldOptions = Partial<TieredCacheOptions<string>>;

/** Caches of several processes over one second tier and one bus, on one clock. */
export function world(more: WorldOptions = {}) {
  const clock = new FakeClock();
  const tier = trickyTier<string>(new MemoryTier<string>({ clock }));
  const hub = new Hub();
  const alerts: Alert[] = [];
  const open = (own: WorldOptions = {}): TieredCache<string> =>
    new TieredCache<string>({
      l1: { maxEntries: 1000 },
      l2: tier,
      bus: hub.bus(),
      ttl: '1h',
      jitter: 0,
      clock,
      onAlert: (alert) => void alerts.push(alert),
      ...more,
      ...own,
    });
  return { clock, tier, hub, alerts, open };
}
