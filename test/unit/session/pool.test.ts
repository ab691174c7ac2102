import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { Lazy, Pool, type PoolOptions } from '../../../src/session/index.ts';
import { codeRejectedBy } from '../../helpers/error-code.ts';
import { FakeClock, settle } from '../../helpers/fake-clock.ts';
import { holds } from '../../helpers/properties.ts';

interface Thing {
  readonly number: number;
}

let clock: FakeClock;
let log: string[];
let errors: unknown[];

beforeEach(() => {
  clock = new FakeClock();
  log = [];
  errors = [];
});

function makePool(options: Partial<PoolOptions<Thing>> = {}): Pool<Thing> {
  let number = 0;
  return new Pool({
    maxSize: 2,
    clock,
    create: () => ({ number: ++number }),
    reset: (thing) => void log.push(`reset ${thing.number}`),
    destroy: (thing) => void log.push(`destroy ${thing.number}`),
    onError: (error) => errors.push(error),
    ...options,
  });
}

describe('Pool', () => {
  test('lends, resets and lends again, and has those wait for whom there is none, in order', async () => {
    const pool = makePool();
    const [one, two] = [await pool.acquire(), await pool.acquire()];
    const got: number[] = [];
    const waiting = [1, 2].map((at) => pool.acquire().then((thing) => got.push(at * 10 + thing.number)));
    expect(pool.stats()).toEqual({ size: 2, lent: 2, idle: 0, queued: 2, created: 2, destroyed: 0 });
    pool.release(two);
    await settle();
    pool.release(one);
    await Promise.all(waiting);
    expect([got, log]).toEqual([
      [12, 21],
      ['reset 2', 'reset 1'],
    ]);
  });

  test('what is given back twice, or never was lent, is an error', async () => {
    const pool = makePool();
    const thing = await pool.acquire();
    pool.release(thing);
    for (const wrong of [thing, { number: 7 }]) {
      expect(await codeRejectedBy(() => pool.release(wrong))).toBe('PLIM_ERR_POOL_RELEASE');
      expect(await codeRejectedBy(() => pool.discard(wrong))).toBe('PLIM_ERR_POOL_RELEASE');
    }
    await settle();
    expect(pool.stats()).toMatchObject({ lent: 0, idle: 1 });
  });

  test('use gives back whichever way it ends', async () => {
    const pool = makePool({ maxSize: 1 });
    expect(await pool.use(({ number }) => number)).toBe(1);
    expect(await codeRejectedBy(() => pool.use(() => Promise.reject('broken')))).toBe('broken');
    expect(await pool.use((thing) => pool.discard(thing))).toBe(undefined);
    expect(await pool.use(({ number }) => number)).toBe(2);
  });

  test('who waits gives up in time, or when told to; only so many may wait', async () => {
    const pool = makePool({ maxSize: 1, maxQueued: 2, acquireDeadline: '5s' });
    const thing = await pool.acquire();
    const controller = new AbortController();
    const late = codeRejectedBy(() => pool.acquire());
    const aborted = codeRejectedBy(() => pool.acquire({ signal: controller.signal, deadline: '1h' }));
    expect(await codeRejectedBy(() => pool.acquire())).toBe('PLIM_ERR_POOL_FULL');
    controller.abort('enough');
    await clock.advanceAsync(5000);
    expect([await late, await aborted]).toEqual(['PLIM_ERR_POOL_TIMEOUT', 'enough']);
    expect(await codeRejectedBy(() => pool.acquire({ signal: AbortSignal.abort('before') }))).toBe('before');
    pool.release(thing);
    expect(await pool.acquire()).toBe(thing);
    expect(clock.pendingTimers).toBe(0);
  });

  test('a create that fails is heard of by one; the room is free again', async () => {
    let attempts = 0;
    const create = async (): Promise<Thing> => {
      if (++attempts === 1) throw new Error('not yet');
      return { number: attempts };
    };
    const pool = makePool({ maxSize: 1, create });
    const [first, second] = [codeRejectedBy(() => pool.acquire()), pool.acquire()];
    expect([await first, (await second).number]).toEqual(['Error: not yet', 2]);
  });

  test('one that cannot be reset is destroyed', async () => {
    const pool = makePool({
      maxSize: 1,
      reset: () => {
        throw 'dirty';
      },
      destroy: async ({ number }) => {
        log.push(`destroy ${number}`);
        throw 'stuck';
      },
    });
    pool.release(await pool.acquire());
    expect((await pool.acquire()).number).toBe(2);
    expect([log, errors]).toEqual([['destroy 1'], ['dirty', 'stuck']]);
  });

  test('what is idle too long is destroyed, the longest unused first', async () => {
    const pool = makePool({ idleTtl: '1m' });
    const [one, two] = [await pool.acquire(), await pool.acquire()];
    pool.release(one);
    pool.release(two);
    await settle();
    await clock.advanceAsync(40_000);
    await pool.use(({ number }) => log.push(`use ${number}`));
    await clock.advanceAsync(20_000);
    expect([log.slice(2), pool.size]).toEqual([['use 2', 'reset 2', 'destroy 1'], 1]);
    await clock.advanceAsync(60_000);
    expect([pool.size, clock.pendingTimers]).toEqual([0, 0]);
  });

  test('close destroys what is idle, refuses, and waits for what is lent, within its time', async () => {
    const pool = makePool({ maxSize: 3, closeTimeout: '5s' });
    const [one, two, three] = [await pool.acquire(), await pool.acquire(), await pool.acquire()];
    pool.release(one);
    await settle();
    const waiting = pool
      .acquire()
      .then(() => pool.acquire())
      .catch((error: unknown) => (error as { code: string }).code);
    await settle();
    let isClosed = false;
    const closing = pool.close().then(() => (isClosed = true));
    expect([await waiting, await codeRejectedBy(() => pool.acquire())]).toEqual([
      'PLIM_ERR_POOL_CLOSED',
      'PLIM_ERR_POOL_CLOSED',
    ]);
    pool.release(two);
    await settle();
    expect(isClosed).toBe(false);
    await clock.advanceAsync(5000);
    await closing;
    pool.release(three);
    await settle();
    expect(log).toEqual(['reset 1', 'destroy 2', 'destroy 3']);
    await pool[Symbol.asyncDispose]();
  });

  test.each<[unknown]>([
    [undefined],
    [{}],
    [{ maxSize: 0, create: () => 1 }],
    [{ maxSize: 1 }],
    [{ maxSize: 1, create: 5 }],
    [{ maxSize: 1, create: () => 1, reset: 5 }],
    [{ maxSize: 1, create: () => 1, idleTtl: 0 }],
    [{ maxSize: 1, create: () => 1, acquireDeadline: 'soon' }],
    [{ maxSize: 1, create: () => 1, maxQueued: -1 }],
    [{ maxSize: 1, create: () => 1, name: '' }],
  ])('refuses %j', async (options) => {
    expect(await codeRejectedBy(() => new Pool(options as never))).toBe('PLIM_ERR_OPTION_INVALID');
  });

  test('never lends one to two, never has more than it may, and loses none, whatever happens', async () => {
    const step: fc.Arbitrary<string> = fc.constantFrom(
      'acquire',
      'acquire',
      'release',
      'discard',
      'abort',
      'wait',
      'tick',
    );
    const property = fc.asyncProperty(
      fc.array(step, { maxLength: 80 }),
      fc.infiniteStream(fc.boolean()),
      async (steps, fails) => {
        const [live, lent] = [new Set<Thing>(), [] as Thing[]];
        const pool = new Pool<Thing>({
          maxSize: 3,
          clock: new FakeClock(),
          create: async () => {
            if (fails.next().value) throw new Error('no');
            const thing = { number: live.size };
            live.add(thing);
            expect(live.size).toBeLessThanOrEqual(3);
            return thing;
          },
          reset: () => (fails.next().value && fails.next().value ? Promise.reject('no') : undefined),
          destroy: (thing) => void live.delete(thing),
          onError: () => {},
        });
        const controllers: AbortController[] = [];
        let open = 0;
        for (const what of steps) {
          if (what === 'acquire') {
            const controller = new AbortController();
            controllers.push(controller);
            open++;
            const take = (thing: Thing): void => {
              expect(lent).not.toContain(thing);
              lent.push(thing);
            };
            void pool
              .acquire({ signal: controller.signal })
              .then(take, () => {})
              .finally(() => open--);
          } else if (what === 'release' && lent.length > 0) pool.release(lent.shift()!);
          else if (what === 'discard' && lent.length > 0) pool.discard(lent.pop()!);
          else if (what === 'abort') controllers.pop()?.abort();
          else await settle(what === 'wait' ? 30 : 2);
        }
        await settle(60);
        expect(pool.stats().lent).toBe(lent.length);
        const closing = pool.close();
        await settle(60);
        for (const thing of lent) pool.release(thing);
        await closing;
        expect([live.size, open]).toEqual([0, 0]);
      },
    );
    await holds(property, 100);
  });
});

describe('Lazy', () => {
  test('is made once, however many ask, and again after it was let go of', async () => {
    let made = 0;
    const lazy = new Lazy<number>(async () => ++made, { dispose: (value) => void log.push(`dispose ${value}`) });
    expect([lazy.isMade, lazy.peek()]).toEqual([false, undefined]);
    expect(await Promise.all([lazy.get(), lazy.get()])).toEqual([1, 1]);
    expect([lazy.isMade, lazy.peek()]).toEqual([true, 1]);
    await lazy.release();
    await lazy.release();
    expect([await lazy.get(), log]).toEqual([2, ['dispose 1']]);
    await lazy.close();
    expect(await codeRejectedBy(() => lazy.get())).toBe('PLIM_ERR_POOL_CLOSED');
    expect(log).toEqual(['dispose 1', 'dispose 2']);
    await lazy[Symbol.asyncDispose]();
  });

  test('a failure is heard by all who wait, and tried again by the next', async () => {
    let attempts = 0;
    const lazy = new Lazy(() => {
      if (++attempts === 1) throw new Error('not yet');
      return attempts;
    });
    expect(await Promise.all([codeRejectedBy(() => lazy.get()), codeRejectedBy(() => lazy.get())])).toEqual(
      Array(2).fill('Error: not yet'),
    );
    expect(await lazy.get()).toBe(2);
  });

  test('let go of while it is being made, nobody gets it, and it is disposed of when it comes', async () => {
    let arrive = (_value: string): void => {};
    let signal: AbortSignal | undefined;
    const create = (given: AbortSignal): Promise<string> => {
      signal = given;
      return new Promise((resolve) => (arrive = resolve));
    };
    const lazy = new Lazy(create, { dispose: (value) => void log.push(value) });
    const waiting = codeRejectedBy(() => lazy.get());
    await settle();
    const released = lazy.release();
    expect([await waiting, signal!.aborted]).toEqual(['PLIM_ERR_POOL_CLOSED', true]);
    arrive('late');
    await released;
    expect([log, lazy.isMade]).toEqual([['late'], false]);
  });

  test('is let go of when nobody asks for it', async () => {
    const lazy = new Lazy(() => 'value', { idleTtl: '1m', clock, dispose: (value) => void log.push(value) });
    await lazy.get();
    await settle();
    await clock.advanceAsync(40_000);
    await lazy.get();
    await clock.advanceAsync(40_000);
    expect(lazy.isMade).toBe(true);
    await clock.advanceAsync(20_000);
    expect([lazy.isMade, log, clock.pendingTimers]).toEqual([false, ['value'], 0]);
  });

  test('tells whoever lets go of it what its disposer threw', async () => {
    const lazy = new Lazy(() => 1, { dispose: () => Promise.reject('stuck') });
    await lazy.get();
    expect(await codeRejectedBy(() => lazy.release())).toBe('stuck');
    expect(await lazy.get()).toBe(1);
  });

  test.each([
    [undefined, {}],
    [5, {}],
    [() => 1, { dispose: 5 }],
    [() => 1, { idleTtl: 0 }],
  ])('refuses (%j, %j)', async (create, options) => {
    expect(await codeRejectedBy(() => new Lazy(create as never, options as never))).toBe('PLIM_ERR_OPTION_INVALID');
  });
});
