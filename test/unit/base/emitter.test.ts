import { afterEach, describe, expect, test, vi } from 'vitest';
import { Emitter } from '../../../src/base/emitter.ts';

interface Events {
  readonly alert: string;
  readonly sample: number;
}

afterEach(() => void vi.restoreAllMocks());

describe('Emitter', () => {
  test('tells each listener of its event, in order, until it has gone', () => {
    const emitter = new Emitter<Events>();
    const heard: unknown[] = [];
    const off = emitter.on('alert', (text) => heard.push(`first ${text}`));
    emitter.on('alert', (text) => heard.push(`second ${text}`));
    emitter.on('sample', (value) => heard.push(value));
    emitter.emit('alert', 'a');
    off();
    off();
    emitter.emit('alert', 'b');
    emitter.emit('sample', 7);
    expect(heard).toEqual(['first a', 'second a', 'second b', 7]);
  });

  test('counts one function that came twice as two', () => {
    const emitter = new Emitter<Events>();
    const listener = vi.fn();
    const off = emitter.on('alert', listener);
    emitter.on('alert', listener);
    expect([emitter.count('alert'), emitter.count('sample'), emitter.count()]).toEqual([2, 0, 2]);
    off();
    emitter.emit('alert', 'a');
    expect(listener).toHaveBeenCalledTimes(1);
  });

  test('who comes or goes while an event is told changes the next one', () => {
    const emitter = new Emitter<Events>();
    const heard: string[] = [];
    const offs = [
      emitter.on('alert', () => {
        heard.push('first');
        offs[1]!();
        emitter.on('alert', () => heard.push('late'));
      }),
      emitter.on('alert', () => heard.push('second')),
    ];
    emitter.emit('alert', 'a');
    expect(heard).toEqual(['first', 'second']);
    offs[0]!();
    emitter.emit('alert', 'b');
    expect(heard).toEqual(['first', 'second', 'late']);
  });

  test('forgets all', () => {
    const emitter = new Emitter<Events>();
    const listener = vi.fn();
    emitter.on('alert', listener);
    emitter.clear();
    emitter.emit('alert', 'a');
    expect(listener).not.toHaveBeenCalled();
    expect(emitter.count()).toBe(0);
  });

  test('a listener that throws, at once or later, keeps the event from nobody', async () => {
    const failed: unknown[] = [];
    const emitter = new Emitter<Events>((error, event) => failed.push([(error as Error).message, event]));
    const last = vi.fn();
    emitter.on('alert', () => {
      throw new Error('at once');
    });
    emitter.on('alert', () => Promise.reject(new Error('later')));
    emitter.on('alert', last);
    emitter.emit('alert', 'a');
    await Promise.resolve();
    expect(last).toHaveBeenCalledWith('a');
    expect(failed).toEqual([
      ['at once', 'alert'],
      ['later', 'alert'],
    ]);
  });

  test('warns of errors that nobody takes, and of those of whoever takes them', () => {
    const emitted = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const throwing = (message: string) => () => {
      throw new Error(message);
    };
    for (const emitter of [new Emitter<Events>(), new Emitter<Events>(throwing('of the handler'))]) {
      emitter.on('alert', throwing('of the listener'));
      emitter.emit('alert', 'a');
    }
    expect(emitted.mock.calls.map(([message]) => message)).toEqual([
      "A listener of 'alert' threw: of the listener",
      "A listener of 'alert' threw: of the handler",
    ]);
    expect(emitted).toHaveBeenCalledWith(expect.any(String), {
      type: 'PlimsollWarning',
      code: 'PLIM_WARN_LISTENER_FAILED',
    });
  });
});
