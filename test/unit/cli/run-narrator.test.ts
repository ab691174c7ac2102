import { expect, test } from 'vitest';
import { FirstWord } from '../../../src/cli/run/first-word.ts';
import { Narrator, progressText, statusLine } from '../../../src/cli/run/narrator.ts';
import { WatchedThread } from '../../../src/cli/run/watched-thread.ts';
import { Terminal } from '../../../src/cli/terminal.ts';
import type { Floor, Hello, Message } from '../../../src/diagnose/wire.ts';

const MIB = 1024 ** 2;

function thread(): WatchedThread {
  const who = { argv: ['node'], execArgv: [], cwd: '/', node: 'v20.0.0', launcher: null };
  const hello: Hello = {
    kind: 'hello',
    pid: 7,
    ppid: 1,
    threadId: 0,
    startedAt: 0,
    heapLimitBytes: 1,
    survivorLimitBytes: 1,
    memoryLimitBytes: null,
    ...who,
  };
  return new WatchedThread(hello, '/nowhere', 0, 0);
}

function floor(second: number, heapUsed: number): Floor {
  const bytes = { heapTotal: heapUsed, external: 0, arrayBuffers: 0, rss: 90 * MIB };
  return { kind: 'floor', at: second * 1_000, asked: true, pauseMs: 1, heapUsed, ...bytes };
}

/** A narrator and the lines that it spoke. */
function listen(isQuiet = false): { narrator: Narrator; lines: string[] } {
  const terminal = new Terminal(() => ({ isTerminal: false, columns: undefined, hasColors: false }));
  const lines: string[] = [];
  terminal.mention = (line) => lines.push(line);
  return { narrator: new Narrator(terminal, isQuiet), lines };
}

const begin = (pauseMs: number): Message => {
  const estimate = { pauseMs, memoryBytes: 1, fileBytes: 1 };
  return { kind: 'snapshot-begin', at: 1, file: '/nowhere/s', why: 'ordered', heapUsed: 27 * MIB, estimate };
};

const END: Message = {
  kind: 'snapshot-end',
  at: 2,
  file: '/nowhere/s',
  pauseMs: 1_700,
  fileBytes: 34 * MIB,
  rssBefore: 0,
  rssAfter: 0,
};

test('the line of a program that has just begun', () => {
  expect(statusLine(thread(), 0, undefined, 10_000)).toBe('plimsoll: 10 s; no collection seen yet');
});

test('the line of one that is known better, among others', () => {
  const watched = thread();
  watched.accept(floor(1, 10 * MIB), 1);
  watched.accept(floor(9, 13 * MIB), 9);
  watched.accept(END, 10);
  expect(statusLine(watched, 2, 'rising', 42_000)).toBe(
    'plimsoll: 42 s; heap floor 13 MiB (+3.0 MiB); RSS 90 MiB; 1 snapshot, paused 1.7 s; rising [process 7, and 2 more]',
  );
});

test('bytes and time left; none is guessed from too little, none is below nothing', () => {
  expect(progressText(10 * MIB, 40 * MIB, 2_000)).toBe('10 MiB of 40 MiB, about 6.0 s left');
  expect(progressText(0, 40 * MIB, 2_000)).toBe('0 B of 40 MiB');
  expect(progressText(10 * MIB, 40 * MIB, 100)).toBe('10 MiB of 40 MiB');
  expect(progressText(50 * MIB, 40 * MIB, 2_000)).toBe('50 MiB of 50 MiB, about 0 ms left');
});

test('a pause that is noticed is announced and accounted for, a short one is not', () => {
  const { narrator, lines } = listen();
  const watched = thread();
  for (const message of [begin(400), END, begin(1_600), END]) {
    watched.accept(message, 1);
    narrator.hear(watched, message);
  }
  expect(lines).toEqual([
    'plimsoll: snapshot 2 of 27 MiB, to see who holds it: the program pauses for about 1.6 s',
    'plimsoll: snapshot written: 34 MiB, the program stood still for 1.7 s',
  ]);
});

test('a long pause shows how far it is', () => {
  const { narrator, lines } = listen();
  const watched = thread();
  watched.accept(begin(30_000), 0);
  narrator.tick([watched]);
  expect(lines).toEqual(['plimsoll: writing snapshot 1, the program stands still: 0 B of 1 B']);
});

test('no second line within ten seconds, none at all when quiet', () => {
  const { narrator, lines } = listen();
  narrator.tick([thread()]);
  narrator.tick([thread()]);
  expect(lines).toHaveLength(1);
  const quiet = listen(true);
  quiet.narrator.begin('app.js', 'x');
  quiet.narrator.tick([thread()]);
  quiet.narrator.hear(thread(), begin(5_000));
  expect(quiet.lines).toEqual([]);
});

test('the first word comes when the floors have said it three times, and is taken back', () => {
  const word = new FirstWord();
  const floors: Floor[] = [];
  const hear = (seconds: number, bytesAt: (second: number) => number): void => {
    for (let k = 0; k < seconds; k++) {
      floors.push(floor(floors.length, bytesAt(floors.length)));
      word.hear(floors);
    }
  };
  hear(6, (second) => (10 + second) * MIB);
  expect(word.text).toBeUndefined();
  hear(34, (second) => (10 + second) * MIB);
  expect(word.text).toBe('rising');
  hear(120, () => 50 * MIB);
  expect(word.text).toBe('no longer growing');
});

test('a program that never grew is not said to have stopped', () => {
  const word = new FirstWord();
  const floors = Array.from({ length: 40 }, (_, second) => floor(second, 10 * MIB));
  word.hear(floors);
  expect(word.text).toBe('not growing');
});
