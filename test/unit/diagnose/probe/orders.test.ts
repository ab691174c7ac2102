import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { PlimsollProbeOrders } from '../../../../src/diagnose/probe/orders.ts';
import { withTempDir } from '../../../helpers/temp-dir.ts';

/** As the watcher does it: a temporary name, then a rename. */
function give(dir: string, text: string): void {
  fs.writeFileSync(path.join(dir, 'temporary'), text);
  fs.renameSync(path.join(dir, 'temporary'), path.join(dir, '7-0.orders.json'));
}

function orders(ids: readonly number[], snapshotAtExit = false): string {
  return JSON.stringify({ orders: ids.map((id) => ({ id, what: 'floor' })), snapshotAtExit });
}

const ids = (box: PlimsollProbeOrders): number[] => box.take().map(({ id }) => id);

test('each order is taken once, in the order of their numbers', () => {
  withTempDir((dir) => {
    const box = new PlimsollProbeOrders(dir, 7, 0);
    expect(ids(box)).toEqual([]);
    give(dir, orders([2, 1]));
    expect(ids(box)).toEqual([1, 2]);
    expect(ids(box)).toEqual([]);
    give(dir, orders([1, 2, 3, 4]));
    expect(ids(box)).toEqual([3, 4]);
    give(dir, orders([5]));
    expect(ids(box)).toEqual([5]);
  });
});

test('the wish for a snapshot at exit is the newest one', () => {
  withTempDir((dir) => {
    const box = new PlimsollProbeOrders(dir, 7, 0);
    expect(box.snapshotAtExit).toBe(false);
    give(dir, orders([], true));
    box.take();
    expect(box.snapshotAtExit).toBe(true);
    give(dir, orders([1], false));
    box.take();
    expect(box.snapshotAtExit).toBe(false);
  });
});

test('what an earlier process with the same id was ordered is not obeyed', () => {
  withTempDir((dir) => {
    give(dir, orders([1, 2]));
    const box = new PlimsollProbeOrders(dir, 7, 0);
    expect(ids(box)).toEqual([]);
    give(dir, orders([1]));
    expect(ids(box)).toEqual([1]);
  });
});

test('orders that are none change nothing, and the next ones are taken', () => {
  withTempDir((dir) => {
    const box = new PlimsollProbeOrders(dir, 7, 0);
    give(dir, '{}');
    expect(ids(box)).toEqual([]);
    give(dir, 'null');
    expect(ids(box)).toEqual([]);
    give(dir, '{"orders":');
    expect(() => box.take()).toThrow(SyntaxError);
    expect(ids(box)).toEqual([]);
    give(dir, orders([1]));
    expect(ids(box)).toEqual([1]);
  });
});
