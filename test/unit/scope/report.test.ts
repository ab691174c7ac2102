import { describe, expect, test } from 'vitest';
import { formatScopeReport, REMEDIES, Scope } from '../../../src/scope/index.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';

/** A scope with another in it, one second old, of which each entry has its own age. */
function makeApp(): { clock: FakeClock; app: Scope; request: Scope } {
  const clock = new FakeClock();
  const app = new Scope({ name: 'app', traces: 'off', clock });
  app.setInterval(() => {}, '1h', { name: 'beat' });
  clock.advance(600);
  const request = app.child('request');
  request.defer(() => {
    throw new Error('no');
  });
  clock.advance(400);
  app.defer(() => {});
  return { clock, app, request };
}

describe('list', () => {
  test('shows what is open, newest first, each scope followed by what is in it', () => {
    const { app } = makeApp();
    const shown = app.list().map(({ kind, name, ageMs, path }) => [kind, name, ageMs, path.join(' > ')]);
    expect(shown).toEqual([
      ['deferred', undefined, 0, 'app'],
      ['scope', 'request', 400, 'app'],
      ['deferred', undefined, 400, 'app > request'],
      ['interval', 'beat', 1_000, 'app'],
    ]);
  });

  test('gives every entry of the process an id of its own', () => {
    const ids = [makeApp(), makeApp()].flatMap(({ app }) => app.list().map(({ id }) => id));
    expect(new Set(ids).size).toBe(8);
  });
});

describe('stats', () => {
  test('counts by kind, scopes within included and apart', () => {
    const { app } = makeApp();
    expect(app.stats()).toEqual({
      open: 3,
      byKind: { deferred: 2, interval: 1 },
      scopes: 1,
      opened: 3,
      oldestMs: 1_000,
    });
  });
});

describe('report', () => {
  test('tells what is open and how to close it', () => {
    const { app } = makeApp();
    const { path, state, ageMs, open, closing } = app.report();
    expect({ path, state, ageMs, closing }).toEqual({ path: ['app'], state: 'open', ageMs: 1_000, closing: undefined });
    expect(open.map(({ remedy }) => remedy)).toEqual([
      REMEDIES.deferred,
      REMEDIES.scope,
      REMEDIES.deferred,
      REMEDIES.interval,
    ]);
  });

  test('tells how the closing went', async () => {
    const { clock, app } = makeApp();
    app.defer(() => new Promise((resolve) => clock.startTimer(() => resolve(undefined), 250)));
    const closed = app.close({ cause: 'signal' }).catch(() => {});
    await clock.advanceAsync(100);
    expect(app.report()).toMatchObject({ state: 'closing', closing: { ms: 100, ended: 1 } });
    await clock.advanceAsync(1_000);
    await closed;
    const { state, closing, open } = app.report();
    expect({ state, open }).toEqual({ state: 'closed', open: [] });
    expect(closing).toMatchObject({ cause: 'signal', ms: 250, ended: 4, failures: [{ isTimeout: false }] });
    expect(closing!.failures[0]!.entry.path).toEqual(['app', 'request']);
  });

  test('reads as text', async () => {
    const { app } = makeApp();
    expect(formatScopeReport(app.report())).toBe(
      [
        'Scope app: open, 1.0 s old, 3 open entries in it and 1 scope within',
        '  deferred of app, 0 ms old',
        "  scope 'request' of app, 400 ms old",
        '  deferred of app > request, 400 ms old',
        "  interval 'beat' of app, 1.0 s old",
        `  How to close (deferred): ${REMEDIES.deferred}`,
        `  How to close (scope): ${REMEDIES.scope}`,
        `  How to close (interval): ${REMEDIES.interval}`,
      ].join('\n'),
    );
    await app.close().catch(() => {});
    expect(formatScopeReport(app.report())).toBe(
      [
        'Scope app: closed, 1.0 s old, 0 open entries',
        '  3 entries ended in 0 ms, 1 failure',
        '  deferred of app > request: no',
      ].join('\n'),
    );
  });
});

describe('creation stacks', () => {
  /** Where each entry was opened, by its name: the first line of its stack. */
  function firstFrames(scope: Scope): (string | undefined)[] {
    return scope.list().map(({ stack }) => stack?.split('\n')[1]);
  }

  test('begin at the caller, of every entry when asked to', () => {
    const scope = new Scope({ traces: 'all' });
    function opener(): void {
      scope.defer(() => {});
      scope.setTimeout(() => {}, 1);
      scope.stream({ destroy: () => {} });
      scope.child().use({ [Symbol.dispose]: () => {} });
    }
    opener();
    const frames = firstFrames(scope);
    expect(frames).toHaveLength(5);
    for (const frame of frames) expect(frame).toMatch(/^\s+at opener \(.*report\.test\.ts/);
    expect(formatScopeReport(scope.report())).toMatch(/\n {6}at opener \(/);
    scope.dispose();
  });

  test('are taken of none when switched off', () => {
    const scope = new Scope({ traces: 'off' });
    scope.defer(() => {}, { name: 'never seen before, off' });
    expect(firstFrames(scope)).toEqual([undefined]);
  });

  test('are taken of the first of each name, and of few others, by default', () => {
    const scope = new Scope();
    for (let i = 0; i < 5_000; i++) scope.defer(() => {}, { name: 'never seen before, sampled' });
    const frames = firstFrames(scope).reverse();
    expect(frames[0]).toBeDefined();
    const others = frames.slice(1).filter((frame) => frame !== undefined).length;
    expect(others).toBeGreaterThan(1);
    expect(others).toBeLessThan(10);
  });

  test('are taken of every entry of requests that are all alike, sooner or later', () => {
    const app = new Scope();
    for (let i = 0; i < 5_000; i++) {
      const request = app.child('alike');
      request.defer(() => {}, { name: 'alike within' });
    }
    const traced = app.list().filter(({ stack }) => stack !== undefined);
    for (const name of ['alike', 'alike within'])
      expect(traced.filter((entry) => entry.name === name).length).toBeGreaterThan(2);
  });

  test('leave the limit of the program as it was, and do without it when it is frozen', () => {
    const limit = Error.stackTraceLimit;
    const scope = new Scope({ traces: 'all' });
    scope.defer(() => {});
    expect(Error.stackTraceLimit).toBe(limit);
    let limitAfter: number | undefined;
    const { value: capture } = Object.getOwnPropertyDescriptor(Error, 'captureStackTrace')!;
    Error.captureStackTrace = () => {
      throw new TypeError('frozen');
    };
    try {
      scope.defer(() => {});
      limitAfter = Error.stackTraceLimit;
    } finally {
      Error.captureStackTrace = capture;
    }
    expect(limitAfter).toBe(limit);
    expect(scope.stats().open).toBe(2);
  });
});
