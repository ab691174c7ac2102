import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  estimateSnapshot,
  freeDisk,
  partialName,
  type SnapshotRoom,
  whyRefused,
  writeSnapshot,
} from '../../../src/runtime/heap-dump.ts';
import { withTempDir } from '../../helpers/temp-dir.ts';

const MIB = 1024 * 1024;
const ROOMY: SnapshotRoom = {
  memory: { freeBytes: 8192 * MIB, limitBytes: 16_384 * MIB, of: 'machine' },
  diskBytes: 8192 * MIB,
  maxPauseMs: 60_000,
};

describe('estimateSnapshot', () => {
  const experience = {
    pausePerByte: 100 / MIB,
    memoryPerByte: 6,
    filePerByte: 1.2,
    outsideHeapBefore: 40 * MIB,
    keptBytes: 300 * MIB,
  };

  test('stays on the safe side before the first: pause, memory and file grow with the heap', () => {
    const { pauseMs, memoryBytes, fileBytes } = estimateSnapshot(50 * MIB);
    expect(pauseMs).toBeGreaterThanOrEqual(50 * 55);
    expect(memoryBytes).toBeGreaterThanOrEqual(50 * MIB * 6.2);
    expect(fileBytes).toBeGreaterThanOrEqual(50 * MIB * 1.5);
    expect(estimateSnapshot(100 * MIB).memoryBytes).toBeGreaterThan(memoryBytes);
  });

  test('goes by experience afterwards', () => {
    const cost = estimateSnapshot(60 * MIB, experience, 40 * MIB);
    expect(cost.pauseMs).toBeCloseTo(6000);
    expect(cost.fileBytes).toBeCloseTo(72 * MIB);
    expect(cost.memoryBytes).toBeGreaterThanOrEqual(360 * MIB);
  });

  test('counts what the allocator has kept, as far as it is still there', () => {
    const nothingKept = estimateSnapshot(60 * MIB, experience, 30 * MIB).memoryBytes;
    const someKept = estimateSnapshot(60 * MIB, experience, 240 * MIB).memoryBytes;
    const more = estimateSnapshot(60 * MIB, experience, 2_000 * MIB).memoryBytes;
    expect(nothingKept - someKept).toBeCloseTo(200 * MIB);
    expect(nothingKept - more).toBeCloseTo(300 * MIB);
  });

  test('is never free', () => {
    const rich = { ...experience, keptBytes: 5_000 * MIB };
    expect(estimateSnapshot(60 * MIB, rich, 6_000 * MIB).memoryBytes).toBeGreaterThan(30 * MIB);
  });
});

describe('whyRefused', () => {
  const cost = { pauseMs: 4_000, memoryBytes: 412 * MIB, fileBytes: 80 * MIB };

  test('finds nothing where there is room, or where nothing is known', () => {
    expect(whyRefused(cost, ROOMY)).toBeNull();
    expect(whyRefused(cost, { memory: null, diskBytes: null, maxPauseMs: 60_000 })).toBeNull();
  });

  test('names the figures of the container', () => {
    const memory = { freeBytes: 190 * MIB, limitBytes: 512 * MIB, of: 'container' } as const;
    expect(whyRefused(cost, { ...ROOMY, memory })).toBe(
      "It needs about 412 MiB more memory; 190 MiB are left of the container's 512 MiB.",
    );
  });

  test('keeps a tenth of what is left', () => {
    const left = (freeBytes: number): SnapshotRoom => ({
      ...ROOMY,
      memory: { freeBytes, limitBytes: 512 * MIB, of: 'container' },
    });
    expect(whyRefused(cost, left(450 * MIB))).not.toBeNull();
    expect(whyRefused(cost, left(460 * MIB))).toBeNull();
  });

  test('names the figures of the disk and of the pause', () => {
    expect(whyRefused(cost, { ...ROOMY, diskBytes: 10 * MIB })).toBe(
      'It needs about 80 MiB on disk; 10 MiB are left there.',
    );
    expect(whyRefused(cost, { ...ROOMY, maxPauseMs: 1_500 })).toBe(
      'It would stop the program for about 4.0 s; 1.5 s are allowed.',
    );
  });
});

describe('writeSnapshot', () => {
  test('leaves one whole file and tells what it cost', () => {
    withTempDir((dir) => {
      const file = path.join(dir, 'a.heapsnapshot');
      const written = writeSnapshot(file);
      // Before the whole file is read, which fills the heap with text.
      const { heapUsed } = process.memoryUsage();
      expect(fs.readdirSync(dir)).toEqual(['a.heapsnapshot']);
      expect(fs.statSync(file).size).toBe(written.fileBytes);
      expect(() => JSON.parse(fs.readFileSync(file, 'utf8')) as unknown).not.toThrow();
      expect(written.pauseMs).toBeGreaterThan(0);
      const next = estimateSnapshot(heapUsed, written.experience);
      expect(next.fileBytes / written.fileBytes).toBeGreaterThan(0.3);
      expect(next.fileBytes / written.fileBytes).toBeLessThan(3);
    });
  });

  test('leaves nothing behind where it cannot write', () => {
    withTempDir((dir) => {
      const file = path.join(dir, 'missing', 'a.heapsnapshot');
      expect(() => writeSnapshot(file)).toThrow(expect.objectContaining({ code: 'ENOENT' }) as Error);
      expect(fs.readdirSync(dir)).toEqual([]);
    });
  });

  test.skipIf(!fs.existsSync('/dev/full'))('leaves nothing behind on a full disk', () => {
    withTempDir((dir) => {
      const file = path.join(dir, 'a.heapsnapshot');
      fs.symlinkSync('/dev/full', partialName(file));
      expect(() => writeSnapshot(file)).toThrow(expect.objectContaining({ code: 'ENOSPC' }) as Error);
      expect(fs.readdirSync(dir)).toEqual([]);
    });
  });

  test('leaves nothing behind where it may not take the name', () => {
    withTempDir((dir) => {
      const file = path.join(dir, 'a.heapsnapshot');
      fs.mkdirSync(path.join(file, 'inside'), { recursive: true });
      expect(() => writeSnapshot(file)).toThrow();
      expect(fs.readdirSync(dir)).toEqual(['a.heapsnapshot']);
    });
  });
});

test('freeDisk knows the disk of a folder, and nothing of one that is not there', () => {
  withTempDir((dir) => {
    expect(freeDisk(dir)).toBeGreaterThan(0);
    expect(freeDisk(path.join(dir, 'missing'))).toBeNull();
  });
});
