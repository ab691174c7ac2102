import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { isPlimsollError } from '../../../src/base/errors.ts';
import { checkWritableFile, prepareFolder, writeJsonFile } from '../../../src/cli/output-file.ts';
import { withTempDir } from '../../helpers/temp-dir.ts';

function codeOf(work: () => void): boolean {
  try {
    work();
  } catch (error) {
    return isPlimsollError(error, 'PLIM_ERR_FILE_UNWRITABLE');
  }
  return false;
}

test('checking leaves nothing behind and keeps what was there', () =>
  withTempDir((dir) => {
    const file = path.join(dir, 'x.json');
    checkWritableFile('--json', file);
    expect(fs.readdirSync(dir)).toEqual([]);
    fs.writeFileSync(file, 'old');
    checkWritableFile('--json', file);
    expect(fs.readFileSync(file, 'utf8')).toBe('old');
  }));

test('folders, missing folders and files in the way are refused', () =>
  withTempDir((dir) => {
    fs.writeFileSync(path.join(dir, 'file'), '');
    expect(codeOf(() => checkWritableFile('--json', dir))).toBe(true);
    expect(codeOf(() => checkWritableFile('--json', path.join(dir, 'none', 'x')))).toBe(true);
    expect(codeOf(() => prepareFolder('--out', path.join(dir, 'file')))).toBe(true);
    expect(codeOf(() => prepareFolder('--out', path.join(dir, 'file', 'below')))).toBe(true);
  }));

test('a folder is made with its parents', () =>
  withTempDir((dir) => {
    const folder = prepareFolder('--out', path.join(dir, 'a', 'b'));
    expect(fs.readdirSync(folder)).toEqual([]);
  }));

test('JSON replaces the old file, through a link too, and leaves devices what they are', () =>
  withTempDir((dir) => {
    const [file, link] = [path.join(dir, 'x.json'), path.join(dir, 'link.json')];
    fs.writeFileSync(file, 'old');
    fs.symlinkSync(file, link);
    writeJsonFile('--json', link, { a: 1 });
    expect(fs.readFileSync(file, 'utf8')).toBe('{\n  "a": 1\n}\n');
    expect(fs.lstatSync(link).isSymbolicLink()).toBe(true);
    writeJsonFile('--json', '/dev/null', { a: 1 });
    expect(fs.statSync('/dev/null').isCharacterDevice()).toBe(true);
    expect(fs.readdirSync(dir)).toHaveLength(2);
  }));
