import { type EventEmitter, once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { Duplex, PassThrough, Readable, Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { Scope } from '../../../../src/scope/index.ts';
import { FakeClock } from '../../../helpers/fake-clock.ts';

describe('a stream of Node.js', () => {
  test('is destroyed, and its close waited for', async () => {
    const scope = new Scope();
    const log: string[] = [];
    const stream = scope.stream(
      new Readable({
        read() {},
        destroy(_error, done) {
          log.push('destroyed');
          setImmediate(done);
        },
      }),
    );
    stream.on('close', () => log.push('closed'));
    scope.defer(() => log.push('before'));
    await scope.close();
    expect(log).toEqual(['before', 'destroyed', 'closed']);
  });

  test('leaves by itself when it ends', async () => {
    const scope = new Scope();
    const stream = scope.stream(Readable.from(['text']));
    stream.resume();
    await once(stream, 'close');
    expect(scope.stats().open).toBe(0);
  });

  test('that is closed already is not taken', async () => {
    const scope = new Scope();
    const stream = new PassThrough().destroy();
    await once(stream, 'close');
    scope.stream(stream);
    expect(scope.stats().open).toBe(0);
  });

  test('has no listener of ours once it is disowned or closed', async () => {
    const scope = new Scope();
    const names = (stream: EventEmitter): unknown[] => stream.eventNames();
    const [one, two] = [new Readable({ read() {} }), new Readable({ read() {} })];
    const before = names(one);
    scope.stream(one);
    scope.stream(two);
    scope.disown(one);
    expect(names(one)).toEqual(before);
    await scope.close();
    expect(names(two)).toEqual(before);
    expect(one.destroyed).toBe(false);
  });

  test('whose end fails is reported, and does not end the program', async () => {
    const scope = new Scope();
    scope.stream(
      new Readable({
        read() {},
        destroy: (_error, done) => done(new Error('cannot close')),
      }),
    );
    await expect(scope.close()).rejects.toThrow('cannot close');
  });

  test('that never says it is closed is not waited for', async () => {
    const scope = new Scope();
    const stream = scope.stream(new Duplex({ read() {}, write() {}, emitClose: false }));
    await scope.close();
    expect(stream.destroyed).toBe(true);
  });

  test('that is the response to a pipelined request, and has no connection yet, is not waited for', async () => {
    const scope = new Scope();
    const server = http.createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1');
    client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(2));
    const second = await new Promise<http.ServerResponse>((resolve) => {
      let requests = 0;
      // The first is never answered.
      server.on('request', (_request, response) => ++requests === 2 && resolve(response));
    });
    scope.stream(second);
    await scope.close();
    expect(second.destroyed).toBe(true);
    client.destroy();
    server.close();
  });

  test('is flushed first when asked to', async () => {
    const scope = new Scope();
    const written: string[] = [];
    const stream = new Writable({
      autoDestroy: false,
      write(chunk: Buffer, _encoding, done) {
        written.push(chunk.toString());
        setImmediate(done);
      },
    });
    scope.stream(stream, { flush: true });
    for (const text of ['a', 'b', 'c']) stream.write(text);
    await scope.close();
    expect(written.join('')).toBe('abc');
    expect(stream.closed).toBe(true);
  });

  test('that cannot be flushed is destroyed while there is some time left', async () => {
    const clock = new FakeClock();
    const scope = new Scope({ clock });
    const stream = new Writable({ write() {} });
    scope.stream(stream, { flush: true, timeout: 1_000 });
    stream.write('stuck');
    const closed = scope.close();
    await clock.advanceAsync(799);
    expect(stream.destroyed).toBe(false);
    await clock.advanceAsync(1);
    await new Promise((resolve) => setImmediate(resolve));
    await closed;
    expect(stream.destroyed).toBe(true);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('a stream of the web', () => {
  test('is cancelled or aborted, by whoever has the lock, with the reason', async () => {
    const scope = new Scope();
    const log: unknown[] = [];
    const readable = (): ReadableStream => new ReadableStream({ cancel: (reason) => void log.push(reason) });
    const writable = (): WritableStream => new WritableStream({ abort: (reason) => void log.push(reason) });
    scope.stream(readable());
    scope.stream(readable().getReader());
    scope.stream(writable());
    scope.stream(writable().getWriter());
    await scope.close({ reason: 'stop' });
    expect(log).toEqual(['stop', 'stop', 'stop', 'stop']);
  });

  test('leaves when its reader or writer sees the end', async () => {
    const scope = new Scope();
    const reader = scope.stream(new Blob(['text']).stream().getReader());
    const writer = scope.stream(new WritableStream().getWriter());
    while (!(await reader.read()).done);
    await writer.close();
    await writer.closed;
    expect(scope.stats().open).toBe(0);
  });

  test('that is locked by somebody else fails, and says so', async () => {
    const scope = new Scope();
    const stream = new ReadableStream();
    stream.getReader();
    scope.stream(stream);
    await expect(scope.close()).rejects.toThrow(TypeError);
  });
});

test.each([{}, null, 'text', undefined])('%s is no stream', (value) => {
  const scope = new Scope();
  expect(() => scope.stream(value as never)).toThrow('Expected `stream` to be a stream of Node.js or of the web, got');
});
