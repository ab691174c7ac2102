import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineCutter, readMessage } from '../../../src/cli/run/messages.ts';

test('lines come out whole, however the bytes arrive', () => {
  const text = fc.stringMatching(/^[^\n\r]*[^\s][^\n\r]*$/);
  fc.assert(
    fc.property(fc.array(text), fc.array(fc.nat(9)), (lines, cuts) => {
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      const cutter = new LineCutter();
      const read: string[] = [];
      let offset = 0;
      for (const cut of cuts) {
        read.push(...cutter.push(bytes.subarray(offset, offset + cut)));
        offset += Math.min(cut, bytes.length - offset);
      }
      read.push(...cutter.push(bytes.subarray(offset)));
      expect(read).toEqual(lines);
    }),
  );
});

test('a line without its end waits', () => {
  const cutter = new LineCutter();
  expect(cutter.push(Buffer.from('{"a":'))).toEqual([]);
  expect(cutter.push(Buffer.from('1}\n{"b"'))).toEqual(['{"a":1}']);
});

test('messages are recognised', () => {
  const floor = { kind: 'floor', at: 1, heapUsed: 2, external: 3, rss: 4, asked: true };
  expect(readMessage(JSON.stringify(floor))).toEqual(floor);
  expect(readMessage('{"kind":"trouble","part":"x","message":"y"}')).toEqual({
    kind: 'trouble',
    part: 'x',
    message: 'y',
  });
});

test.each([
  '',
  'null',
  '[]',
  '7',
  '{"kind":"floor","at":1',
  '{"kind":"floor"}',
  '{"kind":"floor","at":"1","heapUsed":2,"external":3,"rss":4}',
  '{"kind":"hello","pid":1,"threadId":0,"startedAt":0,"argv":null,"execArgv":[],"cwd":"/"}',
  '{"kind":"constructor"}',
  '{"kind":"unheard-of","at":1}',
])('%s is no message', (line) => expect(readMessage(line)).toBeUndefined());
