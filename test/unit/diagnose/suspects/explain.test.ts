import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Explained, type ExplainOptions, explainGrowth } from '../../../../src/diagnose/suspects/explain.ts';
import { readProfiles } from '../../../../src/diagnose/allocation/profiles.ts';
import { SourceNames } from '../../../../src/diagnose/sources/source-names.ts';
import { SourcePlaces } from '../../../../src/diagnose/sources/source-places.ts';
import { profileOf } from '../../../helpers/profile.ts';
import { ProgramHeap, times } from '../../../helpers/program-heap.ts';
import { withTempDir, writeTree } from '../../../helpers/temp-dir.ts';

const AGENT = 'file:///app/src/agent.mjs';

/** A module with the variables given, each of which holds a list. */
class Lists {
  readonly app: ProgramHeap = new ProgramHeap();
  readonly #module = this.app.module(AGENT);
  readonly #lists = new Map<string, number>();

  /** Adds `count` things of a class of `each` bytes to the list of that variable. */
  add(variable: string, className: string, count: number, each: number): void {
    let list = this.#lists.get(variable);
    if (list === undefined) this.#lists.set(variable, (list = this.#module.declare(variable, this.app.list())));
    times(count, () => this.app.push(list, this.app.instance(className, { script: AGENT, line: 9 }, { self: each })));
  }

  async explain(parts: readonly (() => void)[], options: Partial<ExplainOptions> = {}): Promise<Explained> {
    return explainGrowth(await this.app.watch(...parts), { root: '/app', times: null, ...options });
  }
}

/** Owners of those who are told, when these many bytes come as so many things under each variable. */
async function told(gains: Readonly<Record<string, readonly [count: number, bytes: number]>>): Promise<string[]> {
  const program = new Lists();
  for (const name of Object.keys(gains)) program.add(name, `Old${name}`, 1, 16);
  const grow = (): void => {
    for (const [name, [count, bytes]] of Object.entries(gains)) program.add(name, `Item${name}`, count, bytes / count);
  };
  const { suspects } = await program.explain([grow]);
  return suspects.map(({ owner }) => owner);
}

const KB = 1024;

describe('who is told', () => {
  test('those with a telling part of the growth, most first', async () => {
    expect(await told({ a: [50, 200 * KB], b: [100, 500 * KB] })).toEqual(['b', 'a']);
  });

  test('a small part must be many things', async () => {
    expect(await told({ a: [100, 1000 * KB], few: [10, 30 * KB] })).toEqual(['a']);
    expect(await told({ a: [100, 1000 * KB], many: [30, 30 * KB] })).toEqual(['a', 'many']);
  });

  test('less than 16 KiB is noise, all alone as it is', async () => {
    expect(await told({ a: [15, 15 * KB] })).toEqual([]);
    expect(await told({ a: [20, 20 * KB] })).toEqual(['a']);
  });

  test('at most eight', async () => {
    const many = Object.fromEntries(Array.from('abcdefghij', (name) => [name, [30, 90 * KB] as const]));
    expect(await told(many)).toHaveLength(8);
  });

  test('one leak that shows at several properties of one object is told once', async () => {
    const app = new ProgramHeap();
    const stream = app.module(AGENT).declare('stream', app.object('Stream'));
    const [data, end] = ['data', 'end'].map((name) => app.property(stream, name, app.list()));
    const snapshots = await app.watch(() => {
      times(100, () => app.push(data!, app.object('Chunk', { self: 4000 })));
      times(100, () => app.push(end!, app.object('Ending', { self: 400 })));
    });
    const { suspects } = explainGrowth(snapshots, { root: '/app', times: null });
    expect(suspects.map(({ leaked }) => leaked)).toEqual(['Chunk']);
  });
});

describe('rates and parts', () => {
  const grow = (program: Lists, counts: readonly number[]) =>
    counts.map((count) => () => program.add('log', 'Line', count, KB));
  const kindOf = async (counts: readonly number[], options: Partial<ExplainOptions> = {}): Promise<string> => {
    const program = new Lists();
    program.add('log', 'Line', 10, KB);
    return (await program.explain(grow(program, counts), options)).suspects[0]!.kind;
  };

  test('by the minute when the times are known', async () => {
    const program = new Lists();
    program.add('log', 'Line', 10, KB);
    const { suspects, growth } = await program.explain(grow(program, [100]), { times: [0, 120_000] });
    expect(suspects[0]).toMatchObject({ count: 100, total: 110, perMinute: 50, bytesPerMinute: 50 * KB });
    expect(growth.suspects[0]!.count).toBe(100);
  });

  test('by the round when the load is driven', async () => {
    const program = new Lists();
    program.add('log', 'Line', 10, KB);
    const { suspects } = await program.explain(grow(program, [100]), { rounds: 5 });
    expect(suspects[0]!.sentence).toContain('+20 a round');
  });

  test('a third of the first part in the second is filling, unless its time is as short', async () => {
    expect(await kindOf([90, 30])).toBe('filling');
    expect(await kindOf([90, 30], { times: [0, 90_000, 120_000] })).toBe('leak');
    expect(await kindOf([90, 90], { hasStopped: true })).toBe('filling');
  });

  test('of more than three snapshots the middle one divides', async () => {
    expect(await kindOf([50, 50, 50, 50], { times: [0, 10_000, 20_000, 30_000, 40_000] })).toBe('leak');
    expect(await kindOf([50, 50, 5, 5], { times: [0, 10_000, 20_000, 30_000, 40_000] })).toBe('filling');
  });
});

describe('allocation sites', () => {
  const siteFrom = (files: Readonly<Record<string, string>>, names: readonly string[]): Promise<string | null> =>
    withTempDir(async (dir) => {
      writeTree(dir, files);
      const program = new Lists();
      program.add('log', 'Line', 10, KB);
      const profiles = readProfiles(
        names.map((name) => path.join(dir, name)),
        new SourceNames(new SourcePlaces()),
      );
      const grow = (): void => program.add('log', 'Line', 100, KB);
      return (await program.explain([grow], profiles === undefined ? {} : { profiles })).suspects[0]!.allocatedIn;
    });
  const json = (line: number, bytes: number): string =>
    JSON.stringify({ head: profileOf([[`add@${AGENT}:${line}`, `Line@${AGENT}:9`], bytes]) });

  test('come from the profiles: what the last has more than the first', async () => {
    expect(await siteFrom({ one: json(20, 9000) }, ['one'])).toBe('add (src/agent.mjs:20)');
    const two = JSON.stringify({
      head: profileOf([[`add@${AGENT}:20`, `Line@${AGENT}:9`], 9000], [[`push@${AGENT}:30`, `Line@${AGENT}:9`], 500]),
    });
    expect(await siteFrom({ one: json(20, 9000), two }, ['one', 'two'])).toBe('push (src/agent.mjs:30)');
  });

  test('are unknown without a profile that can be read', async () => {
    expect(await siteFrom({}, [])).toBe(null);
    expect(await siteFrom({}, ['missing'])).toBe(null);
    expect(await siteFrom({ damaged: '{"head":' }, ['damaged'])).toBe(null);
    expect(await siteFrom({ other: '{}' }, ['other'])).toBe(null);
  });

  test('need no first profile', async () => {
    expect(await siteFrom({ two: json(20, 9000) }, ['missing', 'two'])).toBe('add (src/agent.mjs:20)');
  });
});

test("the watcher's own growth is not told by its script", async () => {
  const app = new ProgramHeap();
  const watcher = app.module('file:///plimsoll/probe.mjs').declare('floors', app.list());
  const snapshots = await app.watch(() => times(100, () => app.push(watcher, app.object('Floor', { self: KB }))));
  const isWatcherScript = (url: string): boolean => url.includes('/plimsoll/');
  const { suspects } = explainGrowth(snapshots, { root: '/app', times: null, isWatcherScript });
  expect(suspects.map(({ file }) => file)).toEqual([null]);
});
