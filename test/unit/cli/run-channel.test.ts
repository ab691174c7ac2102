import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { Channel } from '../../../src/cli/run/channel.ts';
import { withTempDir } from '../../helpers/temp-dir.ts';

function exit(at: number): string {
  return `${JSON.stringify({ kind: 'exit', at, code: 0 })}\n`;
}

test('each message is handed on once, by thread and in order; damaged lines are counted', () =>
  withTempDir((dir) => {
    const heard: string[] = [];
    const channel = new Channel(dir, (key, message) => heard.push(`${key} ${'at' in message ? message.at : ''}`));
    channel.poll();
    const [first, second] = [path.join(dir, '1-0.jsonl'), path.join(dir, '1-2.jsonl')];
    fs.writeFileSync(first, `${exit(1)}${exit(2).slice(0, 9)}`);
    channel.poll();
    fs.appendFileSync(first, exit(2).slice(9));
    fs.writeFileSync(second, `not json\n${exit(3)}`);
    fs.writeFileSync(path.join(dir, '1-0.orders.json'), exit(9));
    channel.poll();
    channel.poll();
    expect(heard).toEqual(['1-0 1', '1-0 2', '1-2 3']);
    expect(channel.badLines).toBe(1);
  }));

test('more than one read’s worth of lines', () =>
  withTempDir((dir) => {
    const heard: number[] = [];
    const channel = new Channel(dir, (_, message) => heard.push('at' in message ? message.at : -1));
    fs.writeFileSync(path.join(dir, '1-0.jsonl'), Array.from({ length: 5_000 }, (_, k) => exit(k)).join(''));
    channel.poll();
    expect(heard).toEqual(Array.from({ length: 5_000 }, (_, k) => k));
  }));

test('a folder that is gone is no error', () => {
  const channel = new Channel('/nowhere/at/all', () => {});
  channel.start();
  channel.poll();
  channel.stop();
  expect(channel.badLines).toBe(0);
});
