/** What is left of sessions after a thousand rounds of work, on Node.js and Bun; `npm run soak` does it for longer. */
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { bareNode, DIST, StartedProgram } from '../helpers/program.ts';
import { runtimeOrSkip } from '../helpers/runtimes.ts';

interface Figures {
  readonly growthBytes: number;
  readonly slopeBytesPerSample: number;
  readonly inUseBytes: number;
  readonly leftBytes: number;
  readonly retained: number;
  readonly listeners: number;
  readonly brokerListeners: number;
  readonly timers: number | null;
  readonly objects?: Readonly<Record<string, number>>;
}

const MIB = 1024 * 1024;
const SOAK = path.resolve('test/soak/sessions.mjs');
const { runtime: bun, isMissing: withoutBun } = runtimeOrSkip('Bun');

async function soak(program: string | undefined, ...args: string[]): Promise<Figures> {
  const all = [SOAK, DIST, '0', ...args];
  const ended =
    program === undefined ? await bareNode(['--expose-gc', ...all]) : await new StartedProgram(program, all).ended;
  expect({ status: ended.status, stderr: ended.stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(ended.stdout.toString()) as Figures;
}

function judge(figures: Figures): void {
  expect(figures).toMatchObject({ retained: 0, listeners: 0, brokerListeners: 0 });
  expect(figures.timers ?? 0).toBe(0);
  expect(figures.growthBytes).toBeLessThan(MIB);
  expect(Math.abs(figures.slopeBytesPerSample)).toBeLessThan(100 * 1024);
  expect(figures.inUseBytes).toBeLessThan(5 * MIB);
  expect(figures.leftBytes).toBeLessThan(MIB);
  if (figures.objects !== undefined) expect(figures.objects).toMatchObject({ Session: 0, Budget: 0 });
}

describe('sessions at work leave nothing', () => {
  test('on Node.js', async () => judge(await soak(undefined)));

  test.skipIf(withoutBun)('on Bun', async () => judge(await soak(bun.program)));

  test('and a listener that each of them leaves is seen', async () => {
    const figures = await soak(undefined, 'leak');
    expect(figures.retained).toBe(100);
    expect(figures.growthBytes).toBeGreaterThan(MIB);
    expect(figures.slopeBytesPerSample).toBeGreaterThan(100 * 1024);
    expect(figures.objects!['Session']).toBeGreaterThan(1000);
  });
});
