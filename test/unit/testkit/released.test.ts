import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { collectorBy } from '../../../src/testkit/check/heap.ts';
import { detectLeaksBy } from '../../../src/testkit/released/detect-leaks.ts';
import { addedListeners, listenersOf } from '../../../src/testkit/released/listeners.ts';
import { runLast } from '../../../src/testkit/runners/jest-hooks.ts';
import { track } from '../../../src/testkit/collected/track.ts';
import { expectCollected } from '../../../src/testkit/collected/expect-collected.ts';
import { leakTester, ofRunner } from '../../../src/testkit/runners/runner.ts';

describe('listeners', () => {
  test('added ones are those that are more than before, by event', () => {
    const emitter = new EventEmitter();
    const both = (): void => {};
    emitter.on('a', both);
    const before = listenersOf(emitter);
    emitter.on('a', both).once('b', function onB() {});
    emitter.prependListener('c', () => {});
    expect(addedListeners(before, listenersOf(emitter)).map(({ event, name }) => `${event} ${name}`)).toEqual([
      'a both',
      'b onB',
      'c (anonymous)',
    ]);
    expect(addedListeners(listenersOf(emitter), listenersOf(emitter))).toEqual([]);
  });

  test('of an abort signal', () => {
    const { signal } = new AbortController();
    const before = listenersOf(signal);
    signal.addEventListener('abort', function onAbort() {});
    expect(addedListeners(before, listenersOf(signal))).toEqual([{ event: 'abort', name: 'onAbort' }]);
  });
});

describe('detectLeaks', () => {
  const watched = (options: Parameters<typeof detectLeaksBy>[1]) => {
    const checks: (() => Promise<void>)[] = [];
    const detector = detectLeaksBy({ afterAll: (check) => checks.push(check) }, { settle: 1, ...options });
    return { detector, check: () => checks[0]!() };
  };
  const emitter = new EventEmitter();
  const onLate = (): void => {};

  test('fails a file that leaves a listener, unless it is ignored or only to be reported', async () => {
    const strict = watched({ emitters: [emitter] });
    const ignoring = watched({ emitters: [emitter], ignore: [{ reason: 'of old', match: /late listener/ }] });
    const printed: string[] = [];
    const reporting = watched({ emitters: [emitter], mode: 'report', print: (text) => printed.push(text) });
    emitter.on('late', onLate);
    await expect(strict.check()).rejects.toMatchObject({
      code: 'PLIM_ERR_LEAK_UNRELEASED',
      leaks: [{ kind: 'listener', what: 'late listener onLate of EventEmitter' }],
    });
    await ignoring.check();
    await reporting.check();
    expect(printed.join()).toContain('This test file left one thing open.');
    emitter.off('late', onLate);
  });

  test('lets a file pass that leaves nothing', async () => {
    const { check } = watched({ emitters: [emitter] });
    emitter.on('late', onLate).off('late', onLate);
    await check();
  });

  test.each<[string, object]>([
    ['mode', { mode: 'loud' }],
    ['settle', { settle: 'long' }],
    ['ignore', { ignore: 'x' }],
    ['ignore without a reason', { ignore: [{ match: 'x' }] }],
  ])('refuses bad %s', (_what, options) => {
    expect(() => watched(options)).toThrow(expect.objectContaining({ code: 'PLIM_ERR_OPTION_INVALID' }));
  });
});

describe('runLast', () => {
  type Handler = (event: { name: string }, state: object) => void;
  const check = (): void => {};
  const hook = (fn: unknown, type: string) => ({ fn, type });

  test("moves the set-up file's hook behind those of the file, when all are declared", () => {
    const handlers: Handler[] = [];
    runLast(check, { [Symbol('EVENT_HANDLERS')]: handlers });
    const mine = hook(check, 'afterAll');
    const others = [hook(check, 'beforeAll'), hook(() => {}, 'afterAll')] as const;
    const hooks = [mine, ...others];
    handlers[0]!({ name: 'setup' }, { rootDescribeBlock: { hooks } });
    expect(hooks[0]).toBe(mine);
    handlers[0]!({ name: 'run_start' }, { rootDescribeBlock: { hooks } });
    expect(hooks).toEqual([...others, mine]);
    expect(() => handlers[0]!({ name: 'run_start' }, {})).not.toThrow();
  });

  test.each([{}, { [Symbol('EVENT_HANDLERS')]: 3 }])('leaves alone what looks otherwise', (global) => {
    expect(() => runLast(check, global)).not.toThrow();
  });
});

describe('what is to be collected', () => {
  test.each([[3], ['text'], [null], [undefined]])('refuses %s, which is never collected', (value) => {
    expect(() => track(value as never)).toThrow(expect.objectContaining({ code: 'PLIM_ERR_OPTION_INVALID' }));
  });

  test('refuses the object itself, as the call would hold it', async () => {
    await expect(expectCollected({ mine: true } as never)).rejects.toThrow('a function that makes the object');
  });

  test('a handle knows its object by the name of its class', () => {
    class Session {
      readonly id = 7;
    }
    const session = new Session();
    expect([
      track(session).name,
      track(session, 'mine').name,
      track(() => {}).name,
      track(Object.create(null)).name,
    ]).toEqual(['Session', 'mine', 'function (anonymous)', 'object']);
    expect(track(session).isCollected).toBe(false);
  });
});

describe('the collector', () => {
  test('says what to do where there is none', () => {
    const refuse = (): never => {
      throw new Error('flags are frozen');
    };
    expect(() => collectorBy(refuse)).toThrow(expect.objectContaining({ code: 'PLIM_ERR_LEAK_COLLECTOR' }));
    expect(() => collectorBy(refuse)).toThrow('(flags are frozen): start the runtime with --expose-gc.');
  });
});

describe('runners', () => {
  test('says what is missing where a name is no global', () => {
    expect(() => ofRunner('noSuchHook', undefined)).toThrow('handed in where it is no global');
  });

  test('declares a test with time enough', () => {
    const declared: unknown[][] = [];
    const leakTest = leakTester((...args) => declared.push(args), { rounds: 3 });
    leakTest('parses', () => {});
    expect(declared).toEqual([['parses', expect.any(Function), 60_000]]);
  });
});
