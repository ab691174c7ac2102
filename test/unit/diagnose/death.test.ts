import { expect, test } from 'vitest';
import { type EndFacts, judgeDeath } from '../../../src/diagnose/death.ts';

const MIB = 1024 * 1024;

function facts(parts: Partial<EndFacts>): EndFacts {
  return {
    signal: null,
    oomKills: { container: 0, machine: 0 },
    heapBytes: 10 * MIB,
    residentHeapBytes: 10 * MIB,
    limitBytes: 100 * MIB,
    memoryLimitBytes: 512 * MIB,
    hasNearLimitShot: false,
    ...parts,
  };
}

test.each<[string, Partial<EndFacts>, string | undefined, boolean]>([
  ['an abort with a full heap', { signal: 'SIGABRT', heapBytes: 80 * MIB }, 'heap-limit', true],
  ['an abort seen full from outside only', { signal: 'SIGABRT', residentHeapBytes: 95 * MIB }, 'heap-limit', true],
  ['an abort with room in the heap', { signal: 'SIGABRT' }, undefined, false],
  ['an abort with room, but V8 has told', { signal: 'SIGABRT', hasNearLimitShot: true }, 'heap-limit', true],
  ['an unknown end of a full heap', { heapBytes: 90 * MIB }, 'heap-limit', false],
  ['an unknown end with room in the heap', { heapBytes: 60 * MIB }, undefined, false],
  ['an unknown end of much other memory', { residentHeapBytes: 300 * MIB }, undefined, false],
  ['a kill by the container', { signal: 'SIGKILL', oomKills: { container: 1, machine: 0 } }, 'container', true],
  ['an unknown end with a kill meanwhile', { oomKills: { container: 1, machine: 0 } }, 'container', false],
  ['a kill by the machine', { signal: 'SIGKILL', oomKills: { container: 0, machine: 1 } }, 'machine', false],
  ['a kill by hand', { signal: 'SIGKILL', heapBytes: 95 * MIB }, undefined, false],
])('%s', (_, parts, cause, isCertain) => {
  const death = judgeDeath(facts(parts));
  expect(death?.cause).toBe(cause);
  if (cause !== undefined) expect(death).toMatchObject({ isCertain });
});

test('the sentence holds the figures', () => {
  expect(judgeDeath(facts({ signal: 'SIGABRT', heapBytes: 80 * MIB }))!.sentence).toBe(
    'The program died of memory: V8 ended it (SIGABRT) at the limit of its JavaScript heap (100 MiB; 80 MiB at the last collection that was seen).',
  );
  const inGroup = judgeDeath(facts({ signal: 'SIGKILL', oomKills: { container: 1, machine: 0 } }))!.sentence;
  expect(inGroup).toContain('the memory limit of its container (512 MiB)');
});
