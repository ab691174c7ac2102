import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { isPlimsollError } from '../../../../src/errors.ts';
import { Scope } from '../../../../src/scope/index.ts';

describe('on', () => {
  test('listens on an emitter until the end', () => {
    const [scope, emitter, log] = [new Scope(), new EventEmitter(), [] as unknown[]];
    scope.on(emitter, 'event', (...args) => log.push(args));
    emitter.emit('event', 1, 2);
    scope.dispose();
    emitter.emit('event', 3);
    expect(log).toEqual([[1, 2]]);
    expect(emitter.eventNames()).toEqual([]);
  });

  test('listens on an event target until the end', () => {
    const [scope, target, log] = [new Scope(), new EventTarget(), [] as string[]];
    scope.on(target, 'event', (event: Event) => log.push(event.type));
    target.dispatchEvent(new Event('event'));
    scope.dispose();
    target.dispatchEvent(new Event('event'));
    expect(log).toEqual(['event']);
  });

  test('leaves with the first event when asked to, keeping receiver and arguments', () => {
    const [scope, emitter, log] = [new Scope(), new EventEmitter(), [] as unknown[]];
    const listener = function (this: unknown, ...args: unknown[]): void {
      log.push(this === emitter, args, scope.stats().open);
    };
    scope.on(emitter, 'event', listener, { once: true });
    emitter.emit('event', 1);
    emitter.emit('event', 2);
    expect(log).toEqual([true, [1], 0]);
  });

  test('gives back what ends it early', () => {
    const [scope, emitter] = [new Scope(), new EventEmitter()];
    const listener = scope.on(emitter, Symbol.for('event'), () => {});
    listener.dispose();
    listener.dispose();
    expect([emitter.eventNames(), scope.stats().open]).toEqual([[], 0]);
  });

  test('removes one of two equal listeners at a time', () => {
    const [scope, emitter, listener] = [new Scope(), new EventEmitter(), (): void => {}];
    const first = scope.on(emitter, 'event', listener);
    scope.on(emitter, 'event', listener);
    first.dispose();
    expect(emitter.listenerCount('event')).toBe(1);
    scope.dispose();
    expect(emitter.listenerCount('event')).toBe(0);
  });

  test.each([
    [{}, () => {}, 'Expected `target` to be an EventEmitter or an EventTarget, got an object.'],
    [null, () => {}, 'Expected `target` to be an EventEmitter or an EventTarget, got null.'],
    [new EventEmitter(), 'call', 'Expected `listener` to be a function, got "call".'],
  ])('refuses %s with %s', (target, listener, message) => {
    const scope = new Scope();
    let thrown: unknown;
    try {
      scope.on(target as never, 'event', listener as never);
    } catch (error) {
      thrown = error;
    }
    expect(isPlimsollError(thrown, 'PLIM_ERR_SCOPE_KIND')).toBe(true);
    expect(thrown).toBeInstanceOf(TypeError);
    expect((thrown as Error).message).toBe(message);
    expect(scope.stats().open).toBe(0);
  });
});
