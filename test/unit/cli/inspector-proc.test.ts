import { expect, test } from 'vitest';
import { inspectorPortOf } from '../../../src/cli/inspector/endpoint.ts';
import { parseListeners, parseStatus } from '../../../src/cli/inspector/proc.ts';

const STATUS = `Name:	node
Umask:	0022
State:	S (sleeping)
Tgid:	4321
Pid:	4321
Uid:	1000	1000	1000	1000
SigIgn:	0000000001001000
SigCgt:	0000000100004602
`;

test('a Node.js process catches SIGUSR1, which is signal 10', () => {
  expect(parseStatus(STATUS)).toEqual({ state: 'S', threadGroup: 4321, uid: 1000, catchesUsr1: true });
});

test('a program without a handler for SIGUSR1 is told apart: the signal would end it', () => {
  // The same without bit 9, and with its neighbours.
  expect(parseStatus(STATUS.replace('0000000100004602', '0000000100004502'))?.catchesUsr1).toBe(false);
});

test('text that is no status is not guessed at', () => {
  expect(parseStatus('')).toBeUndefined();
  expect(parseStatus('State:	S (sleeping)\n')).toBeUndefined();
});

const TCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:240D 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1 0000000087193152 100
   1: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 222 1 0000000087193152 100
   2: 0100007F:240D 0100007F:C49A 01 00000000:00000000 00:00000000 00000000     0        0 111 1 0000000087193152 100
`;

test('listening sockets of one process, the wildcard address as one would dial it', () => {
  expect(parseListeners(TCP, new Set(['111', '222']))).toEqual([
    { host: '127.0.0.1', port: 9229 },
    { host: '127.0.0.1', port: 8080 },
  ]);
  expect(parseListeners(TCP, new Set(['222']))).toEqual([{ host: '127.0.0.1', port: 8080 }]);
  expect(parseListeners(TCP, new Set())).toEqual([]);
  expect(parseListeners(TCP)).toHaveLength(2);
});

test('addresses of version 6', () => {
  const line = (address: string): string => `head\n 0: ${address}:240D 0:0 0A 0:0 00:0 0 0 0 7 1 0`;
  expect(parseListeners(line('00000000000000000000000000000000'))).toEqual([{ host: '::1', port: 9229 }]);
  expect(parseListeners(line('00000000000000000000000001000000'))).toEqual([{ host: '0:0:0:0:0:0:0:1', port: 9229 }]);
});

test('an empty or foreign table has no sockets', () => {
  expect(parseListeners('')).toEqual([]);
  expect(parseListeners('what\n\nis this')).toEqual([]);
});

test.each([
  { argv: [], port: 9229 },
  { argv: ['--inspect'], port: 9229 },
  { argv: ['--inspect=9300'], port: 9300 },
  { argv: ['--inspect-brk=0.0.0.0:9301', '--max-old-space-size=100'], port: 9301 },
  { argv: ['--inspect-port=9302', '--inspect=127.0.0.1'], port: 9302 },
  { argv: ['--inspect-port=0'], port: 0 },
  { argv: ['--inspect=[::1]:9303'], port: 9303 },
])('the port on which the inspector opens: $argv', ({ argv, port }) => {
  expect(inspectorPortOf(argv)).toBe(port);
});
