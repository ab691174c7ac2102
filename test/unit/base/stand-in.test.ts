import { afterEach, expect, test } from 'vitest';
import { keepPlace, standAside } from '../../../src/base/stand-in.ts';
import { Monitor } from '../../../src/monitor/index.ts';

const HOME = Symbol.for('plimsoll.stand-in.1');

class Fake {
  runs = false;
  start(): void {
    this.runs = true;
  }
  stop(): void {
    this.runs = false;
  }
}

/** A process is left as if no preload had been there. */
function forget(): void {
  const home = globalThis as { [HOME]?: { own: number; standIn: unknown } };
  if (home[HOME] !== undefined) [home[HOME].own, home[HOME].standIn] = [0, undefined];
}

afterEach(forget);

const put = keepPlace()!;

test('the place is taken once', () => {
  expect(put).toBeTypeOf('function');
  expect(keepPlace()).toBeUndefined();
});

test('it runs while the program has none of its own', () => {
  const [standIn, first, second] = [new Fake(), new Fake(), new Fake()];
  put(standIn);
  expect(standIn.runs).toBe(true);
  const [firstEnds, secondEnds] = [standAside(first), standAside(second)];
  expect(standIn.runs).toBe(false);
  firstEnds();
  firstEnds();
  expect(standIn.runs).toBe(false);
  secondEnds();
  expect(standIn.runs).toBe(true);
});

test('one that comes after the program has started its own waits for that', () => {
  const standIn = new Fake();
  const ends = standAside(new Fake());
  put(standIn);
  expect(standIn.runs).toBe(false);
  ends();
  expect(standIn.runs).toBe(true);
});

test('a monitor has it step aside from start to stop, and not for itself', () => {
  const standIn = new Monitor({ name: 'register' });
  put(standIn);
  expect(standIn.isRunning).toBe(true);
  const own = new Monitor().start().start();
  expect([standIn.isRunning, own.isRunning]).toEqual([false, true]);
  own.stop();
  own.stop();
  expect([standIn.isRunning, own.isRunning]).toEqual([true, false]);
  standIn.stop();
});
