import { EventEmitter } from 'node:events';
import { describe, expect, test, vi } from 'vitest';
import { isPlimsollError, PlimsollError } from '../../../src/errors.ts';
import { type EntryFailure, openScopes, Scope } from '../../../src/scope/index.ts';
import { FakeClock, settle } from '../../helpers/fake-clock.ts';

/** A promise that the test settles. */
function pending(): { promise: Promise<void>; resolve: () => void; reject: (error: unknown) => void } {
  let settled: { resolve: () => void; reject: (error: unknown) => void } | undefined;
  const promise = new Promise<void>((resolve, reject) => (settled = { resolve, reject }));
  return { promise, ...settled! };
}

/** A scope on a clock that stands still, with a record of what reached `onError`. */
function onFakeClock(options: { deadline?: number; parallel?: boolean; name?: string } = {}): {
  clock: FakeClock;
  scope: Scope;
  told: [unknown, EntryFailure][];
} {
  const clock = new FakeClock();
  const told: [unknown, EntryFailure][] = [];
  const scope = new Scope({ ...options, clock, onError: (...args) => told.push(args) });
  return { clock, scope, told };
}

async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('a closing', () => {
  test('is shared by all who ask for it while it runs', async () => {
    const scope = new Scope();
    const { promise, resolve } = pending();
    scope.defer(() => promise);
    const first = scope.close();
    expect(scope.close()).toBe(first);
    expect(scope[Symbol.asyncDispose]()).toBe(first);
    let isOver = false;
    void first.then(() => (isOver = true));
    await settle();
    expect(isOver).toBe(false);
    resolve();
    await first;
    expect(scope.report().state).toBe('closed');
  });

  test('is over when close() returns, where nothing has to be waited for', () => {
    const scope = new Scope();
    scope.defer(() => {});
    void scope.close();
    expect(scope.report().state).toBe('closed');
  });

  test('rejects everyone who waits with the same error, and nobody later', async () => {
    const scope = new Scope();
    scope.defer(() => Promise.reject(new Error('late')));
    const errors = await Promise.all([errorOf(scope.close()), errorOf(scope.close())]);
    expect(errors.map(String)).toEqual(['Error: late', 'Error: late']);
    await scope.close();
  });

  test('aborts the signals first, in scopes within as well, with the reason that was given', async () => {
    const scope = new Scope();
    const child = scope.child('within');
    const seen: unknown[] = [];
    child.defer(() => seen.push('ended'));
    child.signal.addEventListener('abort', () => seen.push('child'));
    scope.signal.addEventListener('abort', () => seen.push('own'));
    scope.defer(() => seen.push(scope.ending));
    await scope.close({ cause: 'error', reason: 'why' });
    expect(seen).toEqual(['own', 'child', { cause: 'error', reason: 'why' }, 'ended']);
    expect(child.signal.reason).toBe('why');
    expect(child.ending).toEqual({ cause: 'error', reason: 'why' });
  });

  test('aborts with an AbortError without a reason, also for who asks for the signal later', () => {
    const scope = new Scope();
    scope.dispose();
    expect(scope.signal.aborted).toBe(true);
    expect(scope.signal.reason).toMatchObject({ name: 'AbortError' });
  });

  test('ends the entries of a parallel scope at once, newest first, and tells all errors', async () => {
    const scope = new Scope({ parallel: true });
    const [one, two] = [pending(), pending()];
    const log: string[] = [];
    scope.defer(() => {
      log.push('one');
      return one.promise;
    });
    scope.defer(() => {
      log.push('two');
      return two.promise;
    });
    const closed = errorOf(scope.close());
    expect(log).toEqual(['two', 'one']);
    one.reject('first');
    two.reject('second');
    expect(await closed).toMatchObject({ error: 'second', suppressed: 'first' });
  });

  test('of a parallel scope goes on when ending one takes out others', async () => {
    const scope = new Scope({ parallel: true });
    const log: string[] = [];
    const value = {};
    scope.defer(() => log.push('oldest'));
    scope.adopt(value, () => log.push('taken out'));
    scope.defer(() => {
      scope.disown(value);
      return Promise.resolve();
    });
    scope.defer(() => Promise.resolve());
    await scope.close();
    expect(log).toEqual(['oldest']);
  });

  test.each([{ deadline: 'soon' }, { cause: 'boredom' }])('rejects options %j and stays open', async (options) => {
    const scope = new Scope();
    const error = await errorOf(scope.close(options as never));
    expect(isPlimsollError(error, 'PLIM_ERR_OPTION_INVALID')).toBe(true);
    expect(scope.disposed).toBe(false);
  });

  test('survives a user that throws at the removal of its listeners', async () => {
    const scope = new Scope();
    const emitter = new EventEmitter();
    emitter.on('removeListener', () => {
      throw new Error('do not take it');
    });
    const log: string[] = [];
    scope.defer(() => log.push('still'));
    scope.on(emitter, 'event', () => {});
    expect(await errorOf(scope.close())).toMatchObject({ message: 'do not take it' });
    expect(log).toEqual(['still']);
  });
});

describe('a closing within itself', () => {
  test.each(['at once', 'after an await'])('does not wait for itself, asked %s', async (when) => {
    const scope = new Scope();
    const log: string[] = [];
    scope.defer(() => log.push('older'));
    scope.defer(async () => {
      if (when !== 'at once') await settle();
      await scope.close();
      log.push('asked');
    });
    await scope.close();
    expect(log).toEqual(['asked', 'older']);
  });

  test('closes the owner, which waits for the scope that asks', async () => {
    const owner = new Scope();
    const log: string[] = [];
    owner.defer(() => log.push('owner'));
    const child = owner.child();
    child.defer(() => log.push('child'));
    child.defer(async () => {
      await settle();
      await owner.close();
      log.push('asked');
    });
    await child.close();
    await owner.close();
    expect(log).toEqual(['asked', 'child', 'owner']);
  });

  test('keeps its order when the owner is closed from a disposer that does not wait', async () => {
    const owner = new Scope();
    const log: string[] = [];
    owner.defer(() => log.push('owner'));
    const child = owner.child();
    child.defer(() => log.push('child'));
    child.defer(() => void owner.close());
    child.dispose();
    await owner.close();
    expect(log).toEqual(['child', 'owner']);
  });

  test('goes through scopes that close each other', async () => {
    const [left, right] = [new Scope({ name: 'left' }), new Scope({ name: 'right' })];
    left.defer(async () => {
      await settle();
      await right.close();
    });
    right.defer(async () => {
      await settle();
      await left.close();
    });
    await left.close();
    expect([left.report().state, right.report().state]).toEqual(['closed', 'closed']);
  });

  test('is waited for by what a disposer left running, once that disposer is over', async () => {
    const owner = new Scope();
    const child = owner.child();
    const { promise, resolve } = pending();
    let after: Promise<boolean> | undefined;
    owner.defer(() => promise);
    child.defer(async () => {
      await settle();
      after = settle(100).then(async () => {
        // A closing of somebody else keeps the context of asynchronous calls switched on.
        await owner.close();
        return owner.report().state === 'closed';
      });
    });
    const other = new Scope();
    other.defer(async () => promise);
    void other.close();
    await child.close();
    await settle(200);
    resolve();
    expect(await after).toBe(true);
  });

  test('tells onError of failures that nobody waits for', async () => {
    const { scope, told } = onFakeClock();
    const child = scope.child('within');
    scope.defer(() => {
      throw 'owner';
    });
    child.defer(async () => scope.close());
    await child.close();
    await settle();
    expect(told.map(([error]) => error)).toEqual(['owner']);
  });
});

describe('time', () => {
  test('runs out for one entry: it is reported and left, and the rest goes on', async () => {
    const { clock, scope, told } = onFakeClock({ name: 'app' });
    const log: string[] = [];
    const { promise, reject } = pending();
    scope.defer(() => log.push('older'));
    scope.defer(() => promise, { name: 'slow', timeout: '2s' });
    const closed = errorOf(scope.close());
    await clock.advanceAsync(1_999);
    expect(scope.list()).toMatchObject([{ name: 'slow', state: 'ending' }, { state: 'open' }]);
    await clock.advanceAsync(1);
    const error = await closed;
    expect(isPlimsollError(error, 'PLIM_ERR_SCOPE_TIMEOUT')).toBe(true);
    expect(String(error)).toBe(
      "TimeoutError: The deferred 'slow' of app did not end within 2.0 s; it was left behind.",
    );
    expect(log).toEqual(['older']);
    expect(clock.pendingTimers).toBe(0);
    reject('too late');
    await settle();
    const { failures } = scope.report().closing!;
    expect(failures).toMatchObject([{ isTimeout: true, entry: { name: 'slow' }, lateError: 'too late' }]);
    expect(told).toMatchObject([['too late', { entry: { name: 'slow' } }]]);
  });

  test('runs out for the whole: everything is still told to end', async () => {
    const { clock, scope } = onFakeClock();
    const log: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      scope.defer(
        () => {
          log.push(name);
          return name === 'a' ? Promise.resolve() : new Promise(() => {});
        },
        { name },
      );
    }
    const closed = errorOf(scope.close({ deadline: 100 }));
    await clock.advanceAsync(100);
    await clock.advanceAsync(0);
    await closed;
    expect(log).toEqual(['c', 'b', 'a']);
    expect(scope.report().closing!.failures.map(({ entry }) => entry.name)).toEqual(['c', 'b']);
  });

  test('is the shorter of what a scope has and what it is given', async () => {
    const { clock, scope } = onFakeClock({ deadline: 50 });
    scope.defer(() => new Promise(() => {}));
    const closed = errorOf(scope.close({ deadline: '1m' }));
    await clock.advanceAsync(50);
    expect(isPlimsollError(await closed, 'PLIM_ERR_SCOPE_TIMEOUT')).toBe(true);
  });

  test('of the owner holds within: what hangs is named where it is', async () => {
    const { clock, scope } = onFakeClock({ name: 'app' });
    const child = scope.child('request');
    child.defer(() => new Promise(() => {}), { name: 'hangs' });
    const closed = errorOf(scope.close({ deadline: 10 }));
    await clock.advanceAsync(10);
    await closed;
    expect(scope.report().closing!.failures).toMatchObject([
      { entry: { name: 'hangs', path: ['app', 'request'] }, isTimeout: true },
    ]);
  });

  test('of the owner holds for a child that somebody else began to close', async () => {
    const { clock, scope } = onFakeClock();
    const child = scope.child('request');
    child.defer(() => new Promise(() => {}));
    void child.close();
    const closed = errorOf(scope.close({ deadline: 10 }));
    await clock.advanceAsync(10);
    await closed;
    expect(scope.report().closing!.failures).toMatchObject([{ entry: { kind: 'scope', name: 'request' } }]);
  });

  test('that is not limited takes no timer', async () => {
    const { clock, scope } = onFakeClock();
    scope.defer(() => Promise.resolve());
    void scope.close();
    expect(clock.pendingTimers).toBe(0);
  });

  test.each([-1, 'soon', null])('of %j is no time', (timeout) => {
    const scope = new Scope();
    expect(() => scope.defer(() => {}, { timeout: timeout as never })).toThrow('Expected `timeout` to be a duration');
    expect(scope.stats().open).toBe(0);
  });
});

describe('dispose', () => {
  test('tells everything to end at once and waits for nothing', async () => {
    const scope = new Scope();
    const { promise, resolve } = pending();
    const log: string[] = [];
    scope.defer(() => log.push('older'));
    scope.defer(() => promise.then(() => log.push('slow')));
    scope.dispose();
    expect(log).toEqual(['older']);
    expect(scope.report().state).toBe('closing');
    resolve();
    await scope.close();
    expect(log).toEqual(['older', 'slow']);
  });

  test('throws what failed at once, and tells onError of what failed later', async () => {
    const { scope, told } = onFakeClock();
    scope.defer(() => {
      throw 'at once';
    });
    scope.defer(() => Promise.reject('later'));
    expect(() => scope.dispose()).toThrow('at once');
    await settle();
    expect(told.map(([error]) => error)).toEqual(['later']);
  });

  test('prefers the synchronous method', () => {
    const log: string[] = [];
    const scope = new Scope();
    scope.use({
      [Symbol.dispose]: () => void log.push('sync'),
      [Symbol.asyncDispose]: async () => void log.push('async'),
    });
    scope.dispose();
    expect(log).toEqual(['sync']);
  });

  test('warns of what failed later when nobody takes the errors', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const scope = new Scope({ name: 'app' });
    scope.defer(() => Promise.reject(new Error('gone wrong')), { name: 'hook' });
    scope.dispose();
    await settle();
    expect(warned.mock.calls).toEqual([
      [
        "The deferred 'hook' of app failed to end: gone wrong",
        { type: 'PlimsollWarning', code: 'PLIM_WARN_SCOPE_FAILED' },
      ],
    ]);
    warned.mockRestore();
  });

  test('outlives an onError that throws', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const onError = (): void => {
      throw new Error('in the handler');
    };
    const scope = new Scope({ onError });
    scope.defer(() => Promise.reject('first'));
    scope.defer(() => Promise.reject('second'));
    scope.dispose();
    await settle();
    expect(warned).toHaveBeenCalledTimes(2);
    warned.mockRestore();
  });
});

describe('what comes too late', () => {
  function closedScope(): { scope: Scope; told: [unknown, EntryFailure][] } {
    const { scope, told } = onFakeClock({ name: 'app' });
    scope.dispose();
    return { scope, told };
  }

  test('is ended, and the error says so', () => {
    const { scope } = closedScope();
    const ended: unknown[] = [];
    const calls = [
      () => scope.use({ [Symbol.dispose]: () => void ended.push('use') }),
      () => scope.adopt('adopt', (value) => ended.push(value)),
      () => scope.defer(() => ended.push('defer')),
      () => scope.stream({ destroy: () => ended.push('stream') }),
      () => scope.watcher({ close: () => ended.push('watcher') }),
      () => scope.observer({ disconnect: () => ended.push('observer') }),
      () => scope.file({ close: () => ended.push('file') }),
    ];
    for (const call of calls) {
      const error = thrownBy(call);
      expect(isPlimsollError(error, 'PLIM_ERR_SCOPE_DISPOSED')).toBe(true);
      expect(error).toBeInstanceOf(ReferenceError);
      expect(error).toBeInstanceOf(PlimsollError);
      expect(String(error)).toBe(
        'DisposedError: The scope app is closed: it takes nothing more. What came has been ended.',
      );
    }
    expect(ended).toEqual(['use', 'adopt', 'defer', 'stream', 'watcher', 'observer', 'file']);
  });

  test('is not begun: timers, listeners, scopes, moves', () => {
    const { scope } = closedScope();
    const emitter = new EventEmitter();
    const calls = [
      () => scope.setTimeout(() => {}, 1),
      () => scope.setInterval(() => {}, 1),
      () => scope.setImmediate(() => {}),
      () => scope.on(emitter, 'event', () => {}),
      () => scope.endWith(emitter),
      () => scope.child(),
      () => scope.move(),
    ];
    for (const call of calls) expect(isPlimsollError(thrownBy(call), 'PLIM_ERR_SCOPE_DISPOSED')).toBe(true);
    expect(emitter.eventNames()).toEqual([]);
  });

  test('is ended while the scope is closing too, without deadlock', async () => {
    const scope = new Scope();
    const log: string[] = [];
    scope.defer(async () => {
      try {
        scope.defer(() => log.push('ended'));
      } catch (error) {
        log.push((error as Error).message);
      }
    });
    await scope.close();
    expect(log).toEqual(['ended', 'The scope scope is closing: it takes nothing more. What came has been ended.']);
  });

  test('gives its own failure as the cause, or to onError when it comes later', async () => {
    const { scope, told } = closedScope();
    const failing = (): void =>
      scope.defer(() => {
        throw 'own';
      });
    expect(thrownBy(failing)).toMatchObject({ cause: 'own' });
    expect(thrownBy(() => scope.defer(() => Promise.reject('later')))).not.toHaveProperty('cause');
    await settle();
    expect(told.map(([error]) => error)).toEqual(['later']);
  });
});

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('It did not throw.');
}

describe('scopes within scopes', () => {
  test('end at their place, and leave when they end by themselves', async () => {
    const scope = new Scope();
    const log: string[] = [];
    scope.defer(() => log.push('first'));
    const child = scope.child('within');
    child.defer(() => log.push('within'));
    scope.defer(() => log.push('last'));
    const gone = scope.child('gone');
    await gone.close();
    expect(scope.stats()).toMatchObject({ open: 3, scopes: 1 });
    await scope.close();
    expect(log).toEqual(['last', 'within', 'first']);
    expect(child.disposed).toBe(true);
    expect(child.path).toEqual(['scope', 'within']);
  });

  test('pass their errors on, the chain nested, the list flat', async () => {
    const scope = new Scope({ name: 'app' });
    const child = scope.child('request');
    child.defer(() => {
      throw 'second';
    });
    child.defer(() => Promise.reject('first'));
    scope.defer(() => {
      throw 'own';
    });
    const error = await errorOf(scope.close());
    expect(error).toMatchObject({ error: { error: 'second', suppressed: 'first' }, suppressed: 'own' });
    expect(scope.report().closing!.errors).toEqual(['own', 'first', 'second']);
  });

  test('throw from dispose() of the owner', () => {
    const scope = new Scope();
    scope.child().defer(() => {
      throw new Error('within');
    });
    expect(() => scope.dispose()).toThrow('within');
  });

  test('are made by new as well, and only of scopes', () => {
    const scope = new Scope({ name: 'app' });
    expect(new Scope({ parent: scope, name: 'within' }).path).toEqual(['app', 'within']);
    expect(new Scope({ parent: scope }).parent).toBe(scope);
    expect(() => new Scope({ parent: {} as never })).toThrow('Expected `parent` to be a Scope, got an object.');
  });
});

describe('move', () => {
  test('takes along entries, scopes within, signal and settings', async () => {
    const { clock, scope } = onFakeClock({ name: 'app', deadline: 50 });
    const { signal } = scope;
    const child = scope.child('within');
    const fired: string[] = [];
    scope.setTimeout(() => fired.push('timer'), 10);
    const heir = scope.move();
    expect(heir.name).toBe('app');
    expect(heir.signal).toBe(signal);
    expect(child.parent).toBe(heir);
    expect(scope.stats().open + scope.stats().scopes).toBe(0);
    await scope.close();
    expect(signal.aborted).toBe(false);
    clock.advance(10);
    expect(fired).toEqual(['timer']);
    expect(heir.stats().open).toBe(0);
    heir.defer(() => new Promise(() => {}));
    const closed = errorOf(heir.close());
    await clock.advanceAsync(50);
    expect(isPlimsollError(await closed, 'PLIM_ERR_SCOPE_TIMEOUT')).toBe(true);
    expect([child.disposed, signal.aborted]).toEqual([true, true]);
  });

  test('of a scope within another leaves the owner', () => {
    const scope = new Scope();
    const child = scope.child();
    const log: string[] = [];
    child.defer(() => log.push('ended'));
    const heir = child.move();
    expect(scope.stats().scopes).toBe(0);
    scope.dispose();
    expect(log).toEqual([]);
    heir.dispose();
    expect(log).toEqual(['ended']);
  });
});

describe('disown', () => {
  test('takes the newest entry for a value out, once', () => {
    const scope = new Scope();
    const log: string[] = [];
    const value = {};
    scope.adopt(value, () => log.push('older'));
    scope.adopt(value, () => log.push('newer'));
    expect(scope.disown(value)).toBe(true);
    expect(scope.disown({})).toBe(false);
    scope.dispose();
    expect(log).toEqual(['older']);
    expect(scope.disown(value)).toBe(false);
  });

  test('finds what each registrar was given', () => {
    const scope = new Scope();
    const dispose = (): void => {
      throw new Error('ended');
    };
    const values = [
      scope.use({ [Symbol.dispose]: dispose }),
      scope.stream({ destroy: dispose }),
      scope.stream({ cancel: dispose as never }),
      scope.file({ close: dispose }),
      scope.observer({ disable: dispose }),
      scope.abortController(),
      dispose,
    ];
    scope.defer(dispose);
    const emitter = new EventEmitter();
    scope.on(emitter, 'event', () => {});
    for (const value of [...values, emitter]) expect(scope.disown(value)).toBe(true);
    expect(scope.stats().open).toBe(0);
  });
});

describe('run', () => {
  test('closes the scope after the work, and gives what it gave', async () => {
    const log: unknown[] = [];
    const result = await Scope.run(async (scope) => {
      scope.defer(() => log.push(scope.ending));
      await settle();
      return 'result';
    });
    expect(result).toBe('result');
    expect(log).toEqual([{ cause: 'done', reason: undefined }]);
  });

  test('tells disposers of the error, and throws it as it is', async () => {
    const log: unknown[] = [];
    const work = (scope: Scope): never => {
      scope.defer(() => log.push(scope.ending));
      throw 'failed';
    };
    expect(await errorOf(Scope.run(work))).toBe('failed');
    expect(log).toEqual([{ cause: 'error', reason: 'failed' }]);
  });

  test('throws both errors when the closing fails as well', async () => {
    const error = await errorOf(
      Scope.run((scope) => {
        scope.defer(() => Promise.reject('closing'));
        throw 'work';
      }),
    );
    expect(error).toMatchObject({ name: 'SuppressedError', error: 'closing', suppressed: 'work' });
  });

  test('runs within a scope, which owns what is not finished', async () => {
    const owner = new Scope({ name: 'app' });
    const { promise, resolve } = pending();
    const running = owner.run((scope) => promise.then(() => scope.signal.aborted), { name: 'job' });
    expect(owner.list()).toMatchObject([{ kind: 'scope', name: 'job' }]);
    await owner.close();
    resolve();
    expect(await running).toBe(true);
  });
});

describe('endWith', () => {
  test('closes the scope with an emitter, and leaves no listener when it closes before', async () => {
    const [response, other] = [new EventEmitter(), new EventEmitter()];
    const scope = new Scope();
    scope.endWith(response);
    scope.endWith(other, 'end');
    response.emit('close');
    expect(scope.report().state).toBe('closed');
    expect([...response.eventNames(), ...other.eventNames()]).toEqual([]);
  });

  test('closes the scope with an abort signal, which is the cause', () => {
    const controller = new AbortController();
    const scope = new Scope();
    scope.endWith(controller.signal);
    controller.abort('stop');
    expect(scope.ending).toEqual({ cause: 'signal', reason: 'stop' });
    expect(scope.signal.reason).toBe('stop');
  });

  test.each([AbortSignal.abort('before'), Object.assign(new EventEmitter(), { closed: true })])(
    'closes the scope at once with what has ended before: %s',
    (target) => {
      const scope = new Scope();
      scope.endWith(target);
      expect(scope.disposed).toBe(true);
    },
  );

  test('waits for the close of a request of Node.js, which has a field `aborted` as well', () => {
    const scope = new Scope();
    const request = Object.assign(new EventEmitter(), { aborted: false });
    scope.endWith(request);
    request.emit('close');
    expect(scope.ending).toEqual({ cause: 'done', reason: undefined });
  });

  test('ends with whichever of several comes first, and listens to none of them then', () => {
    const scope = new Scope();
    const emitters = Array.from({ length: 3 }, () => new EventEmitter());
    const controller = new AbortController();
    for (const emitter of emitters) scope.endWith(emitter);
    scope.endWith(controller.signal);
    emitters[1]!.emit('close');
    controller.abort();
    expect(scope.ending?.cause).toBe('done');
    expect(emitters.flatMap((emitter) => emitter.eventNames())).toEqual([]);
  });

  test('ends once with a target that says twice that it has closed', () => {
    const response = Object.assign(new EventEmitter(), { closed: false });
    const { scope, told } = onFakeClock();
    let ends = 0;
    scope.defer(() => void ends++);
    scope.endWith(response);
    response.closed = true;
    response.emit('close');
    response.emit('close');
    expect(scope.report().state).toBe('closed');
    expect({ ends, told, listening: response.eventNames() }).toEqual({ ends: 1, told: [], listening: [] });
  });

  test('takes its listener away from a target that has not closed', () => {
    const response = Object.assign(new EventEmitter(), { closed: false });
    const scope = new Scope();
    scope.endWith(response);
    scope.dispose();
    expect(response.eventNames()).toEqual([]);
  });

  test('is no entry, and stays behind when all entries move', () => {
    const emitter = new EventEmitter();
    const scope = new Scope();
    scope.endWith(emitter);
    expect(scope.list()).toEqual([]);
    const heir = scope.move();
    expect(emitter.eventNames()).toEqual([]);
    expect(heir.disposed).toBe(false);
  });

  test.each([null, {}, 'response'])('refuses %j', (target) => {
    const scope = new Scope();
    expect(
      isPlimsollError(
        thrownBy(() => scope.endWith(target as never)),
        'PLIM_ERR_SCOPE_KIND',
      ),
    ).toBe(true);
    expect(scope.disposed).toBe(false);
  });

  test('tells onError when somebody objects to the listener being taken away, and closes all the same', () => {
    const { scope, told } = onFakeClock();
    const [first, last] = [new EventEmitter(), new EventEmitter()];
    scope.endWith(first);
    scope.endWith(last);
    last.on('removeListener', () => {
      throw 'objection';
    });
    scope.dispose();
    expect(told).toMatchObject([['objection', { entry: { kind: 'listener', name: 'endWith' }, isTimeout: false }]]);
    expect(first.eventNames()).toEqual([]);
    expect(scope.report().state).toBe('closed');
  });

  test('tells onError of what fails', async () => {
    const { scope, told } = onFakeClock();
    const emitter = new EventEmitter();
    scope.endWith(emitter);
    scope.defer(() => Promise.reject('slow'));
    scope.defer(() => {
      throw 'fast';
    });
    emitter.emit('close');
    await settle();
    expect(told.map(([error]) => error)).toEqual(['fast', 'slow']);
  });
});

describe('openScopes', () => {
  test('finds outermost scopes until they close, and none within', () => {
    const scope = new Scope();
    const child = scope.child();
    expect(openScopes()).toContain(scope);
    expect(openScopes()).not.toContain(child);
    scope.dispose();
    expect(openScopes()).not.toContain(scope);
  });
});

describe('options', () => {
  test.each([
    [{ name: '' }, 'Expected `name` to be a text that is not empty, got "".'],
    [{ name: 1 }, 'Expected `name` to be a text that is not empty, got 1 (number).'],
    [{ parallel: 'yes' }, 'Expected `parallel` to be true or false, got "yes".'],
    [{ deadline: -1 }, "Expected `deadline` to be a duration such as 500, '30s' or '5m', got -1 (number)."],
    [{ traces: 'some' }, 'Expected `traces` to be one of all, sampled, off, got "some".'],
    [{ onError: 1 }, 'Expected `onError` to be a function, got 1 (number).'],
    [{ warnAbandoned: 1 }, 'Expected `warnAbandoned` to be true or false, got 1 (number).'],
    [{ clock: {} }, 'Expected `clock` to be a Clock, got an object.'],
    [null, 'Expected `options` to be an object, got null.'],
  ])('%j are refused', (options, message) => {
    expect(() => new Scope(options as never)).toThrow(message);
  });

  test('of a scope within may be its name', () => {
    const scope = new Scope();
    expect(scope.child('within').name).toBe('within');
    expect(() => scope.child(1 as never)).toThrow('Expected `options` to be an object or a name, got 1 (number).');
    expect(scope.stats().scopes).toBe(1);
  });
});
