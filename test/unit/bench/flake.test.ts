import { describe, expect, test } from 'vitest';
import { summarise, tasksLeft, tasksOf } from '../../../bench/flake/tasks.mjs';
import { innocents, leaks } from '../../../bench/testkit/controls.mjs';

const EVERY = 10;
const all = Array.from({ length: 500 }, (_, run) => tasksOf(run, EVERY)).flat();
const countsOf = (kind: string): number[] => {
  const counts = new Map<string, number>();
  for (const task of all) if (task.kind === kind) counts.set(task.control, (counts.get(task.control) ?? 0) + 1);
  return [...counts.values()];
};

describe('the tasks of 500 runs', () => {
  test('ask every control as often as the others', () => {
    expect(countsOf('leaks')).toHaveLength(Object.keys(leaks).length);
    expect(countsOf('innocents')).toHaveLength(Object.keys(innocents).length);
    for (const kind of ['leaks', 'innocents']) {
      expect(Math.max(...countsOf(kind)) - Math.min(...countsOf(kind))).toBeLessThanOrEqual(1);
    }
  });

  test('confirm a tenth of the leaks by snapshots, and each leak at least once', () => {
    const confirmed = all.filter(({ kind, snapshots }) => kind === 'leaks' && snapshots === 'auto');
    expect(confirmed.length).toBeGreaterThanOrEqual(45);
    expect(confirmed.length).toBeLessThanOrEqual(55);
    expect(new Set(confirmed.map(({ control }) => control)).size).toBe(Object.keys(leaks).length);
  });

  test('are those without a result', () => {
    expect(tasksLeft(500, EVERY, [])).toEqual(all);
    expect(tasksLeft(2, EVERY, [{ run: 0, kind: 'leaks' }])).toEqual([all[1], all[2], all[3]]);
    expect(tasksLeft(500, EVERY, all)).toEqual([]);
  });
});

describe('what came of them', () => {
  const result = (kind: 'leaks' | 'innocents', verdict: 'pass' | 'fail' | 'unstable', durationMs = 100) => ({
    run: 0,
    kind,
    control: 'a',
    snapshots: 'never' as const,
    verdict,
    evidence: 'growth',
    durationMs,
  });

  test('tells what was missed and accused from what was left undecided', () => {
    const wrong = [result('leaks', 'pass'), result('innocents', 'fail', 300)];
    const right = [result('leaks', 'fail'), result('innocents', 'pass', 200)];
    const undecided = [result('leaks', 'unstable'), result('innocents', 'unstable', 400)];
    expect(summarise([...right, ...undecided, ...wrong])).toEqual({
      leaking: 3,
      bySnapshots: 0,
      missed: 1,
      undecided: 1,
      innocent: 3,
      accused: 1,
      innocentUndecided: 1,
      innocentMs: 300,
      withoutSnapshot: 3,
      wrong,
    });
  });

  test('is nothing at first', () => {
    expect(summarise([])).toMatchObject({ leaking: 0, innocent: 0, innocentMs: null, wrong: [] });
  });
});
