import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readText, writeText } from '../../../src/runtime/text-file.ts';
import { withTempDir } from '../../helpers/temp-dir.ts';

test('text of any length is read back as it was written', () => {
  withTempDir((dir) => {
    const file = path.join(dir, 'a');
    const text = 'ä€\n'.repeat(10_000);
    writeText(file, text, 'w');
    expect(readText(file)).toBe(text);
    writeText(file, 'end', 'a');
    expect(readText(file)).toBe(`${text}end`);
    writeText(file, '', 'w');
    expect(readText(file)).toBe('');
  });
});

test('files that claim to be empty are read to their end', () => {
  expect(fs.existsSync('/proc/self/stat') ? readText('/proc/self/stat') : String(process.pid)).toContain(
    String(process.pid),
  );
});

test('what cannot be read is null, what cannot be written throws', () => {
  withTempDir((dir) => {
    expect(readText(path.join(dir, 'missing'))).toBeNull();
    expect(readText(dir)).toBeNull();
    expect(() => writeText(path.join(dir, 'missing', 'a'), 'x', 'a')).toThrow(/ENOENT/);
  });
});
