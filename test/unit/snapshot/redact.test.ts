import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openSnapshot, redactSnapshot, summarise } from '../../../src/snapshot/index.ts';
import { keptText } from '../../../src/snapshot/redact/decide.ts';
import { keyFrom, Placeholders } from '../../../src/snapshot/redact/placeholder.ts';
import { ROLE } from '../../../src/snapshot/redact/roles.ts';
import { HeapBuilder, type HeapFormat } from '../../helpers/heap-builder.ts';
import { ProgramHeap, times } from '../../helpers/program-heap.ts';
import { withTempDir } from '../../helpers/temp-dir.ts';

/** A program with a secret wherever there can be one. */
function programWithSecrets(): ProgramHeap {
  const app = new ProgramHeap();
  const { declare, scope } = app.module('https://ann:s3cret@example.org/shop.mjs?token=s3cret');
  const account = declare('account', app.object('Account', { self: 64 }));
  app.property(account, 'password', app.string('s3cret'));
  app.property(account, 'pin', app.string('4711'));
  app.property(account, 's3cret-99999999', app.string('x'));
  app.property(account, '<symbol s3cret@example.org>', app.node('symbol', 'symbol'));
  declare('joined', app.node('concatenated string', 's3cret and more'));
  declare('part', app.node('sliced string', 'part of s3cret'));
  declare('pattern', app.node('regexp', '^s3cret$'));
  const sessions = declare('sessions', app.map());
  times(30, (i) => app.put(sessions, app.string(`s3cret ${i}`), app.object('Session')));
  declare(
    'table',
    app.record(
      Object.fromEntries(
        Array.from({ length: 30 }, (_, i) => [`s3cretuser${'abcdefghijklmnopqrstuvwxyzABCDE'[i]}`, app.string('v')]),
      ),
    ),
  );
  app.internal(
    account,
    '7 / part of key (s3cret @5) -> value (s3cret @7) pair in WeakMap (table @9)',
    app.string('s3cret'),
  );
  app.internal(scope, 'code', app.node('code', 's3cret source;'));
  app.fn('get total', { script: 'file:///app/src/total.mjs', line: 3 }, scope);
  app.node('native', 'Window / https://ann:s3cret@example.org');
  return app;
}

interface RawSnapshot {
  readonly nodes: number[];
  readonly edges: number[];
  readonly strings: string[];
}

const read = (file: string): RawSnapshot => JSON.parse(fs.readFileSync(file, 'utf8')) as RawSnapshot;

async function redacted(
  heap: HeapBuilder,
  keepNames: boolean,
  format: HeapFormat = {},
): Promise<{ before: RawSnapshot; after: RawSnapshot }> {
  return withTempDir(async (dir) => {
    const file = heap.write(path.join(dir, 'a.heapsnapshot'), format);
    const out = path.join(dir, 'b.heapsnapshot');
    await redactSnapshot(file, out, { keepNames });
    expect(fs.statSync(out).mode & 0o777).toBe(0o600);
    expect(fs.readdirSync(dir).sort()).toEqual(['a.heapsnapshot', 'b.heapsnapshot']);
    return { before: read(file), after: read(out) };
  });
}

describe.each([false, true])('a redacted snapshot, names kept: %s', (keepNames) => {
  test('holds no secret, and the graph as it was', async () => {
    const { before, after } = await redacted(programWithSecrets(), keepNames);
    expect(after.strings.filter((text) => /s3cret|^4711$/.test(text))).toEqual([]);
    expect({ ...after, strings: after.strings.length }).toEqual({ ...before, strings: before.strings.length });
  });

  test('keeps equal texts equal and different ones different, by classes of length', async () => {
    const heap = new HeapBuilder();
    for (const text of ['a', 'a', 'b', 'x'.repeat(40), 'x'.repeat(41), 'y'.repeat(2_000)]) {
      heap.property(heap.root, 'text', heap.string(text));
    }
    const { before, after } = await redacted(heap, keepNames);
    const of = (text: string): string => after.strings[before.strings.indexOf(text)]!;
    expect(new Set([of('a'), of('b'), of('x'.repeat(40)), of('x'.repeat(41))]).size).toBe(4);
    expect([of('a').length, of('x'.repeat(40)).length, of('y'.repeat(2_000)).length]).toEqual([16, 64, 1_024]);
  });

  test.each<[string, HeapFormat]>([
    ['compact', { layout: 'compact' }],
    ['pretty', { layout: 'pretty' }],
    ['with CRLF', { crlf: true }],
    [
      'with the fields of others',
      {
        nodeFields: ['name', 'type', 'edge_count', 'self_size', 'id'],
        edgeFields: ['to_node', 'type', 'name_or_index'],
      },
    ],
    ['with sections nobody knows', { extraSections: { note: 's3cret', trace_tree: [1, [2, 3]] } }],
    ['with a header that tells too much', { header: { title: 's3cret', root_index: 0 } }],
  ])('whatever the file looks like: %s', async (_what, format) => {
    const { before, after } = await redacted(programWithSecrets(), keepNames, format);
    expect(JSON.stringify(after).includes('s3cret')).toBe(false);
    expect([after.nodes, after.edges]).toEqual([before.nodes, before.edges]);
  });

  test('can be summed up as before', () =>
    withTempDir(async (dir) => {
      const file = programWithSecrets().write(path.join(dir, 'a'));
      await redactSnapshot(file, path.join(dir, 'b'), { keepNames });
      const [before, after] = [summarise(await openSnapshot(file)), summarise(await openSnapshot(path.join(dir, 'b')))];
      expect(after.classes.map(({ retainedBytes }) => retainedBytes)).toEqual(
        before.classes.map(({ retainedBytes }) => retainedBytes),
      );
      expect(after.classes.map(({ name }) => name)).toContain('Map');
      expect(after.classes.some(({ name }) => name === 'Session')).toBe(keepNames);
    }));
});

test.each<[string, number, boolean, string | null]>([
  ['Session', ROLE.CLASS, false, null],
  ['Session', ROLE.CLASS, true, 'Session'],
  ['Session', ROLE.CONTENT, true, null],
  ['Map', ROLE.CONTENT, false, 'Map'],
  ['system / Context', ROLE.ENGINE, false, 'system / Context'],
  ['system / Context', ROLE.CONTENT, true, null],
  ['(GC roots)', ROLE.ENGINE, false, '(GC roots)'],
  ['(my secret)', ROLE.CONTENT, false, null],
  ['feedback_cell', ROLE.INTERNAL, false, 'feedback_cell'],
  ['12', ROLE.INTERNAL | ROLE.CONTENT, false, '12'],
  ['4711', ROLE.INTERNAL | ROLE.CONTENT, false, null],
  ['4711', ROLE.INTERNAL, false, '4711'],
  ['get total', ROLE.CODE, true, 'get total'],
  ['clients', ROLE.VARIABLE, true, 'clients'],
  ['clients', ROLE.VARIABLE, false, null],
  ['alice', ROLE.KEY, true, null],
  ['alice', ROLE.KEY | ROLE.PROPERTY, true, null],
  ['4eC39HqLyjWDarjtT1zdp7dc', ROLE.PROPERTY, true, null],
  ['content-type', ROLE.PROPERTY, true, 'content-type'],
  ['<symbol kState>', ROLE.PROPERTY, true, '<symbol kState>'],
  ['<symbol Symbol.iterator>', ROLE.PROPERTY, false, '<symbol Symbol.iterator>'],
  ['global / https://ann:pw@x [JSGlobalObject]', ROLE.CLASS, false, 'global [JSGlobalObject]'],
  ['file:///app/a.mjs?token=1', ROLE.CODE, true, 'file:///app/a.mjs'],
  ['https://ann:pw@example.org/a.js?k#f', ROLE.CODE, true, 'https://example.org/a.js'],
  ['/home/ann/app/a.cjs', ROLE.CODE, true, '/home/ann/app/a.cjs'],
  ['/home/ann/app/a.cjs', ROLE.CODE, false, null],
  ['data:text/javascript,s3cret()', ROLE.CODE, true, null],
])('%j with uses %i, names kept %s, leaves %j', (text, roles, keepNames, kept) => {
  expect(keptText(text, roles, keepNames)).toBe(kept);
});

test('placeholders need the key to be made again', () => {
  expect(new Placeholders().of('a')).not.toBe(new Placeholders().of('a'));
  expect(new Placeholders(keyFrom('k')).of('a')).toBe(new Placeholders(keyFrom('k')).of('a'));
  expect(new Placeholders(keyFrom('k')).of('a')).not.toBe(new Placeholders(keyFrom('l')).of('a'));
});

describe('trouble', () => {
  const codeOf = (attempt: Promise<unknown>): Promise<unknown> =>
    attempt.then(
      () => undefined,
      (error: { code?: unknown }) => error.code,
    );

  /** Attempts to redact a damaged file; what is left of the folder beside it. */
  async function damage(format: HeapFormat): Promise<{ code: unknown; left: string[] }> {
    return withTempDir(async (dir) => {
      const file = programWithSecrets().write(path.join(dir, 'a'), format);
      const code = await codeOf(redactSnapshot(file, path.join(dir, 'b')));
      return { code, left: fs.readdirSync(dir) };
    });
  }

  test.each<[string, HeapFormat, string]>([
    ['ends in its strings', { truncateAt: -20 }, 'PLIM_ERR_SNAPSHOT_TRUNCATED'],
    ['ends in its nodes', { truncateAt: 1_500 }, 'PLIM_ERR_SNAPSHOT_TRUNCATED'],
    ['holds texts among its numbers', { extraSections: { samples: ['s3cret'] } }, 'PLIM_ERR_SNAPSHOT_FORMAT'],
  ])('a file that %s leaves nothing', async (_what, format, code) => {
    expect(await damage(format)).toEqual({ code, left: ['a'] });
  });

  test('a file that is no snapshot, or not there', () =>
    withTempDir(async (dir) => {
      const file = path.join(dir, 'a');
      const out = path.join(dir, 'b');
      expect(await codeOf(redactSnapshot(file, out))).toBe('PLIM_ERR_FILE_UNREADABLE');
      for (const text of ['', '[]', '{}', '{"a":1}', '{"snapshot":1,"nodes":[]}']) {
        fs.writeFileSync(file, text);
        expect(await codeOf(redactSnapshot(file, out))).toMatch(/^PLIM_ERR_SNAPSHOT_/);
      }
      expect(fs.readdirSync(dir)).toEqual(['a']);
    }));

  test('never the file itself, by whatever name; another only if told to', () =>
    withTempDir(async (dir) => {
      const file = programWithSecrets().write(path.join(dir, 'a'));
      const before = fs.readFileSync(file, 'utf8');
      fs.symlinkSync(file, path.join(dir, 'link'));
      fs.linkSync(file, path.join(dir, 'hard'));
      for (const out of [file, `${dir}/./a`, path.join(dir, 'link'), path.join(dir, 'hard')]) {
        expect(await codeOf(redactSnapshot(file, out, { force: true }))).toBe('PLIM_ERR_OPTION_INVALID');
      }
      fs.writeFileSync(path.join(dir, 'there'), 'mine');
      expect(await codeOf(redactSnapshot(file, path.join(dir, 'there')))).toBe('PLIM_ERR_FILE_UNWRITABLE');
      expect(fs.readFileSync(path.join(dir, 'there'), 'utf8')).toBe('mine');
      await redactSnapshot(file, path.join(dir, 'there'), { force: true });
      expect(fs.readFileSync(file, 'utf8')).toBe(before);
    }));

  test('stops when it is told to', () =>
    withTempDir(async (dir) => {
      const file = programWithSecrets().write(path.join(dir, 'a'));
      const controller = new AbortController();
      const attempt = redactSnapshot(file, path.join(dir, 'b'), {
        signal: controller.signal,
        onProgress: () => controller.abort(new Error('enough')),
      });
      await expect(attempt).rejects.toThrow('enough');
      expect(fs.readdirSync(dir)).toEqual(['a']);
    }));

  test('tells how far it is, up to the end', () =>
    withTempDir(async (dir) => {
      const file = programWithSecrets().write(path.join(dir, 'a'));
      const told: number[] = [];
      await redactSnapshot(file, path.join(dir, 'b'), { onProgress: (done) => told.push(done) });
      expect(told).toEqual([...told].sort((a, b) => a - b));
      expect(told.at(-1)).toBe(fs.statSync(file).size);
    }));
});
