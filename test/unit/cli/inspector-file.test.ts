import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { contains } from '../../../src/cli/inspector/node-process.ts';
import { PartialFile } from '../../../src/runtime/partial-file.ts';
import { withTempDir } from '../../helpers/temp-dir.ts';

function codeOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
  return undefined;
}

test('a file has its name only once it is whole, and only its owner may read it', () => {
  withTempDir((dir) => {
    const file = path.join(dir, 'a.heapsnapshot');
    const out = new PartialFile(file, false);
    out.append('{"a":');
    expect(fs.existsSync(file)).toBe(false);
    out.append('"é"}');
    expect(out.bytes).toBe(10);
    out.commit();
    expect(fs.readFileSync(file, 'utf8')).toBe('{"a":"é"}');
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    expect(fs.readdirSync(dir)).toEqual(['a.heapsnapshot']);
  });
});

test('what is discarded leaves nothing, and what comes later is let go', () => {
  withTempDir((dir) => {
    const out = new PartialFile(path.join(dir, 'a'), false);
    out.append('half');
    out.discard();
    out.append('late');
    out.commit();
    out.discard();
    expect(fs.readdirSync(dir)).toEqual([]);
  });
});

test('after a commit a discard keeps the file', () => {
  withTempDir((dir) => {
    const out = new PartialFile(path.join(dir, 'a'), false);
    out.append('whole');
    out.commit();
    out.discard();
    expect(fs.readdirSync(dir)).toEqual(['a']);
  });
});

test('no listener on the process is left behind', () => {
  withTempDir((dir) => {
    const before = process.listenerCount('exit');
    const out = new PartialFile(path.join(dir, 'a'), false);
    out.discard();
    expect(process.listenerCount('exit')).toBe(before);
  });
});

test('an existing file is kept unless it may be replaced', () => {
  withTempDir((dir) => {
    const file = path.join(dir, 'a');
    fs.writeFileSync(file, 'old');
    expect(codeOf(() => new PartialFile(file, false))).toBe('PLIM_ERR_FILE_UNWRITABLE');
    const out = new PartialFile(file, true);
    out.append('new');
    out.discard();
    expect(fs.readFileSync(file, 'utf8')).toBe('old');
    const again = new PartialFile(file, true);
    again.append('new');
    again.commit();
    expect(fs.readFileSync(file, 'utf8')).toBe('new');
  });
});

test('a file that came up meanwhile is kept too', () => {
  withTempDir((dir) => {
    const file = path.join(dir, 'a');
    const out = new PartialFile(file, false);
    out.append('new');
    fs.writeFileSync(file, 'theirs');
    expect(() => out.commit()).toThrow(/exists already/);
    expect(fs.readFileSync(file, 'utf8')).toBe('theirs');
    expect(fs.readdirSync(dir)).toEqual(['a']);
  });
});

test.each([
  { name: 'missing/a', reason: /the folder .*missing does not exist/ },
  { name: '.', reason: /it is a folder/ },
  { name: 'plain/a', reason: /is no folder/ },
])('where no file can be: $name', ({ name, reason }) => {
  withTempDir((dir) => {
    fs.writeFileSync(path.join(dir, 'plain'), '');
    expect(() => new PartialFile(path.join(dir, name), true)).toThrow(reason);
    expect(codeOf(() => new PartialFile(path.join(dir, name), true))).toBe('PLIM_ERR_FILE_UNWRITABLE');
  });
});

test.runIf(process.platform === 'linux')('a device is not replaced', () => {
  expect(() => new PartialFile('/dev/null', true)).toThrow(/no ordinary file/);
});

test('a mark is found wherever it stands, between two pieces too', () => {
  withTempDir((dir) => {
    const file = path.join(dir, 'binary');
    const piece = 1 << 20;
    for (const at of [0, 5, piece - 3, piece, 2 * piece - 9, 3 * piece - 4]) {
      const bytes = Buffer.alloc(3 * piece, 'x');
      bytes.write('mark', at, 'latin1');
      fs.writeFileSync(file, bytes);
      expect(contains(file, 'mark')).toBe(true);
    }
    fs.writeFileSync(file, Buffer.alloc(3 * piece, 'mar'));
    expect(contains(file, 'mark')).toBe(false);
    fs.writeFileSync(file, '');
    expect(contains(file, 'mark')).toBe(false);
  });
});
