/** The leak-test kit where garbage is really collected: in programs of their own, without a start flag. */
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { bareNode, DIST } from '../helpers/program.ts';
import { withTempDir } from '../helpers/temp-dir.ts';

const KIT = pathToFileURL(path.join(DIST, 'testkit/index.js')).href;

/** Runs a program that has the kit's names and prints JSON. */
function run(source: string): Promise<unknown> {
  return withTempDir(async (folder) => {
    const file = path.join(folder, 'program.mjs');
    fs.writeFileSync(file, `import * as kit from ${JSON.stringify(KIT)};\n${source}`);
    const { stdout, stderr, status } = await bareNode([file], { cwd: folder });
    expect(status, stderr).toBe(0);
    return JSON.parse(stdout.toString()) as unknown;
  });
}

const LEAK = `
class Session { constructor(id) { this.id = id; this.data = new Array(100).fill(id); } }
const sessions = new Map();
let id = 0;
function open() { id++; sessions.set(id, new Session(id)); }
`;

describe('expectNoLeak', () => {
  test('names who holds what, the path, the calls and the place of allocation', async () => {
    const error = await run(
      `${LEAK}const error = await kit.expectNoLeak(open).catch((error) => error);
         console.log(JSON.stringify({ ...error, message: error.message }));`,
    );
    expect(error).toMatchObject({
      code: 'PLIM_ERR_LEAK_FOUND',
      leaks: [{ holder: 'Map', leaked: 'Session', owner: 'sessions', file: 'program.mjs', line: 4, perCall: 1 }],
    });
    const { message } = error as { message: string };
    expect(message).toMatch(/^open leaks\. It grew with every call/);
    expect(message).toMatch(/Map `sessions` in program\.mjs:4 holds [\d,]+ Session, \+[\d,.]+ a round/);
    expect(message).toMatch(/allocated in (?:open|Session) \(program\.mjs:\d\)/);
    expect(message).toContain('[key] of Map');
  });

  test('accepts a leak into a baseline, which then lets it pass, and no other', async () => {
    const verdicts = await run(
      `${LEAK}
         const baseline = 'leaks.json';
         const first = await kit.measureLeak(open, { baseline, updateBaseline: true });
         const second = await kit.measureLeak(open, { baseline });
         const others = [];
         const third = await kit.measureLeak((i) => void others.push({ i, more: new Array(100).fill(i) }), { baseline });
         console.log(JSON.stringify([first, second, third].map(({ verdict, ignored }) => [verdict, ignored.map((one) => one.because).join()])));`,
    );
    expect(verdicts).toEqual([
      ['pass', 'baseline'],
      ['pass', 'baseline'],
      ['fail', ''],
    ]);
  }, 300_000);

  test('lets what fills, what is made once and what settles late pass', async () => {
    const verdicts = await run(`
      const cache = new Map();
      let table;
      const works = {
        cache: (i) => { cache.set(i, new Array(50).fill(i)); if (cache.size > 1500) cache.delete(cache.keys().next().value); },
        once: () => { table ??= Array.from({ length: 5000 }, (_, i) => ({ i })); },
        late: (i) => { const data = new Array(100).fill(i); setTimeout(() => data, 100); },
      };
      const verdicts = {};
      for (const [name, work] of Object.entries(works)) {
        const { verdict, evidence } = await kit.measureLeak(work);
        verdicts[name] = verdict + ' by ' + evidence;
      }
      console.log(JSON.stringify(verdicts));`);
    expect(verdicts).toEqual({ cache: 'pass by growth', once: 'pass by growth', late: 'pass by growth' });
  });

  test('works while the timers of the program are faked', async () => {
    const verdict = await run(`
      for (const name of ['setTimeout', 'setImmediate', 'setInterval']) globalThis[name] = () => { throw new Error('faked'); };
      console.log(JSON.stringify((await kit.measureLeak(() => {})).verdict));`);
    expect(verdict).toBe('pass');
  });
});

describe('expectCollected', () => {
  test('passes what nobody holds, and says who holds the rest', async () => {
    const found = await run(`
      class Thing {}
      const registry = { things: [] };
      await kit.expectCollected(() => new Thing());
      await kit.expectCollected(async () => new Thing());
      let mine = new Thing();
      const handle = kit.track(mine);
      const ref = new WeakRef(mine);
      mine = null;
      await kit.expectCollected(handle);
      await kit.expectCollected(ref);
      const error = await kit.expectCollected(() => { const thing = new Thing(); registry.things.push(thing); return thing; }, { settle: 1 }).catch((error) => error);
      globalThis.registry = registry;
      console.log(JSON.stringify({ code: error.code, message: error.message, leaks: error.leaks }));`);
    expect(found).toMatchObject({ code: 'PLIM_ERR_LEAK_RETAINED', leaks: [{ name: 'Thing' }] });
    const { leaks } = found as { leaks: { path: string[] }[] };
    expect(leaks[0]!.path.join(' > ')).toMatch(/registry.*things.*Thing/);
  });
});

describe('expectReleased', () => {
  test('passes what closes what it opens, and names what does not, with where it was opened', async () => {
    const found = await run(`
      import http from 'node:http';
      import fs from 'node:fs';
      await kit.expectReleased(async (scope) => {
        scope.setInterval(() => {}, 1000);
        const server = http.createServer();
        await new Promise((resolve) => server.listen(0, resolve));
        scope.server(server);
        setTimeout(() => {}, 1);
        scope.file(await fs.promises.open(process.execPath));
      });
      let timer, server, file;
      const onTerm = () => {};
      async function leaveOpen() {
        timer = setInterval(() => {}, 1000);
        server = http.createServer();
        await new Promise((resolve) => server.listen(0, resolve));
        process.on('SIGTERM', onTerm);
        file = fs.openSync(process.execPath);
      }
      const error = await kit.expectReleased(leaveOpen, { settle: 50 }).catch((error) => error);
      clearInterval(timer);
      server.close();
      process.off('SIGTERM', onTerm);
      fs.closeSync(file);
      console.log(JSON.stringify({ code: error.code, message: error.message, kinds: error.leaks.map(({ kind, what }) => kind + ' ' + what) }));`);
    expect(found).toMatchObject({ code: 'PLIM_ERR_LEAK_UNRELEASED' });
    const { kinds, message } = found as { kinds: string[]; message: string };
    expect(kinds).toEqual(
      expect.arrayContaining(['timer Timeout', 'handle TCPSERVERWRAP', 'listener SIGTERM listener onTerm of process']),
    );
    expect(kinds.join()).toContain(`file ${fs.realpathSync(process.execPath)}`);
    expect(message).toMatch(/leaveOpen left 4 things open[^]*at leaveOpen/);
  });
});
