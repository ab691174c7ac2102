import { expect, test } from 'vitest';
import { judgeAllFloors } from '../../../../src/diagnose/verdict/judge-floors.ts';
import { withoutLastThroes } from '../../../../src/diagnose/verdict/last-throes.ts';
import { evidenceOf, floorOf, helloOf } from '../../../helpers/evidence.ts';
import { MB } from '../../../helpers/series.ts';

const process = helloOf({ survivorLimitBytes: 40 * MB });
const DEATH = { cause: 'heap-limit', isCertain: true, sentence: 'It died.' } as const;
/** Rises by 1.5 MB a second to 32 MB, and then creeps on at the limit. */
const floors = Array.from({ length: 60 }, (_, k) => floorOf(k * 1_000, Math.min(8 + 1.5 * k, 32 + k / 60) * MB));
const shots = [4_000, 9_000, 30_000, 59_000].map((at) => ({
  at,
  file: `${at}.heapsnapshot`,
  pauseMs: 0,
  fileBytes: 1,
  rssAdded: 0,
}));

test('of a program that died of its full heap only what was before counts, and the last snapshot', () => {
  const evidence = evidenceOf({ process, floors, shots, death: DEATH, endedAt: 60_000 });
  const judged = withoutLastThroes(evidence);
  expect(judged.floors).toEqual(floors.filter(({ heapUsed }) => heapUsed < 32 * MB));
  expect(judged.shots.map(({ at }) => at)).toEqual([4_000, 9_000, 59_000]);
  const early = withoutLastThroes({ ...evidence, shots: shots.slice(2) });
  expect(early.shots.map(({ at }) => at)).toEqual([30_000, 59_000]);
  expect(withoutLastThroes({ ...evidence, shots: [] }).shots).toEqual([]);
  // What looked like a cache that is full is growth without an end.
  expect(judgeAllFloors(judged).growth).toBeGreaterThan(0);
});

test('of any other end all of it counts, and of one that came too soon to tell', () => {
  const evidence = evidenceOf({ process, floors, shots, endedAt: 60_000 });
  expect(withoutLastThroes(evidence)).toBe(evidence);
  const killed = { ...evidence, death: { ...DEATH, cause: 'container' as const } };
  expect(withoutLastThroes(killed)).toBe(killed);
  const soon = { ...evidence, floors: floors.slice(12), death: DEATH };
  expect(withoutLastThroes(soon)).toBe(soon);
});
