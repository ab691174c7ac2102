import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { PlimsollProbeJournal } from '../../../../src/diagnose/probe/journal.ts';
import { withTempDir } from '../../../helpers/temp-dir.ts';

function readLines(dir: string): unknown[] {
  const text = fs.readFileSync(path.join(dir, '7-1.jsonl'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

test('each message is one line, on disk when the call returns', () => {
  withTempDir((dir) => {
    const journal = new PlimsollProbeJournal(dir, 7, 1);
    journal.write({ kind: 'exit', at: 1, code: 0 });
    expect(readLines(dir)).toEqual([{ kind: 'exit', at: 1, code: 0 }]);
    journal.write({ kind: 'trouble', part: 'a', message: 'two\nlines' });
    expect(readLines(dir)).toHaveLength(2);
  });
});

test('an error is told once for each part and goes no further', () => {
  withTempDir((dir) => {
    const journal = new PlimsollProbeJournal(dir, 7, 1);
    const fail = (): void => {
      throw new Error('no luck');
    };
    journal.guard('floors', fail);
    journal.guard('floors', fail);
    journal.guard('orders', fail);
    expect(readLines(dir)).toEqual([
      { kind: 'trouble', part: 'floors', message: 'no luck' },
      { kind: 'trouble', part: 'orders', message: 'no luck' },
    ]);
  });
});

test('a journal whose folder is gone closes without a word and does not make the folder again', () => {
  withTempDir((dir) => {
    const session = path.join(dir, 'session');
    const journal = new PlimsollProbeJournal(session, 7, 1);
    expect(journal.isClosed).toBe(false);
    journal.write({ kind: 'exit', at: 1, code: 0 });
    expect(journal.isClosed).toBe(true);
    fs.mkdirSync(session);
    journal.write({ kind: 'exit', at: 2, code: 0 });
    expect(fs.readdirSync(session)).toEqual([]);
  });
});
