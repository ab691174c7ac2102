import { describe, expect, test } from 'vitest';
import { type ExitState, isExitSnapshotUseful } from '../../../../src/diagnose/probe/exit-guard.ts';

const MIB = 1024 * 1024;
/** A program that leaked 10 MiB between its first snapshot and its exit. */
const LEAKY: ExitState = {
  at: 60_000,
  lastSnapshotAt: 24_000,
  firstSnapshotBytes: 20 * MIB,
  lastBytes: 30 * MIB,
  exitBytes: 30 * MIB,
};

describe('isExitSnapshotUseful', () => {
  test('sees a program that leaves with its growth', () => {
    expect(isExitSnapshotUseful(LEAKY)).toBe(true);
  });

  test('lets a little of the growth go, as some always does', () => {
    expect(isExitSnapshotUseful({ ...LEAKY, exitBytes: 28.1 * MIB })).toBe(true);
  });

  test('keeps the older snapshot when the program has put its things away', () => {
    expect(isExitSnapshotUseful({ ...LEAKY, exitBytes: 27 * MIB })).toBe(false);
    expect(isExitSnapshotUseful({ ...LEAKY, exitBytes: 15 * MIB })).toBe(false);
  });

  test('without any snapshot before, goes by the whole heap', () => {
    const first = { lastSnapshotAt: undefined, firstSnapshotBytes: undefined };
    expect(isExitSnapshotUseful({ ...LEAKY, ...first, exitBytes: 25 * MIB })).toBe(true);
    expect(isExitSnapshotUseful({ ...LEAKY, ...first, exitBytes: 5 * MIB })).toBe(false);
  });

  test('leaves out a snapshot so soon after one', () => {
    expect(isExitSnapshotUseful({ ...LEAKY, lastSnapshotAt: 53_000 })).toBe(false);
    expect(isExitSnapshotUseful({ ...LEAKY, lastSnapshotAt: 52_000 })).toBe(true);
  });

  test('takes one of a program too young to have a floor', () => {
    const young = { at: 900, lastSnapshotAt: undefined, firstSnapshotBytes: undefined };
    expect(isExitSnapshotUseful({ ...young, lastBytes: undefined, exitBytes: 5 * MIB })).toBe(true);
  });

  test('does not call a heap cleared that never grew', () => {
    expect(isExitSnapshotUseful({ ...LEAKY, lastBytes: 19 * MIB, exitBytes: 18 * MIB })).toBe(true);
  });
});
