import os from 'node:os';
import { describe, expect, test } from 'vitest';
import { type Facts, factsHere, factsOf, heapOf } from '../../../src/cli/doctor/facts.ts';
import { type DoctorFinding, findingsOf } from '../../../src/cli/doctor/findings.ts';
import { doctorText } from '../../../src/cli/doctor/text.ts';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

/** A program with nothing to mend, in a container of 1 GiB. */
const facts: Facts = {
  pid: null,
  runtime: 'Node.js v20.20.2',
  v8: '11.3',
  platform: 'linux x64',
  cores: 2,
  machineBytes: 16 * GIB,
  machineFreeBytes: 8 * GIB,
  container: { limitBytes: GIB, workingSetBytes: 100 * MIB },
  heapFloorLimitBytes: 700 * MIB,
  heapLimitBytes: 748 * MIB,
  isHeapChosen: true,
  rssBytes: null,
  pressure: null,
  diskFreeBytes: 100 * GIB,
  environment: {},
  abilities: {
    collections: true,
    loopDelay: true,
    nearLimitSnapshot: true,
    workerHeaps: true,
    pressure: true,
  },
};

function findings(given: Partial<Facts>): DoctorFinding[] {
  return findingsOf({ ...facts, ...given });
}

function about(what: DoctorFinding['about'], given: Partial<Facts>): DoctorFinding | undefined {
  return findings(given).find((finding) => finding.about === what);
}

describe('heapOf', () => {
  test.each<[string[], number, number, boolean]>([
    [[], GIB, 512, false],
    [[], 8 * GIB, 2048, false],
    [[], 15 * GIB, 4096, false],
    [[], 0, 0, false],
    [['--max-old-space-size=99'], GIB, 99, true],
    [['--max_old_space_size', '99'], GIB, 99, true],
    [['--max-old-space-size=1', '--max-old-space-size=2'], GIB, 2, true],
    [['--max-old-space-size-percentage=50'], 4 * GIB, 2048, true],
    [['--max-old-space-size-percentage=500'], 4 * GIB, 4096, true],
    // Node.js takes these for nothing.
    [['--max-old-space-size=0'], GIB, 512, false],
    [['--max-old-space-size=much'], GIB, 512, false],
    [['--max-old-space-size'], GIB, 512, false],
    [['--max-old-space-size=-5'], GIB, 512, false],
    [['app.js', '', '--title=--max-old-space-size'], GIB, 512, false],
  ])('%j with %d bytes: %d MiB', (options, available, mib, isHeapChosen) => {
    expect(heapOf(options, available)).toEqual({ heapFloorLimitBytes: mib * MIB, isHeapChosen });
  });

  test('a limit of the whole heap leaves room for the young generation', () => {
    const { heapFloorLimitBytes, isHeapChosen } = heapOf(['--max-heap-size=500'], GIB);
    expect(isHeapChosen).toBe(true);
    expect(heapFloorLimitBytes).toBeGreaterThan(250 * MIB);
    expect(heapFloorLimitBytes).toBeLessThan(500 * MIB);
  });
});

describe('findings', () => {
  test('nothing to mend', () => {
    expect(findings({}).every(({ level }) => level === 'ok')).toBe(true);
  });

  test.each<[string, Partial<Facts>, DoctorFinding['level'], RegExp]>([
    ['a heap beyond its container', { heapFloorLimitBytes: 2 * GIB }, 'critical', /the kernel kills/],
    ['a heap that needs all of it', { heapFloorLimitBytes: 0.9 * GIB }, 'warning', /may kill the process first/],
    ['a heap that cannot use it', { heapFloorLimitBytes: 0.3 * GIB }, 'warning', /still has room/],
    ['no limit', { container: { limitBytes: null, workingSetBytes: 5 } }, 'ok', /no container limit is set/],
    ['no container', { container: null }, 'ok', /no container limit is set/],
    ['a container of nothing', { container: { limitBytes: 0, workingSetBytes: 0 } }, 'critical', /the kernel kills/],
  ])('%s', (_, given, level, message) => {
    expect(about('heap', given)).toMatchObject({ level, message: expect.stringMatching(message) as string });
  });

  test('what is guessed is said to be', () => {
    expect(about('heap', { pid: 7, isHeapChosen: false })!.message).toContain('estimated');
    expect(about('heap', { pid: 7 })!.message).not.toContain('estimated');
  });

  test('a container that is nearly full', () => {
    expect(about('container', { container: { limitBytes: 100, workingSetBytes: 75 } })!.level).toBe('warning');
    expect(about('container', { container: { limitBytes: 100, workingSetBytes: 74 } })).toBeUndefined();
  });

  test('a heap that the machine has no room for counts where there is no container', () => {
    const large = { heapFloorLimitBytes: 15 * GIB };
    expect(about('machine', { ...large, container: null })!.level).toBe('warning');
    expect(about('machine', large)).toBeUndefined();
  });

  test('snapshots: room, too little memory, too little disk', () => {
    const small = { container: { limitBytes: 8 * GIB, workingSetBytes: 0 } };
    expect(about('snapshot', small)!.message).toMatch(/there is room\.$/);
    expect(about('snapshot', {})!.message).toMatch(/will be refused\.$/);
    expect(about('snapshot', { ...small, diskFreeBytes: MIB })!.message).toMatch(/1\.0 MiB are free/);
    expect(about('snapshot', { ...small, diskFreeBytes: null })!.message).toMatch(/there is room\.$/);
  });

  test('a runtime whose heap cannot be read', () => {
    const said = findings({ heapFloorLimitBytes: null, heapLimitBytes: null });
    expect(said.map(({ about: what }) => what)).toEqual([]);
    const blind = { ...facts.abilities!, collections: false };
    expect(about('runtime', { runtime: 'Bun v1.4', abilities: blind })!.message).toContain('Bun v1.4 does not report');
  });

  test('variables that a monitor takes, and those that it does not, with the rule', () => {
    expect(about('environment', { environment: { MEMORY_THRESHOLD: '', HOME: '/' } })).toBeUndefined();
    expect(about('environment', { environment: { MEMORY_THRESHOLD: '.8', MAX_HEAP_SIZE: '1GB' } })).toMatchObject({
      level: 'ok',
      message: 'A monitor with optionsFromEnv takes MEMORY_THRESHOLD=.8, MAX_HEAP_SIZE=1GB.',
    });
  });

  test.each([
    ['MEMORY_THRESHOLD', '80%'],
    ['MEMORY_THRESHOLD', '1e-1'],
    ['MEMORY_THRESHOLD', '0x1'],
    ['MEMORY_THRESHOLD', '0'],
    ['MEMORY_MONITOR_INTERVAL', '50'],
    ['MEMORY_MONITOR_INTERVAL', 'soon'],
    ['MAX_HEAP_SIZE', '-5'],
    ['MAX_HEAP_SIZE', '1e400'],
    ['MEMORY_STATISTICS_INTERVAL', '10ms'],
  ])('%s=%s is not taken, as the monitor says', (name, text) => {
    const finding = about('environment', { environment: { [name]: text } })!;
    expect(finding.level).toBe('warning');
    expect(finding.message).toMatch(new RegExp(`takes its default\\. Expected \`${name}\` to be .* got .*${text}`));
  });
});

describe('the text', () => {
  test('a line for each fact, findings wrapped, and what is to be done', () => {
    const given = { ...facts, heapFloorLimitBytes: 2 * GIB, rssBytes: 3 * MIB, pid: 42 };
    const text = doctorText(given, findingsOf(given));
    expect(text.split('\n')[0]).toBe('Process 42:');
    expect(text).toContain('  resident        3.0 MiB');
    expect(text).toContain('-> Start with --max-old-space-size=768');
    expect(text.endsWith('1 thing to mend.')).toBe(true);
    expect(text.split('\n').every((line) => line.length <= 100)).toBe(true);
  });

  test('nothing known is nothing said', () => {
    const unknown: Facts = {
      ...facts,
      container: null,
      heapFloorLimitBytes: null,
      heapLimitBytes: null,
      abilities: null,
      v8: '',
    };
    const text = doctorText(unknown, findingsOf(unknown));
    expect(text).toContain('container  none that can be seen');
    expect(text).not.toMatch(/null|undefined|NaN|a monitor sees|pressure/);
    expect(text.endsWith('Nothing to mend.')).toBe(true);
  });
});

describe('facts', () => {
  test('of this process', async () => {
    const here = await factsHere();
    expect(here.machineBytes).toBe(os.totalmem());
    expect(here.abilities).not.toBeNull();
    expect(findingsOf(here).length).toBeGreaterThan(0);
  });

  test('of a process that is not there', () => {
    expect(() => factsOf(2 ** 22)).toThrow(/there is no such process|cannot be looked at/);
  });
});
