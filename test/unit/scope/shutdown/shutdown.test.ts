import { once } from 'node:events';
import net from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { registerLive } from '../../../../src/base/registry.ts';
import { Coordinator } from '../../../../src/scope/shutdown/coordinator.ts';
import {
  type Phase,
  Shutdown,
  type ShutdownEvent,
  type ShutdownOptions,
  type ShutdownReport,
} from '../../../../src/scope/shutdown/index.ts';
import { FakeClock, settle } from '../../../helpers/fake-clock.ts';
import { FakeProcess } from '../../../helpers/fake-process.ts';

const HOME = Symbol.for('plimsoll.shutdown.1');
const home = globalThis as { [HOME]?: Coordinator };

let clock: FakeClock;
let door: FakeProcess;

beforeEach(() => {
  clock = new FakeClock();
  door = new FakeProcess();
  home[HOME] = new Coordinator(clock, door);
});
afterEach(() => {
  delete home[HOME];
});

/** A shutdown and the report with which it will end. */
function start(options: ShutdownOptions = {}): { shutdown: Shutdown; report: Promise<ShutdownReport> } {
  const shutdown = new Shutdown(options);
  const report = new Promise<ShutdownReport>((resolve) => {
    shutdown.listen((event) => void (event.type === 'ended' && resolve(event.report)));
  });
  return { shutdown, report };
}

const never = (): Promise<void> => new Promise(() => {});

describe('the phases', () => {
  test('follow each other, hooks together but for those of closing, which go from the newest to the oldest', async () => {
    const { shutdown, report } = start();
    const calls: string[] = [];
    for (const phase of ['close', 'work', 'drain', 'notReady'] as Phase[]) {
      for (const name of ['a', 'b']) {
        shutdown.on(phase, async () => {
          calls.push(`${phase} ${name}`);
          await settle();
          calls.push(`${phase} ${name} done`);
        });
      }
    }
    door.emit('SIGTERM');
    await report;
    const together = (['notReady', 'drain', 'work'] as const).flatMap((phase) =>
      ['a', 'b', 'a done', 'b done'].map((what) => `${phase} ${what}`),
    );
    expect(calls).toEqual([...together, 'close b', 'close b done', 'close a', 'close a done']);
  });

  test('begin with a readiness that is false, and with time for others to see it', async () => {
    const { shutdown, report } = start({ delay: '3s' });
    const drained: number[] = [];
    shutdown.on('drain', () => void drained.push(clock.steadyNow()));
    expect(shutdown.readiness()).toEqual({ status: 'pass', httpStatus: 200, state: 'running' });
    door.emit('SIGTERM');
    expect(shutdown.readiness()).toEqual({ status: 'fail', httpStatus: 503, state: 'notReady' });
    expect(shutdown.signal.aborted).toBe(true);
    await clock.advanceAsync(2_999);
    expect(drained).toEqual([]);
    await clock.advanceAsync(1);
    expect(drained).toEqual([3_000]);
    expect((await report).phases[0]).toEqual({ phase: 'notReady', ms: 3_000 });
  });

  test('leave the readiness alone when asked to', () => {
    const { shutdown } = start({ notReady: false });
    door.emit('SIGTERM');
    expect(shutdown.isReady).toBe(true);
  });

  test('wait for work in hand, and close when none is left', async () => {
    const { shutdown, report } = start();
    const first = shutdown.hold('invoice 7');
    const second = shutdown.hold('invoice 8');
    door.emit('SIGTERM');
    await settle();
    expect(shutdown.state).toBe('work');
    expect(shutdown.list()).toMatchObject([{ kind: 'hold', name: 'invoice 7' }, { name: 'invoice 8' }]);
    first.release();
    first.release();
    await settle();
    expect(shutdown.state).toBe('work');
    second[Symbol.dispose]();
    expect((await report).isClean).toBe(true);
  });

  test('give work that is never released the time until closing has to begin', async () => {
    const { shutdown, report } = start({ deadline: '5s' });
    shutdown.hold('invoice 7');
    const closed: number[] = [];
    shutdown.on('close', () => void closed.push(clock.steadyNow()));
    door.emit('SIGTERM');
    await clock.advanceAsync(5_000);
    expect(closed).toEqual([4_000]);
    expect(await report).toMatchObject({ isClean: false, isOverdue: false, held: [{ name: 'invoice 7', ms: 4_000 }] });
    expect(door.endings).toEqual([1]);
  });

  test('take in what is added to the phase that runs', async () => {
    const { shutdown, report } = start();
    const calls: string[] = [];
    shutdown.on('close', () => void shutdown.on('close', () => void calls.push('late')));
    door.emit('SIGTERM');
    await report;
    expect(calls).toEqual(['late']);
  });

  test('go on waiting when one work takes up another', async () => {
    const { shutdown, report } = start();
    const first = shutdown.hold('first');
    door.emit('SIGTERM');
    await settle();
    first.release();
    const second = shutdown.hold('second');
    await settle();
    expect(shutdown.state).toBe('work');
    second.release();
    expect((await report).isClean).toBe(true);
  });

  test('begin once, also when a hook or a listener asks for it again', async () => {
    const { shutdown, report } = start();
    const again: Promise<ShutdownReport>[] = [];
    let calls = 0;
    shutdown.on('notReady', () => {
      calls++;
      again.push(shutdown.begin('a hook'));
    });
    shutdown.listen(({ type }) => void (type === 'phase' && again.push(shutdown.begin('a listener'))));
    shutdown.signal.addEventListener('abort', () => again.push(shutdown.begin('the signal')));
    door.emit('SIGTERM');
    const reports = await Promise.all([report, ...again]);
    expect(new Set(reports).size).toBe(1);
    expect(reports[0].cause.kind).toBe('signal');
    expect(calls).toBe(1);
  });

  test('refuse what comes when they are over', async () => {
    const { shutdown, report } = start();
    let refused: unknown;
    shutdown.on('close', () => {
      for (const add of [() => shutdown.on('drain', never), () => shutdown.hold('more')]) {
        try {
          add();
        } catch (error) {
          refused = error;
        }
        expect(refused).toMatchObject({ code: 'PLIM_ERR_SHUTDOWN_OVER' });
        refused = undefined;
      }
    });
    door.emit('SIGTERM');
    expect((await report).errors).toEqual([]);
    expect(() => shutdown.use({ [Symbol.dispose]() {} })).toThrow(/came too late/);
  });
});

describe('a hook', () => {
  test('that throws, or rejects, stops no other and makes the status 1', async () => {
    const { shutdown, report } = start({ exit: 'zero' });
    const calls: string[] = [];
    const [thrown, rejected] = [new Error('thrown'), 'rejected'];
    shutdown.on('close', () => void calls.push('last'));
    shutdown.on('close', () => Promise.reject(rejected));
    shutdown.on('drain', () => {
      throw thrown;
    });
    shutdown.on('drain', () => void calls.push('beside'));
    door.emit('SIGTERM');
    expect(await report).toMatchObject({ isClean: false, errors: [thrown, rejected] });
    expect(calls).toEqual(['beside', 'last']);
    await settle();
    expect(door.endings).toEqual([1]);
  });

  test('is left behind when its time is over, and is told so', async () => {
    const { shutdown, report } = start();
    let told: AbortSignal | undefined;
    shutdown.on(
      'close',
      ({ signal, timeLeft }) => {
        told = signal;
        expect(timeLeft()).toBe(200);
        return never();
      },
      { name: 'database', timeout: 200 },
    );
    door.emit('SIGTERM');
    await clock.advanceAsync(200);
    const { parts } = await report;
    expect(parts).toMatchObject([{ name: 'database', state: 'late', error: { code: 'PLIM_ERR_SHUTDOWN_TIMEOUT' } }]);
    expect(told?.aborted).toBe(true);
  });

  test('that hangs in closing costs the others half of the time that is left at most', async () => {
    const { shutdown, report } = start({ deadline: '8s' });
    const calls: number[] = [];
    shutdown.on('close', () => void calls.push(clock.steadyNow()));
    shutdown.on('close', never);
    shutdown.on('close', never);
    door.emit('SIGTERM');
    await clock.advanceAsync(8_000);
    expect(calls).toEqual([6_000]);
    expect((await report).isOverdue).toBe(false);
  });

  test('that fails after its time is over is no news', async () => {
    const { shutdown, report } = start();
    let fail: (error: unknown) => void = () => {};
    shutdown.on('drain', () => new Promise((_resolve, reject) => (fail = reject)), { timeout: 10 });
    const hold = shutdown.hold('more');
    door.emit('SIGTERM');
    await clock.advanceAsync(10);
    fail(new Error('late'));
    await settle();
    hold.release();
    expect((await report).errors).toHaveLength(1);
  });
});

describe('a server', () => {
  test('is drained within its phase, and what had to be destroyed makes the stop unclean', async () => {
    const { shutdown, report } = start({ deadline: '2s' });
    const server = net.createServer();
    shutdown.drain(server, {
      name: 'echo',
      clock,
      socketGrace: '1m',
      endSocket: () => Promise.reject(new Error('no goodbye')),
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as net.AddressInfo;
    expect(shutdown.list()).toMatchObject([{ kind: 'server', name: 'echo', detail: `port ${port}` }]);
    const client = net.connect(port, '127.0.0.1');
    await once(server, 'connection');
    door.emit('SIGTERM');
    while (shutdown.state !== 'ended') {
      await clock.advanceAsync(20);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { parts, errors } = await report;
    expect(parts).toMatchObject([{ name: 'echo', state: 'failed' }]);
    expect(errors).toMatchObject([{ message: 'no goodbye' }]);
    client.destroy();
  });

  test('whose connections outlast its time is in the report', async () => {
    const { shutdown, report } = start({ deadline: '2s' });
    const server = net.createServer();
    shutdown.drain(server, { clock, socketGrace: '1m' });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1');
    await once(server, 'connection');
    door.emit('SIGTERM');
    while (shutdown.state !== 'ended') {
      await clock.advanceAsync(20);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const [error] = (await report).errors;
    expect(error).toMatchObject({
      code: 'PLIM_ERR_SHUTDOWN_TIMEOUT',
      message: 'After 1.5 s still open, and destroyed: 1 of its connections.',
    });
    client.destroy();
  });

  test('that is taken back is left alone, and no longer tracked', () => {
    const shutdown = Shutdown.shared();
    const server = net.createServer();
    const remove = shutdown.drain(server);
    expect(server.listenerCount('connection')).toBe(1);
    remove();
    expect(server.listenerCount('connection')).toBe(0);
    expect(shutdown.list()).toEqual([]);
  });
});

describe('a resource', () => {
  test('that lists what it holds, as a scope does, shows it to whoever waits', async () => {
    const { shutdown } = start();
    const entries = Array.from({ length: 7 }, (_, i) => ({ kind: 'timeout', name: i === 0 ? 'flush' : undefined }));
    shutdown.use({ list: () => entries, [Symbol.asyncDispose]: never }, { name: 'app' });
    shutdown.use({
      list: () => {
        throw new Error('something else');
      },
      [Symbol.dispose]() {},
    });
    expect(shutdown.list().map(({ detail }) => detail)).toEqual([
      '7 open: timeout flush, timeout, timeout, timeout, timeout, ...',
      undefined,
    ]);
    door.emit('SIGTERM');
    await settle();
    door.emit('SIGINT');
    expect(door.printed).toContain("close: resource 'app', running for 0 ms (7 open: timeout flush, ");
  });
});

describe('the deadline', () => {
  test('ends it with status 1 and says what is unfinished', async () => {
    const { shutdown, report } = start({ deadline: 1_000 });
    shutdown.on('close', never, { name: 'pool', timeout: 5_000 });
    const events: ShutdownEvent['type'][] = [];
    shutdown.listen((event) => void events.push(event.type));
    door.emit('SIGTERM');
    await clock.advanceAsync(1_000);
    expect(await report).toMatchObject({ isOverdue: true, isClean: false, ms: 1_000 });
    expect(events).toContain('deadline');
    expect(door.endings).toEqual([1]);
    expect(door.printed).toContain("not through after 1.0 s\n  close: hook 'pool', running for 1.0 s");
    expect(door.printed).toContain('open in the event loop: 2 Timeout');
    expect(clock.pendingTimers).toBe(0);
  });

  test('is noticed when a blocked event loop let no timer fire', async () => {
    const { shutdown, report } = start({ deadline: 1_000 });
    shutdown.on('close', () => clock.block(4_000));
    door.emit('SIGTERM');
    expect((await report).isOverdue).toBe(true);
    expect(door.printed).toContain('said 3.0 s late: the event loop was blocked');
  });
});

describe('signals', () => {
  test('a process that asked for nothing has no listener', () => {
    Shutdown.shared().on('close', never);
    expect(door.listened).toEqual([]);
  });

  test('are given back when the last handle that wants them is gone', () => {
    const first = new Shutdown();
    const second = new Shutdown({ signals: ['SIGTERM', 'SIGHUP'], errors: true, messages: true });
    expect(door.listened).toEqual(['SIGHUP', 'SIGINT', 'SIGTERM', 'idle', 'message shutdown', 'uncaught']);
    first.dispose();
    first[Symbol.dispose]();
    expect(door.listened).toEqual(['SIGHUP', 'SIGTERM', 'idle', 'message shutdown', 'uncaught']);
    second.dispose();
    expect(door.listened).toEqual([]);
  });

  test('are not listened to in a worker, where none arrives', () => {
    door.isMainThread = false;
    const shutdown = new Shutdown();
    expect(door.listened).toEqual(['idle']);
    shutdown.dispose();
  });

  test('the same one within 200 ms is the same one', async () => {
    const { shutdown } = start();
    shutdown.hold('work');
    door.emit('SIGINT');
    await clock.advanceAsync(199);
    door.emit('SIGINT');
    expect(door.endings).toEqual([]);
    await clock.advanceAsync(1);
    await settle();
    door.emit('SIGINT');
    expect(door.endings).toEqual([130]);
  });

  test('the same one, heard late because the event loop was blocked, is the same one', async () => {
    const { shutdown } = start();
    shutdown.hold('work');
    door.emit('SIGINT');
    // Timers come first: what has come meanwhile is heard after them.
    clock.advance(5_000);
    door.emit('SIGINT');
    expect(door.endings).toEqual([]);
    await settle();
    door.emit('SIGINT');
    expect(door.endings).toEqual([130]);
  });

  test('a second one ends the process at once and says what is unfinished', async () => {
    const { shutdown } = start();
    shutdown.hold('invoice 7');
    shutdown.on('close', never, { name: 'pool' });
    door.emit('SIGINT');
    await settle();
    door.emit('SIGTERM');
    expect(door.endings).toEqual([143]);
    expect(door.printed).toBe(
      'plimsoll: SIGTERM came during the shutdown: ending at once with status 143\n' +
        "  close: hook 'pool', waiting for its turn\n" +
        "  work: hold 'invoice 7', held for 0 ms\n" +
        '  open in the event loop: 2 Timeout\n',
    );
  });

  test('are given back when all is over', async () => {
    const { report } = start({ exit: 'none', errors: true });
    door.emit('SIGTERM');
    await report;
    expect(door.listened).toEqual([]);
  });
});

describe('the end', () => {
  test.each<[ShutdownOptions['exit'], number | string]>([
    ['signal', 'SIGTERM'],
    ['zero', 0],
    ['code', 143],
  ])('after a clean stop by a signal is, with %s, %s', async (exit, ending) => {
    const { report } = start({ exit: exit! });
    door.emit('SIGTERM');
    expect((await report).isClean).toBe(true);
    await settle();
    expect(door.endings).toEqual([ending]);
  });

  test('comes only once whoever waits for the report has it', async () => {
    const { shutdown } = start();
    const { isClean } = await shutdown.begin('test');
    expect(isClean).toBe(true);
    expect(door.endings).toEqual([]);
    await settle();
    expect(door.endings).toEqual(['program']);
  });

  test("is nobody's with none: the status is suggested, and what holds the loop is said after a second", async () => {
    const { shutdown, report } = start({ exit: 'none' });
    shutdown.on('close', () => Promise.reject(new Error('no')));
    door.emit('SIGTERM');
    await report;
    const undo = registerLive('scope', { path: ['app', 'jobs'], list: () => [{ kind: 'timeout', name: 'flush' }] });
    await clock.advanceAsync(1_000);
    undo();
    expect(door.endings).toEqual([]);
    expect(door.suggested).toBe(1);
    expect(door.printed).toMatch(
      /the process still runs; open in the event loop: 2 Timeout\n {2}scope app > jobs: 1 open: timeout flush\n$/,
    );
  });

  test('is the natural one when the event loop ran empty', async () => {
    const { shutdown, report } = start();
    const calls: string[] = [];
    shutdown.use({ [Symbol.dispose]: () => void calls.push('disposed') });
    door.emit('idle');
    expect((await report).cause).toEqual({ kind: 'idle' });
    await settle();
    expect(calls).toEqual(['disposed']);
    expect(door.endings).toEqual([]);
  });

  test('has status 1 after an uncaught error, which is printed, and has the short deadline', async () => {
    const { shutdown, report } = start({ errors: true, exit: 'none', delay: '5s' });
    const error = new TypeError('of the program');
    shutdown.on('close', never, { timeout: '1min' });
    door.emit('uncaught', error, 'uncaughtException');
    expect(door.printed).toMatch(/^TypeError: of the program\n {4}at [^]*\n\nNode\.js v0\.0\.0\n$/);
    door.emit('uncaught', 'another', 'unhandledRejection');
    expect(door.printed).toContain("Uncaught 'another'");
    await clock.advanceAsync(3_000);
    expect(await report).toMatchObject({ isOverdue: true, isClean: false, errors: [error, 'another', {}] });
    await settle();
    expect(door.endings).toEqual([1]);
  });

  test('that comes from elsewhere is said while there is time', async () => {
    const { shutdown } = start();
    shutdown.hold('invoice 7');
    door.emit('SIGTERM');
    await settle();
    door.emit('exit', 3);
    expect(door.printed).toContain("ended with status 3 before its shutdown was through\n  work: hold 'invoice 7'");
  });
});

describe('many handles', () => {
  test('share one shutdown', async () => {
    const program = start();
    const library = Shutdown.shared();
    const calls: string[] = [];
    library.on('close', () => void calls.push('library'));
    program.shutdown.on('close', () => void calls.push('program'));
    const reports = await Promise.all([library.begin('asked'), program.shutdown.begin('asked again')]);
    expect(reports[0]).toBe(reports[1]);
    expect(reports[0].cause).toEqual({ kind: 'call', reason: 'asked' });
    expect(calls).toEqual(['program', 'library']);
    expect(library.isReady).toBe(false);
  });

  test('take back what was theirs, and nothing else', async () => {
    const { shutdown } = start();
    const library = Shutdown.shared();
    const calls: string[] = [];
    library.on('close', () => void calls.push('library'));
    const remove = shutdown.on('close', () => void calls.push('removed'));
    shutdown.on('close', () => void calls.push('program'));
    library.hold('work');
    remove();
    library.dispose();
    await shutdown.begin();
    expect(calls).toEqual(['program']);
  });

  test('that disagree keep the settings of the first', async () => {
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
    start({ exit: 'zero', deadline: '8s' });
    start({ exit: 'code', deadline: '8s' });
    expect(await warned).toMatchObject({
      code: 'PLIM_WARN_SHUTDOWN_SETTINGS',
      message: expect.stringContaining('`exit` stays zero (not code)') as string,
    });
    door.emit('SIGTERM');
    await settle(100);
    expect(door.endings).toEqual([0]);
  });

  test('a new one after the end of an old shutdown begins anew', async () => {
    const { shutdown, report } = start({ exit: 'none' });
    door.emit('SIGTERM');
    await report;
    const next = Shutdown.shared();
    expect(next.state).toBe('running');
    expect(shutdown.state).toBe('ended');
  });
});

describe('the log', () => {
  test('gets everything when there is one, and nothing is printed', async () => {
    const lines: string[] = [];
    const { report } = start({ log: (text, level) => void lines.push(`${level} ${text}`) });
    door.emit('SIGTERM');
    await report;
    expect(lines.at(0)).toBe('ok SIGTERM: notReady');
    expect(lines.at(-1)).toMatch(/^ok shut down cleanly in 0 ms after SIGTERM: notReady 0 ms, drain/);
    expect(door.printed).toBe('');
  });

  test('that throws, and a listener that throws, harm nothing', async () => {
    const { shutdown, report } = start({
      log: () => {
        throw new Error('log');
      },
    });
    shutdown.listen(() => {
      throw new Error('listener');
    });
    door.emit('SIGTERM');
    expect((await report).isClean).toBe(true);
  });

  test('can be none', async () => {
    const { shutdown } = start({ log: false });
    shutdown.on('close', () => Promise.reject(new Error('no')));
    await shutdown.begin();
    expect(door.printed).toBe('');
  });

  test('shows twenty unfinished parts at most', async () => {
    const { shutdown } = start();
    for (let i = 0; i < 23; i++) shutdown.hold(`job ${i}`);
    door.emit('SIGTERM');
    await settle();
    door.emit('SIGINT');
    expect(door.printed).toContain("hold 'job 19'");
    expect(door.printed).not.toContain("hold 'job 20'");
    expect(door.printed).toContain('  and 3 more\n');
  });
});

describe('bad input', () => {
  test.each<[string, unknown, RegExp]>([
    ['options', 7, /`options` to be an object/],
    ['signals', { signals: 'SIGTERM' }, /`signals` to be a list of signals/],
    ['a signal', { signals: ['SIGKILL'] }, /`signals` to be one of SIGTERM, SIGINT/],
    ["the inspector's signal", { signals: ['SIGUSR1'] }, /without 'SIGUSR1', the inspector's/],
    ['a flag', { errors: 'yes' }, /`errors` to be true or false/],
    ['a deadline', { deadline: 0 }, /`deadline` to be a duration of at least 1 ms/],
    ['a delay', { delay: '10s' }, /`delay` to be shorter than `deadline`, which is 10 s/],
    ['an exit', { exit: 'quietly' }, /`exit` to be one of signal, zero, code, none/],
    ['a log', { log: true }, /`log` to be a function or false/],
    ['a grace period', { gracePeriod: 'long' }, /`gracePeriod` to be a duration/],
  ])('%s of the wrong kind', (_what, options, message) => {
    expect(() => new Shutdown(options as ShutdownOptions)).toThrow(message);
    expect(door.listened).toEqual([]);
  });

  test('what cannot take part', () => {
    const shutdown = Shutdown.shared();
    expect(() => shutdown.on('later' as Phase, never)).toThrow(/`phase` to be one of notReady, drain, work, close/);
    expect(() => shutdown.on('drain', 'x' as never)).toThrow(/`run` to be a function/);
    expect(() => shutdown.on('drain', never, { timeout: 'x' })).toThrow(/`timeout` to be a duration/);
    expect(() => shutdown.use({} as never)).toThrow(/`resource` to be disposable/);
    expect(() => shutdown.use(null as never)).toThrow(/`resource` to be disposable/);
    expect(() => shutdown.drain({} as never)).toThrow(/`server` to be a server/);
    expect(() => shutdown.drain(new net.Server(), { timeout: -1 })).toThrow(/`timeout` to be a duration/);
    expect(() => shutdown.hold('')).toThrow(/`reason` to be a text/);
    expect(() => shutdown.listen(1 as never)).toThrow(/`listener` to be a function/);
    expect(shutdown.list()).toEqual([]);
  });

  test('a deadline later than the platform waits is worth a warning', async () => {
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
    start({ deadline: '50s', gracePeriod: '60s' }).shutdown.dispose();
    start({ deadline: '26s' }).shutdown.dispose();
    expect(await warned).toMatchObject({
      code: 'PLIM_WARN_SHUTDOWN_DEADLINE',
      message: expect.stringContaining('is 26 s, and the platform is taken to kill after 30 s') as string,
    });
  });
});
