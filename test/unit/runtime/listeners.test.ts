import { EventEmitter } from 'node:events';
import { afterEach, describe, expect, type MockInstance, test, vi } from 'vitest';
import { countListeners, listenersOf } from '../../../src/runtime/listeners.ts';

class Socket extends EventEmitter {}

let handles: MockInstance | undefined;

/** Has the runtime list these as open. */
function open(list: unknown[]): void {
  handles = vi
    .spyOn(process as unknown as { _getActiveHandles(): unknown[] }, '_getActiveHandles')
    .mockReturnValue(list);
}

afterEach(() => handles?.mockRestore());

function withListeners<T extends EventEmitter>(emitter: T, count: number): T {
  for (let i = 0; i < count; i++) emitter.on(i % 2 === 0 ? 'data' : Symbol.for('end'), () => {});
  return emitter;
}

describe('listenersOf', () => {
  test('all events, those by symbol too', () => {
    expect(listenersOf(withListeners(new EventEmitter(), 5).once('end', () => {}))).toBe(6);
    expect(listenersOf(new EventEmitter())).toBe(0);
  });
});

describe('countListeners', () => {
  test('on the process, and on open handles by their class', () => {
    open([withListeners(new Socket(), 2), withListeners(new Socket(), 3), withListeners(new EventEmitter(), 1)]);
    const counts = countListeners();
    expect(counts).toMatchObject({ Socket: 5, EventEmitter: 1 });
    expect(counts['process']).toBe(listenersOf(process));
  });

  test('of more than 2,000 handles every n-th, and the sum estimated', () => {
    open(Array.from({ length: 10_000 }, () => withListeners(new Socket(), 3)));
    expect(countListeners()['Socket']).toBe(30_000);
  });

  test('what is no emitter, has no name, or fails is left out or unnamed', () => {
    const bare = Object.create(null) as EventEmitter;
    Object.assign(bare, { eventNames: () => ['a'], listenerCount: () => 4 });
    const failing = Object.assign(new Socket(), {
      eventNames: () => {
        throw new Error('not open yet');
      },
    });
    open([{}, { eventNames: 'data' }, bare, failing, withListeners(new Socket(), 2)]);
    expect(countListeners()).toEqual({ process: listenersOf(process), unnamed: 4, Socket: 2 });
  });

  test('a runtime that keeps no list', () => {
    const own = process as { _getActiveHandles?: unknown };
    const before = own._getActiveHandles;
    own._getActiveHandles = undefined;
    try {
      expect(Object.keys(countListeners())).toEqual(['process']);
    } finally {
      own._getActiveHandles = before;
    }
  });
});
