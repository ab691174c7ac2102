/** What is passed on holds nothing that the program keeps secret: reports in every form, and redacted snapshots. */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openSnapshot, summarise } from '../../src/snapshot/index.ts';
import { bareNode, MAIN, plimsoll, StartedProgram } from '../helpers/program.ts';
import { schemaProblems } from '../helpers/report-schema.ts';
import { withTempDir } from '../helpers/temp-dir.ts';

const MARK = 'zqplanted';
const PROGRAM = path.resolve('test/fixtures/report/secrets.mjs');
const env = { ...process.env, PLANT_MARK: MARK };

/** Where the mark stands in a text, with what is around it. */
function found(text: string): string[] {
  return [...text.matchAll(new RegExp(`.{0,40}${MARK}.{0,40}`, 'g'))].map(([around]) => around);
}

describe('a report', () => {
  const FORMS = ['html', 'json', 'md', 'txt'];
  const watch = async (dir: string, ...options: string[]) =>
    plimsoll(
      [
        'run',
        '--quiet',
        ...FORMS.flatMap((form) => ['--report', path.join(dir, `r.${form}`)]),
        ...options,
        PROGRAM,
        '8000',
      ],
      { cwd: dir, env },
    );

  test('holds no text of the program, in whatever form', () =>
    withTempDir(async (dir) => {
      const ended = await watch(dir);
      const all = [ended.stderr, ...FORMS.map((form) => fs.readFileSync(path.join(dir, `r.${form}`), 'utf8'))];
      expect(all.flatMap(found)).toEqual([]);
      const report = fs.readFileSync(path.join(dir, 'r.json'), 'utf8');
      expect(schemaProblems(report)).toEqual([]);
      expect(JSON.parse(report)).toMatchObject({ verdict: 'leak', heap: { classes: expect.any(Array) as unknown } });
      expect(report.includes('"owner": "sessions"')).toBe(true);
    }));

  test('shows examples of texts and keys where that is asked for', () =>
    withTempDir(async (dir) => {
      await watch(dir, '--show-strings');
      for (const form of FORMS) {
        expect(found(fs.readFileSync(path.join(dir, `r.${form}`), 'utf8')), form).not.toEqual([]);
      }
    }));
});

describe('plimsoll snapshot --redact', () => {
  async function planted(dir: string): Promise<string> {
    const file = path.join(dir, 'planted.heapsnapshot');
    await bareNode([PROGRAM, '200', file], { env });
    expect(found(fs.readFileSync(file, 'utf8')).length).toBeGreaterThan(30);
    return file;
  }

  test('writes a copy of the same graph without a secret, that can be summed up', () =>
    withTempDir(async (dir) => {
      const file = await planted(dir);
      const before = summarise(await openSnapshot(file));
      for (const [name, options] of [
        ['bare.heapsnapshot', []],
        ['named.heapsnapshot', ['--keep-names']],
      ] as const) {
        const out = path.join(dir, name);
        const ended = await plimsoll(['snapshot', '--redact', ...options, file, out]);
        expect(ended.stderr).toBe('');
        expect(ended.stdout.toString()).toMatch(/strings replaced/);
        expect(ended.status).toBe(0);
        expect(fs.statSync(out).mode & 0o777).toBe(0o600);
        const text = fs.readFileSync(out, 'utf8');
        expect(found(text)).toEqual([]);
        const [one, other] = [JSON.parse(fs.readFileSync(file, 'utf8')), JSON.parse(text)] as [
          RawSnapshot,
          RawSnapshot,
        ];
        expect(Object.keys(other)).toEqual(Object.keys(one));
        expect(other.snapshot).toEqual(one.snapshot);
        expect(other.strings.length).toBe(one.strings.length);
        for (const section of ['nodes', 'edges', 'locations'] as const) {
          expect(
            Buffer.from(Uint32Array.from(other[section]).buffer).equals(
              Buffer.from(Uint32Array.from(one[section]).buffer),
            ),
          ).toBe(true);
        }
        const after = summarise(await openSnapshot(out));
        expect(after.totalBytes).toBe(before.totalBytes);
        expect(after.classes.some(({ name: of }) => of === 'Account')).toBe(name === 'named.heapsnapshot');
        expect(after.classes.some(({ name: of }) => of === 'Map')).toBe(true);
      }
    }));

  test('refuses the file itself, a file that is there, and options that do not go with it', () =>
    withTempDir(async (dir) => {
      const file = path.join(dir, 'a.heapsnapshot');
      fs.writeFileSync(file, '{}');
      const b = path.join(dir, 'b');
      for (const [args, status, said] of [
        [[file, file, '--force'], 2, 'PLIM_ERR_OPTION_INVALID'],
        [[file], 2, 'PLIM_ERR_OPTION_INVALID'],
        [[file, b, '--json'], 2, '--json does not go together with --redact'],
        [[file, b], 2, 'PLIM_ERR_SNAPSHOT_FORMAT'],
        [[path.join(dir, 'gone'), b], 2, 'PLIM_ERR_FILE_UNREADABLE'],
        [[file, path.join(dir, 'no', 'folder')], 2, 'PLIM_ERR_FILE_UNWRITABLE'],
      ] as const) {
        const ended = await plimsoll(['snapshot', '--redact', ...args]);
        expect(ended.stderr).toContain(said);
        expect(ended.status).toBe(status);
      }
      const stray = await plimsoll(['snapshot', file, b]);
      expect(stray.stderr).toContain('A second file does not go together with a command without --redact');
      expect(fs.readdirSync(dir)).toEqual(['a.heapsnapshot']);
    }));

  test('a disk that is full leaves nothing', () =>
    withTempDir(async (dir) => {
      const file = await planted(dir);
      const out = path.join(dir, 'out.heapsnapshot');
      // A file may grow to 2 MiB here, as on a disk with so much left; SIGXFSZ is ignored by Node.js.
      const command = 'ulimit -f 2048; exec "$@"';
      const args = ['-c', command, 'sh', process.execPath, MAIN, 'snapshot', '--redact', file, out];
      const ended = await new StartedProgram('bash', args).ended;
      expect(ended.stderr).toContain('PLIM_ERR_FILE_UNWRITABLE');
      expect(ended.status).toBe(2);
      expect(fs.readdirSync(dir)).toEqual(['planted.heapsnapshot']);
    }));
});

interface RawSnapshot {
  readonly snapshot: object;
  readonly nodes: number[];
  readonly edges: number[];
  readonly locations: number[];
  readonly strings: string[];
}
