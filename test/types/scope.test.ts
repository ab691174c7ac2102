/** What the registrars take and give back, as the compiler sees it. Nothing here runs. */
import type { ChildProcess } from 'node:child_process';
import type { EventEmitter } from 'node:events';
import type { Dir, FSWatcher, ReadStream, StatWatcher } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { Server as HttpServer, ServerResponse } from 'node:http';
import type { Http2Server } from 'node:http2';
import type { Server as HttpsServer } from 'node:https';
import type { Server as NetServer, Socket } from 'node:net';
import type { IntervalHistogram, PerformanceObserver } from 'node:perf_hooks';
import type { Worker } from 'node:worker_threads';
import { expectTypeOf, test } from 'vitest';
import type { WebSocketServer } from 'ws';
import type { Held, Scope } from '../../src/scope/index.ts';

/** A function of this type is checked and never called. */
type Check = (scope: Scope) => unknown;

test('registrars take what Node.js makes, and give it back as what it is', () => {
  const takes = <T>(check: (scope: Scope, value: T) => T): unknown => check;
  takes<ChildProcess>((scope, child) => scope.childProcess(child, { signal: 'SIGINT' }));
  takes<Worker>((scope, worker) => scope.worker(worker));
  takes<FSWatcher>((scope, watcher) => scope.watcher(watcher));
  takes<StatWatcher>((scope, watcher) => scope.watcher(watcher));
  takes<FileHandle>((scope, file) => scope.file(file));
  takes<Dir>((scope, dir) => scope.file(dir));
  takes<ReadStream>((scope, stream) => scope.stream(stream));
  takes<Socket>((scope, socket) => scope.stream(socket, { flush: true }));
  takes<ServerResponse>((scope, response) => scope.stream(response));
  takes<ReadableStream<string>>((scope, stream) => scope.stream(stream));
  takes<WritableStreamDefaultWriter<string>>((scope, writer) => scope.stream(writer));
  takes<HttpServer>((scope, server) => scope.server(server));
  takes<HttpsServer>((scope, server) => scope.server(server));
  takes<Http2Server>((scope, server) => scope.server(server));
  takes<NetServer>((scope, server) => scope.server(server, { deadline: '5s' }));
  takes<WebSocketServer>((scope, server) => scope.server(server));
  takes<PerformanceObserver>((scope, observer) => scope.observer(observer));
  takes<IntervalHistogram>((scope, histogram) => scope.observer(histogram));
  takes<Disposable | null>((scope, value) => scope.use(value));
});

test('listeners may type their parameters', () => {
  const check = (scope: Scope, emitter: EventEmitter, target: EventTarget): Held[] => [
    scope.on(emitter, 'data', (chunk: Buffer, more: number) => chunk.length + more),
    scope.on(target, 'abort', (event: Event) => event.type),
    scope.on(emitter, 'data', (chunk) => expectTypeOf(chunk).toBeUnknown()),
  ];
  expectTypeOf(check).returns.toEqualTypeOf<Held[]>();
});

test('adopted values keep their type on the way to their disposer', () => {
  const check: Check = (scope) => scope.adopt(1, (value) => value.toFixed());
  expectTypeOf(check).toBeFunction();
});

test('options of the wrong kind are refused', () => {
  const checks: Check[] = [
    // @ts-expect-error -- a name is no options
    (scope) => scope.defer(() => {}, 'name'),
    // @ts-expect-error -- seconds are not guessed
    (scope) => scope.defer(() => {}, { timeoutSeconds: 5 }),
    // @ts-expect-error -- no stream
    (scope) => scope.stream({}),
    // @ts-expect-error -- causes are given by name
    (scope) => scope.close({ cause: 'whatever' }),
  ];
  expectTypeOf(checks).toBeArray();
});
