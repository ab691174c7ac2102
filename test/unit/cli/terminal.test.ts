import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { Terminal } from '../../../src/cli/terminal.ts';
import { withTempDir } from '../../helpers/temp-dir.ts';

const CLEAR = '\r\u001b[2K';

/** What a terminal of `columns` gets to see. */
async function shown(columns: number, use: (terminal: Terminal) => Promise<void> | void): Promise<string> {
  return withTempDir(async (dir) => {
    const file = path.join(dir, 'screen');
    const fd = fs.openSync(file, 'w');
    const terminal = new Terminal(() => ({ isTerminal: true, columns, hasColors: false }), fd);
    await use(terminal);
    await terminal.flush();
    fs.closeSync(fd);
    return fs.readFileSync(file, 'utf8');
  });
}

test('a live line is cut to the window and taken away before anything else is said', async () => {
  const screen = await shown(6, async (terminal) => {
    terminal.live('äöü-long line');
    await terminal.flush();
    terminal.say('word');
  });
  expect(screen).toBe(`${CLEAR}äöü-l${CLEAR}word\n`);
});

test('all that was said arrives in order; a line that the next one outdates may be left out', async () => {
  const screen = await shown(80, (terminal) => {
    terminal.say('one');
    terminal.mention('outdated');
    terminal.say('two');
    terminal.clearLive();
  });
  expect(screen).toBe('one\ntwo\n');
});

test('a stream that is gone is no error, and nothing waits for it', async () => {
  const terminal = new Terminal(() => ({ isTerminal: false, columns: undefined, hasColors: false }), 1_000_000);
  terminal.say('to nobody');
  await terminal.flush();
  terminal.say('still nobody');
  await expect(terminal.flush()).resolves.toBeUndefined();
});
