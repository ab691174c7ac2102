import { EventEmitter, once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import { describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { Scope } from '../../../../src/scope/index.ts';
import { FakeClock } from '../../../helpers/fake-clock.ts';

describe('files', () => {
  test('are closed, and leave when somebody else closes them', async () => {
    const scope = new Scope();
    const [kept, closed] = await Promise.all([fs.promises.open('package.json'), fs.promises.open('package.json')]);
    scope.file(kept);
    scope.file(closed);
    await closed.close();
    expect(scope.stats().byKind).toEqual({ file: 1 });
    await scope.close();
    expect(kept.fd).toBe(-1);
  });

  test('may be directories, also ones that were read to their end', async () => {
    const scope = new Scope();
    const [open, done] = await Promise.all([fs.promises.opendir('src'), fs.promises.opendir('src')]);
    scope.file(open);
    scope.file(done);
    for await (const _entry of done);
    await scope.close();
    await expect(open.close()).rejects.toMatchObject({ code: 'ERR_DIR_CLOSED' });
  });

  test('that cannot be closed are reported', async () => {
    const scope = new Scope();
    scope.file({ close: () => Promise.reject(new Error('EIO')) });
    await expect(scope.close()).rejects.toThrow('EIO');
  });

  test('are objects with close()', () => {
    expect(() => new Scope().file(3 as never)).toThrow('Expected `file` to be a FileHandle or a Dir, got 3 (number).');
  });
});

describe('watchers', () => {
  test('of both kinds are closed, and leave when somebody else closes them', async () => {
    const scope = new Scope();
    const watcher = scope.watcher(fs.watch('src'));
    const gone = scope.watcher(fs.watch('src'));
    const poller = scope.watcher(fs.watchFile('package.json', { interval: 60_000 }, () => {}));
    gone.close();
    await once(gone, 'close');
    expect(scope.stats().byKind).toEqual({ watcher: 2 });
    const closed = [once(watcher, 'close'), once(poller as unknown as EventEmitter, 'stop')];
    await scope.close();
    await Promise.all(closed);
    fs.unwatchFile('package.json');
  });

  test('whose close() takes time are waited for', async () => {
    const scope = new Scope();
    let isClosed = false;
    scope.watcher({
      close: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        isClosed = true;
      },
    });
    await scope.close();
    expect(isClosed).toBe(true);
  });
});

describe('observers', () => {
  test('and histograms are stopped', () => {
    const scope = new Scope();
    const delay = scope.observer(monitorEventLoopDelay());
    delay.enable();
    const observer = scope.observer(new PerformanceObserver(() => {}));
    observer.observe({ entryTypes: ['measure'] });
    scope.dispose();
    // Both say whether there was something to stop.
    expect(delay.disable()).toBe(false);
    expect(scope.stats().open).toBe(0);
  });

  test('are objects with disconnect() or disable()', () => {
    expect(() => new Scope().observer({} as never)).toThrow('Expected `observer` to be an observer');
  });
});

describe('abort controllers', () => {
  test('are aborted with the reason, and leave when somebody else aborts them', async () => {
    const scope = new Scope();
    const [made, given] = [scope.abortController(), scope.abortController(new AbortController(), { name: 'given' })];
    given.abort();
    scope.abortController(given);
    expect(scope.list()).toMatchObject([{ kind: 'abort', name: undefined }]);
    await scope.close({ reason: 'stop' });
    expect(made.signal.reason).toBe('stop');
    expect(() => new Scope().abortController({} as never)).toThrow('Expected `controller` to be an AbortController');
  });
});

/** A child process that does as the test says. */
class FakeChild extends EventEmitter {
  pid: number | undefined = 7;
  exitCode: number | null = null;
  signalCode: NodeJS.Signals | null = null;
  readonly got: unknown[] = [];
  readonly stdio = [null, { destroy: (): unknown => this.got.push('pipe') }];

  kill(signal?: NodeJS.Signals | number): boolean {
    this.got.push(signal);
    if (signal === 'SIGKILL') setImmediate(() => this.exit('SIGKILL'));
    return true;
  }

  exit(signal: NodeJS.Signals): void {
    this.signalCode = signal;
    this.emit('exit', null, signal);
  }
}

describe('child processes', () => {
  test('are asked, waited for, and their pipes closed', async () => {
    const clock = new FakeClock();
    const scope = new Scope({ clock });
    const child = scope.childProcess(new FakeChild(), { signal: 'SIGINT' });
    const closed = scope.close();
    expect(child.got).toEqual(['SIGINT']);
    child.exit('SIGINT');
    await closed;
    expect(child.got).toEqual(['SIGINT', 'pipe']);
    expect([child.eventNames(), clock.pendingTimers]).toEqual([[], 0]);
  });

  test.each([
    [{}, 5_000],
    [{ killAfter: '1s' }, 1_000],
    [{ timeout: 1_000 }, 800],
  ])('with %j are killed after %i ms', async (options, ms) => {
    const clock = new FakeClock();
    const scope = new Scope({ clock });
    const child = scope.childProcess(new FakeChild(), options);
    const closed = scope.close();
    await clock.advanceAsync(ms - 1);
    expect(child.got).toEqual(['SIGTERM']);
    await clock.advanceAsync(1);
    await closed;
    expect(child.got).toEqual(['SIGTERM', 'SIGKILL', 'pipe']);
  });

  test('leave when they exit, and are not taken when they have, or never began', () => {
    const scope = new Scope();
    const child = scope.childProcess(new FakeChild());
    child.exit('SIGHUP');
    const unborn = new FakeChild();
    unborn.pid = undefined;
    scope.childProcess(child);
    scope.childProcess(unborn);
    expect(scope.stats().open).toBe(0);
  });

  test('that cannot be signalled are reported', async () => {
    const scope = new Scope();
    const child = scope.childProcess(new FakeChild());
    child.kill = (): boolean => child.emit('error', new Error('EPERM'));
    await expect(scope.close()).rejects.toThrow('EPERM');
  });

  test('are killed soon when nobody waits', async () => {
    const clock = new FakeClock();
    const scope = new Scope({ clock });
    const child = scope.childProcess(new FakeChild());
    scope.dispose();
    clock.advance(0);
    await scope.close();
    expect(child.got).toEqual(['SIGTERM', 'SIGKILL', 'pipe']);
  });

  test('are what has kill()', () => {
    expect(() => new Scope().childProcess({} as never)).toThrow(
      'Expected `child` to be a ChildProcess, got an object.',
    );
    expect(() => new Scope().childProcess(new FakeChild(), { killAfter: 'soon' })).toThrow('Expected `killAfter`');
  });
});

describe('workers', () => {
  test('are terminated, and leave when they exit', async () => {
    const scope = new Scope();
    const log: string[] = [];
    const make = (): EventEmitter & { terminate(): unknown } =>
      Object.assign(new EventEmitter(), { threadId: 1, terminate: async () => log.push('terminated') });
    scope.worker(make());
    scope.worker(make()).emit('exit', 0);
    scope.worker(Object.assign(make(), { threadId: -1 }));
    expect(scope.stats().byKind).toEqual({ worker: 1 });
    await scope.close();
    expect(log).toEqual(['terminated']);
    expect(() => new Scope().worker({} as never)).toThrow('Expected `worker` to be a Worker, got an object.');
  });
});

describe('servers', () => {
  test('that never listened, or are closed, are no error, by use() as well', async () => {
    const scope = new Scope();
    const closed = scope.server(net.createServer());
    scope.server(http.createServer());
    scope.use(http.createServer());
    closed.listen(0);
    await once(closed, 'listening');
    closed.close();
    await once(closed, 'close');
    expect(scope.stats().byKind).toEqual({ server: 1, disposable: 1 });
    await scope.close();
  });

  test('finish what they answer', async () => {
    const scope = new Scope();
    const server = scope.server(http.createServer((_request, response) => setTimeout(() => response.end('done'), 20)));
    server.listen(0);
    await once(server, 'listening');
    const { port } = server.address() as net.AddressInfo;
    const answer = fetch(`http://127.0.0.1:${port}`);
    await once(server, 'request');
    await scope.close();
    expect(await (await answer).text()).toBe('done');
    expect(server.listening).toBe(false);
    expect(scope.stats().open).toBe(0);
  });

  test('are cut off when nobody waits', async () => {
    const scope = new Scope();
    const server = scope.server(net.createServer());
    server.listen(0);
    await once(server, 'listening');
    const client = net.connect((server.address() as net.AddressInfo).port);
    await once(server, 'connection');
    client.on('error', () => {});
    scope.dispose();
    await Promise.all([scope.close(), once(client, 'close')]);
    expect(server.listening).toBe(false);
  });

  test('of Bun are stopped, gently at first', async () => {
    const clock = new FakeClock();
    const scope = new Scope({ clock });
    const got: boolean[] = [];
    let stopped: (() => void) | undefined;
    scope.server({
      stop: (closeActive: boolean) => {
        got.push(closeActive);
        if (closeActive) stopped?.();
        return new Promise<void>((resolve) => (stopped = resolve));
      },
    });
    const closed = scope.close();
    await clock.advanceAsync(10_000);
    await closed;
    expect(got).toEqual([false, true]);
  });

  test('of ws say goodbye to their clients, and leave the HTTP server alone', async () => {
    const scope = new Scope();
    const server = http.createServer().listen(0);
    await once(server, 'listening');
    const sockets = scope.server(new WebSocketServer({ server }));
    const client = new WebSocket(`ws://127.0.0.1:${(server.address() as net.AddressInfo).port}`);
    const said = once(client, 'close');
    await once(client, 'open');
    await scope.close();
    expect((await said)[0]).toBe(1001);
    expect([sockets.clients.size, server.listening]).toEqual([0, true]);
    server.close();
  });

  test('of ws that are closed already are no error; clients that do not answer are cut off', async () => {
    const clock = new FakeClock();
    const scope = new Scope({ clock });
    const log: string[] = [];
    let done: (() => void) | undefined;
    const client = { close: (code: number) => log.push(`close ${code}`), terminate: () => (log.push('cut'), done?.()) };
    const server = { on: () => {}, clients: [client], close: (then: () => void) => void (done = then) };
    scope.server(server, { socketGrace: 500 });
    const closed = scope.close();
    await clock.advanceAsync(500);
    await closed;
    expect(log).toEqual(['close 1001', 'cut']);
  });

  test('are what can be closed or stopped', () => {
    expect(() => new Scope().server({} as never)).toThrow('Expected `server` to be a server, got an object.');
    expect(() => new Scope().server(net.createServer(), { deadline: 'soon' })).toThrow('Expected `deadline`');
  });
});
