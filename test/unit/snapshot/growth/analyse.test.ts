import { describe, expect, test } from 'vitest';
import { analyseGrowth } from '../../../../src/snapshot/growth/index.ts';
import { firstSuspect, growthOf } from '../../../helpers/growth.ts';
import type { Ref } from '../../../helpers/heap-builder.ts';
import { ProgramHeap, times } from '../../../helpers/program-heap.ts';

const AGENT = 'file:///app/src/agent.mjs';

/** A program with one module, and a variable in it. */
function programWith(name: string, make: (app: ProgramHeap) => Ref): { app: ProgramHeap; holder: Ref } {
  const app = new ProgramHeap();
  return { app, holder: app.module(AGENT).declare(name, make(app)) };
}

describe('what holds', () => {
  test('a Map of a module that gains clients is named by variable, file, count, bytes and share', async () => {
    const { app, holder } = programWith('cachedClients', (heap) => heap.map());
    const addClient = (): void => {
      app.put(
        holder,
        app.string('key', { self: 24 }),
        app.instance('Client', { script: AGENT, line: 9 }, { self: 76 }),
      );
    };
    times(5, addClient);
    const growth = await growthOf(app, () => times(200, addClient));
    expect(growth).toMatchObject({ bytes: 20_000, middleBytes: null, survival: null, sharedBytes: 0 });
    expect(growth.suspects).toHaveLength(1);
    expect(growth.suspects[0]).toMatchObject({
      holder: 'Map',
      holderId: app.idOf(holder),
      alike: 0,
      owner: { head: 'module src/agent.mjs', expression: 'cachedClients', variable: 'cachedClients' },
      expression: 'cachedClients[key]',
      unit: 'Client',
      count: 200,
      freed: 0,
      totals: [5, 205],
      bytes: 20_000,
      share: 1,
      steps: [],
      isShared: false,
      bound: null,
      chainHead: null,
      facts: { site: { url: AGENT, line: 8, column: 0 } },
    });
    expect(growth.suspects[0]!.hops).toEqual([
      'module src/agent.mjs',
      'variable cachedClients',
      '[key] of Map',
      'Client',
    ]);
    expect(growth.classes).toEqual([
      { className: '(string)', counts: [5, 205] },
      { className: 'Client', counts: [5, 205] },
    ]);
  });

  test('an exported variable, which lives in a cell of the module, is named like any other', async () => {
    const app = new ProgramHeap();
    const map = app.module(AGENT).export('clients', app.map());
    const growth = await growthOf(app, () => times(50, () => app.put(map, app.string('k'), app.object('Client'))));
    expect(growth.suspects[0]).toMatchObject({ holder: 'Map', owner: { variable: 'clients', expression: 'clients' } });
  });

  test('an object that is used as a map, whose keys are not shown', async () => {
    const { app, holder } = programWith('sessions', (heap) => heap.object('Object'));
    const login = (i: number): void => void app.property(holder, `user${i}`, app.object('Session'));
    times(30, login);
    const suspect = await firstSuspect(app, () => times(100, login));
    expect(suspect).toMatchObject({
      holder: 'Object (as a map)',
      expression: 'sessions[key]',
      unit: 'Session',
      count: 100,
      totals: [30, 130],
    });
  });

  test('a Set of closures, by the function they are', async () => {
    const { app, holder } = programWith('listeners', (heap) => heap.set());
    const suspect = await firstSuspect(app, () =>
      times(40, () => app.put(holder, app.fn('onTick', { script: 'file:///app/src/bus.mjs', line: 12 }))),
    );
    expect(suspect).toMatchObject({
      holder: 'Set',
      unit: 'onTick() src/bus.mjs:12',
      count: 40,
      facts: { site: { url: 'file:///app/src/bus.mjs', line: 11 } },
    });
  });

  test('a Map inside an instance, by class and property', async () => {
    const { app, holder } = programWith('pool', (heap) => heap.instance('Pool', { script: AGENT, line: 3 }));
    const idle = app.property(holder, 'idle', app.map());
    const suspect = await firstSuspect(app, () =>
      times(50, (i) => app.put(idle, app.string(`10.0.0.${i}`), app.object('Connection'))),
    );
    expect(suspect).toMatchObject({ expression: 'pool.idle[key]', unit: 'Connection' });
    expect(suspect.owner.classPlaces).toEqual([{ url: AGENT, line: 2, column: 0 }]);
    expect(suspect.hops).toContain('idle of Pool (src/agent.mjs:3)');
  });

  test('a scope that a closure keeps, when each call adds to what the last one left', async () => {
    const app = new ProgramHeap();
    const main = app.module(AGENT);
    let last = main.declare('handler', app.fn('handler', { script: AGENT, line: 4 }));
    const wrap = (): void => {
      const { made, declare } = app.closureScope('wrapped', { script: AGENT, line: 7 });
      declare('inner', last);
      app.unlink(main.scope, last);
      last = main.declare('handler', made);
    };
    times(3, wrap);
    const suspect = await firstSuspect(app, () => times(60, wrap));
    expect(suspect).toMatchObject({
      unit: 'wrapped() src/agent.mjs:7',
      count: 60,
      owner: { head: 'module src/agent.mjs' },
      facts: { link: 'inner' },
    });
  });

  test('a WeakMap, by its own name, for what hangs on keys that stay', async () => {
    const app = new ProgramHeap();
    const main = app.module(AGENT);
    const weak = main.declare('metadata', app.object('WeakMap'));
    const table = app.internal(weak, 'table', app.array('system / EphemeronHashTable'));
    const request = main.declare('request', app.object('Request'));
    const value = app.list();
    app.ephemeron(table, request, value);
    const suspect = await firstSuspect(app, () => times(50, () => app.push(value, app.object('Span'))));
    expect(suspect).toMatchObject({ holder: 'Array', unit: 'Span', count: 50 });
    expect(suspect.owner.expression).toBe('request.<value in WeakMap metadata>');
  });

  test('several owners of the same things: the first by name, the others beside it', async () => {
    const app = new ProgramHeap();
    const main = app.module(AGENT);
    const byId = app.property(
      main.declare('store', app.instance('Store', { script: AGENT, line: 3 })),
      'byId',
      app.map(),
    );
    const byName = app.property(app.property(app.root, 'other', app.object('Index')), 'byName', app.map());
    const suspect = await firstSuspect(app, () =>
      times(50, () => {
        const user = app.object('User', { self: 100 });
        app.put(byId, app.string('a'), user);
        app.put(byName, app.string('b'), user);
      }),
    );
    expect(suspect).toMatchObject({ unit: 'User', count: 50, isShared: true });
    expect([suspect.owner.expression, ...suspect.alsoHeldBy].join(' ')).toMatch(/byId/);
    expect([suspect.owner.expression, ...suspect.alsoHeldBy].join(' ')).toMatch(/byName/);
  });

  test('two containers of one module: the scope dominates, the containers are named', async () => {
    const app = new ProgramHeap();
    const main = app.module(AGENT);
    const queue = main.declare('jobs', app.list());
    const index = main.declare('jobsById', app.map());
    const suspect = await firstSuspect(app, () =>
      times(50, () => app.put(index, app.string('id'), app.push(queue, app.object('Job', { self: 200 })))),
    );
    expect(suspect).toMatchObject({ unit: 'Job', count: 50 });
    expect([suspect.owner.expression, ...suspect.alsoHeldBy].sort()).toEqual(['jobs', 'jobsById']);
    expect(suspect.totals).toEqual([0, 50]);
  });

  test('owners of one kind at one path are one suspect', async () => {
    const app = new ProgramHeap();
    const server = app.module(AGENT).declare('server', app.object('Server'));
    const sockets = app.property(server, 'sockets', app.list());
    const buffers: Ref[] = [];
    times(300, () => {
      const socket = app.push(sockets, app.object('Socket'));
      buffers.push(app.property(socket, 'chunks', app.list()));
    });
    const growth = await growthOf(app, () => {
      for (const chunks of buffers) times(2, () => app.push(chunks, app.object('Chunk', { self: 50 })));
    });
    expect(growth.suspects).toHaveLength(1);
    expect(growth.suspects[0]).toMatchObject({
      alike: 299,
      unit: 'Chunk',
      count: 600,
      totals: [0, 600],
      bytes: 30_000,
    });
  });

  test('of owners of one kind that hold different things, the one that gained most tells what', async () => {
    const app = new ProgramHeap();
    const rooms = app.module(AGENT).declare('rooms', app.list());
    const lists = [0, 1].map(() => app.property(app.push(rooms, app.object('Room')), 'events', app.list()));
    const suspect = await firstSuspect(app, () => {
      times(30, () => app.push(lists[0]!, app.object('Joined', { self: 50 })));
      times(40, () => app.push(lists[1]!, app.object('Message', { self: 500 })));
    });
    expect(suspect).toMatchObject({ alike: 1, unit: 'Message', count: 40, bytes: 30 * 50 + 40 * 500 });
    expect(suspect.holderId).toBe(app.idOf(lists[1]!));
  });

  test('variables of one name in two files are two', async () => {
    const app = new ProgramHeap();
    const caches = ['users', 'orders'].map((name) => app.module(`file:///app/${name}.mjs`).declare('cache', app.map()));
    const growth = await growthOf(app, () => {
      for (const cache of caches) times(50, () => app.put(cache, app.string('k'), app.object('Row')));
    });
    expect(growth.suspects.map(({ owner, alike }) => [owner.head, alike])).toEqual([
      ['module users.mjs', 0],
      ['module orders.mjs', 0],
    ]);
  });
});

describe('what is held', () => {
  test('items that have items: the items, not the leaves', async () => {
    const { app, holder } = programWith('orders', (heap) => heap.list());
    const suspect = await firstSuspect(app, () =>
      times(50, () => {
        const order = app.push(holder, app.object('Order', { self: 40 }));
        const lines = app.property(order, 'lines', app.list());
        times(8, () => app.push(lines, app.object('OrderLine', { self: 40 })));
      }),
    );
    expect(suspect).toMatchObject({ unit: 'Order', count: 50 });
    expect(suspect.companions).toEqual([
      { className: 'OrderLine', count: 400 },
      { className: 'Array', count: 50 },
    ]);
    expect(suspect.facts.heaviest?.className).toBe('OrderLine');
  });

  test('a wrapper is entered: the copy of an immutable list is not what grows', async () => {
    const { app, holder } = programWith('state', (heap) => heap.object('Store'));
    let items: Ref[] = [];
    let list = app.property(holder, 'items', app.list());
    const add = (): void => {
      app.unlink(holder, list);
      list = app.property(holder, 'items', app.list());
      items = [...items, app.object('Todo')];
      for (const item of items) app.push(list, item);
    };
    times(3, add);
    const suspect = await firstSuspect(app, () => times(30, add));
    expect(suspect).toMatchObject({ holder: 'Store', unit: 'Todo', count: 30, totals: [3, 33] });
    expect(suspect.expression).toBe('state.items[]');
  });

  test('slices of long texts', async () => {
    const { app, holder } = programWith('tokens', (heap) => heap.list());
    const suspect = await firstSuspect(app, () =>
      times(30, (i) => {
        const slice = app.push(holder, app.node('sliced string', `token ${i}`, { self: 32 }));
        app.internal(slice, 'parent', app.string(`page ${i}`, { self: 5000 }));
      }),
    );
    expect(suspect).toMatchObject({
      unit: '(sliced string)',
      count: 30,
      facts: { heaviest: { className: '(string)' } },
    });
    expect(suspect.facts.heaviest!.share).toBeGreaterThan(0.9);
  });

  test('buffers, by the weight of their data', async () => {
    const { app, holder } = programWith('frames', (heap) => heap.list());
    const suspect = await firstSuspect(app, () =>
      times(20, () => {
        const buffer = app.internal(
          app.push(holder, app.object('Buffer', { self: 96 })),
          'buffer',
          app.object('ArrayBuffer'),
        );
        app.internal(buffer, 'backing_store', app.native('system / JSArrayBufferData', { self: 4096 }));
      }),
    );
    expect(suspect).toMatchObject({
      unit: 'Buffer',
      count: 20,
      facts: { heaviest: { className: 'system / JSArrayBufferData' } },
    });
  });

  test('regular expressions are one class, whatever they look for', async () => {
    const { app, holder } = programWith('compiled', (heap) => heap.map());
    const suspect = await firstSuspect(app, () =>
      times(30, (i) => app.put(holder, app.string('k'), app.node('regexp', `^/users/${i}$`, { self: 56 }))),
    );
    expect(suspect).toMatchObject({ unit: 'RegExp', count: 30 });
  });

  test('reactions of a promise that never settles, with the function they call', async () => {
    const { app, holder } = programWith('ready', (heap) => heap.object('Promise'));
    let last: Ref | undefined;
    const then = (): void => {
      const reaction = app.node('hidden', 'system / PromiseReaction', { self: 40 });
      if (last !== undefined) {
        app.unlink(holder, last);
        app.internal(reaction, 'next', last);
      }
      last = app.internal(holder, 'reactions_or_result', reaction);
      app.internal(reaction, 'fulfill_handler', app.fn('onReady', { script: AGENT, line: 20 }));
    };
    times(3, then);
    const suspect = await firstSuspect(app, () => times(40, then));
    expect(suspect).toMatchObject({
      holder: 'Promise',
      unit: 'system / PromiseReaction',
      count: 40,
      expression: 'ready.<reactions_or_result>',
      facts: { callback: { name: 'onReady', place: { url: AGENT, line: 19 } } },
    });
  });

  test('minified classes are told apart by their keys', async () => {
    const { app, holder } = programWith('q', (heap) => heap.list());
    const suspect = await firstSuspect(app, () =>
      times(30, () => {
        app.push(
          holder,
          app.record({ resolve: app.fn('', { script: AGENT, line: 1 }), at: app.number(Math.random()) }),
        );
      }),
    );
    expect(suspect).toMatchObject({ unit: 'Object {resolve, at}', count: 30 });
  });

  test('numbers are no texts: their digits weigh nothing and are not counted', async () => {
    const { app, holder } = programWith('points', (heap) => heap.list());
    const growth = await growthOf(app, () =>
      times(40, (i) => app.push(holder, app.record({ x: app.number(i), y: app.number(-i) }, { self: 32 }))),
    );
    expect(growth.classes).toEqual([{ className: 'Object {x, y}', counts: [0, 40] }]);
    expect(growth.suspects).toMatchObject([{ unit: 'Object {x, y}', count: 40, bytes: 40 * (32 + 32) }]);
  });
});

describe('plain values, which are no nodes', () => {
  const fill = (kind: 'list' | 'set' | 'map') => {
    const { app, holder } = programWith('seen', (heap) => heap[kind]());
    app.reallocate(holder, 10_000);
    return firstSuspect(app, [() => app.reallocate(holder, 60_000), () => app.reallocate(holder, 110_000)]);
  };

  test('an array of numbers that grows is named, with the room it has', async () => {
    expect(await fill('list')).toMatchObject({
      holder: 'Array',
      expression: 'seen',
      unit: '(value)',
      count: 12_500,
      totals: [1250, 7500, 13_750],
      bytes: 100_000,
      steps: [50_000, 50_000],
      facts: { heaviest: null, site: null },
    });
  });

  test('so are a Set and a Map, whose entries take more', async () => {
    expect(await fill('set')).toMatchObject({ holder: 'Set', unit: '(value)', count: 5000 });
    expect(await fill('map')).toMatchObject({ holder: 'Map', unit: '(value)', count: 3571 });
  });

  test('a buffer that is replaced by a longer one is named by its bytes', async () => {
    const { app, holder } = programWith('log', (heap) => heap.object('Log'));
    let buffer: Ref | undefined;
    const write = (bytes: number): void => {
      if (buffer !== undefined) app.unlink(holder, buffer);
      buffer = app.property(holder, 'data', app.object('Buffer'));
      const data = app.native('system / JSArrayBufferData', { self: bytes });
      app.internal(app.internal(buffer, 'buffer', app.object('ArrayBuffer')), 'backing_store', data);
    };
    write(1000);
    expect(await firstSuspect(app, () => write(50_000))).toMatchObject({
      holder: 'Log',
      unit: 'system / JSArrayBufferData',
      count: 0,
      bytes: 49_000,
      expression: 'log.data.<buffer>.<backing_store>',
    });
  });

  test('code that warms up is no growth of values', async () => {
    const app = new ProgramHeap();
    const { main } = app.module(AGENT);
    const growth = await growthOf(app, () => app.internal(main, 'feedback', app.array('', { self: 50_000 })));
    expect(growth.suspects).toEqual([]);
  });
});

describe('chains', () => {
  const listOf = (append: boolean) => {
    const { app, holder } = programWith('queue', (heap) => heap.instance('Queue', { script: AGENT, line: 3 }));
    let end: Ref | undefined;
    const add = (): void => {
      const link = app.object('Link', { self: 40 });
      if (end === undefined) app.property(holder, 'head', link);
      else if (append) app.property(end, 'next', link);
      else {
        app.unlink(holder, end);
        app.property(link, 'next', app.property(holder, 'head', end));
        app.unlink(holder, end);
        app.property(holder, 'head', link);
      }
      end = link;
    };
    times(5, add);
    return firstSuspect(app, () => times(60, add));
  };

  test('a list that is added to at its end is held by whoever has its head', async () => {
    const suspect = await listOf(true);
    expect(suspect).toMatchObject({
      holder: 'Queue',
      unit: 'Link',
      count: 60,
      totals: [5, 65],
      chainHead: 'queue.head',
      facts: { link: 'next' },
    });
  });

  test('a list that is added to at its start', async () => {
    const suspect = await listOf(false);
    expect(suspect).toMatchObject({
      holder: 'Queue',
      unit: 'Link',
      count: 60,
      totals: [5, 65],
      expression: 'queue.head',
      chainHead: null,
      facts: { link: 'next' },
    });
  });

  test('a ring of timers is held by its list, not by whoever has one of them', async () => {
    const app = new ProgramHeap();
    const lists = app.property(app.root, 'timerListMap', app.object('Lists'));
    const list = app.element(lists, 5000, app.object('TimersList'));
    const job = app.module(AGENT).declare('job', app.object('Job'));
    let last = list;
    const setTimer = (): Ref => {
      const timer = app.object('Timeout', { self: 80 });
      app.property(timer, '_onTimeout', app.fn('expire', { script: AGENT, line: 31 }));
      app.property(last, '_idleNext', timer);
      app.property(timer, '_idlePrev', last);
      app.property(timer, '_list', list);
      last = timer;
      return timer;
    };
    app.property(job, 'timer', setTimer());
    const suspect = await firstSuspect(app, () => times(50, setTimer));
    expect(suspect).toMatchObject({
      holder: 'TimersList',
      unit: 'Timeout',
      count: 50,
      facts: { callback: { name: 'expire', place: { line: 30 } } },
    });
    expect(suspect.owner.expression).toContain('[5000 ms]');
  });

  test('a trie, whose nodes hang under old ones, is held by its owner', async () => {
    const { app, holder } = programWith('routes', (heap) => heap.instance('Trie', { script: AGENT, line: 3 }));
    const nodes = [app.property(holder, 'top', app.object('TrieNode'))];
    const add = (i: number): void => {
      const parent = nodes[Math.floor(i / 3)]!;
      nodes.push(app.property(parent, `c${i % 3}`, app.object('TrieNode', { self: 60 })));
    };
    times(12, add);
    const suspect = await firstSuspect(app, () => times(100, (i) => add(12 + i)));
    expect(suspect).toMatchObject({ holder: 'Trie', unit: 'TrieNode', chainHead: 'routes.top' });
  });
});

describe('what is no suspect', () => {
  test('churn: as much freed as made', async () => {
    const { app, holder } = programWith('recent', (heap) => heap.list());
    const made: Ref[] = [];
    const add = (): void => void made.push(app.push(holder, app.object('Request', { self: 100 })));
    times(50, add);
    const growth = await growthOf(app, () => {
      for (const old of made.splice(0)) app.drop(holder, old);
      times(50, add);
    });
    expect(growth).toMatchObject({ bytes: 0, suspects: [], classes: [] });
  });

  test('what was freed is taken off what was made', async () => {
    const { app, holder } = programWith('recent', (heap) => heap.list());
    const made: Ref[] = [];
    const add = (): void => void made.push(app.push(holder, app.object('Request', { self: 100 })));
    times(50, add);
    const suspect = await firstSuspect(app, () => {
      for (const old of made.splice(0, 20)) app.drop(holder, old);
      times(70, add);
    });
    expect(suspect).toMatchObject({ count: 50, freed: 20, totals: [50, 100], bytes: 5000 });
  });

  test('compiled code and the shapes of objects', async () => {
    const { app } = programWith('x', (heap) => heap.list());
    const growth = await growthOf(app, () =>
      times(50, () => {
        app.internal(app.root, 'code', app.node('code', 'optimised', { self: 5000 }));
        app.internal(app.root, 'shape', app.node('object shape', 'Map', { self: 80 }));
      }),
    );
    expect(growth).toMatchObject({ bytes: 0, suspects: [] });
  });

  test('one holder that gained what another lost has all of the growth, not more', async () => {
    const app = new ProgramHeap();
    const main = app.module(AGENT);
    const [from, to] = [main.declare('from', app.list()), main.declare('to', app.list())];
    const old: Ref[] = [];
    times(40, () => old.push(app.push(from, app.object('Old', { self: 100 }))));
    const growth = await growthOf(app, () => {
      for (const node of old) app.drop(from, node);
      times(45, () => app.push(to, app.object('New', { self: 100 })));
    });
    expect(growth.bytes).toBe(500);
    expect(growth.suspects).toMatchObject([{ bytes: 4500, share: 1 }]);
  });
});

describe('parts of a watch', () => {
  const grow = (sizes: readonly number[], options = {}) => {
    const { app, holder } = programWith('log', (heap) => heap.list());
    const part = (count: number) => () => times(count, () => app.push(holder, app.object('Line', { self: 100 })));
    part(10)();
    return growthOf(app, sizes.map(part), options);
  };

  test('three snapshots give the growth of each part, and what lived', async () => {
    const growth = await grow([20, 40]);
    expect(growth).toMatchObject({ bytes: 6000, middleBytes: 2000, survival: 1 });
    expect(growth.suspects).toMatchObject([{ steps: [2000, 4000], totals: [10, 30, 70], count: 60 }]);
  });

  test('of more than three the first, the middle and the last count', async () => {
    const growth = await grow([20, 40, 5, 5]);
    expect(growth).toMatchObject({ bytes: 7000, middleBytes: 6000 });
    expect(growth.suspects).toMatchObject([{ steps: [6000, 1000], totals: [10, 70, 80] }]);
  });

  test('what was born in the first part and died in the second did not survive', async () => {
    const { app, holder } = programWith('recent', (heap) => heap.list());
    const made: Ref[] = [];
    const add = (): void => void made.push(app.push(holder, app.object('Request', { self: 100 })));
    const growth = await growthOf(app, [
      () => times(40, add),
      () => {
        for (const old of made.splice(0, 30)) app.drop(holder, old);
        times(50, add);
      },
    ]);
    expect(growth).toMatchObject({ bytes: 6000, middleBytes: 4000, survival: 0.25 });
  });

  test('what keeps coming is more suspect than what came at once, as the times have it', async () => {
    const app = new ProgramHeap();
    const main = app.module(AGENT);
    const [burst, steady] = [main.declare('burst', app.list()), main.declare('steady', app.list())];
    const part = (bursts: number, others: number) => () => {
      times(bursts, () => app.push(burst, app.object('Burst', { self: 100 })));
      times(others, () => app.push(steady, app.object('Steady', { self: 100 })));
    };
    const growth = await growthOf(app, [part(100, 10), part(2, 30)], { times: [0, 1000, 4000] });
    expect(growth.suspects.map(({ unit }) => unit)).toEqual(['Steady', 'Burst']);
  });

  test('one snapshot is not enough', async () => {
    expect(() => analyseGrowth([])).toThrow('two or more snapshots, got 0');
    const one = await new ProgramHeap().snapshot();
    expect(() => analyseGrowth([one])).toThrow('got 1');
  });

  test('two that are equal show no growth', async () => {
    const app = new ProgramHeap();
    const [a, b] = [await app.snapshot(), await app.snapshot()];
    expect(analyseGrowth([a, b])).toMatchObject({ bytes: 0, suspects: [], classes: [] });
  });
});

describe('trees', () => {
  /** A trie over decimal digits, in plain Maps or in nodes of a class with a Map each. */
  const grow = (app: ProgramHeap, root: Ref, isOfMaps: boolean): ((i: number) => void) => {
    const children = new Map<Ref, Map<string, Ref>>();
    const childrenOf = (node: Ref): Ref => (isOfMaps ? node : tables.get(node)!);
    const tables = new Map<Ref, Ref>();
    const makeNode = (): Ref => {
      if (isOfMaps) return app.map();
      const node = app.object('PathNode', { self: 40 });
      tables.set(node, app.property(node, 'children', app.map()));
      return node;
    };
    if (!isOfMaps) tables.set(root, app.property(root, 'children', app.map()));
    return (i) => {
      let node = root;
      for (const digit of String(i).padStart(3, '0')) {
        const known = children.get(node) ?? new Map<string, Ref>();
        children.set(node, known);
        let next = known.get(digit);
        if (next === undefined) {
          next = makeNode();
          known.set(digit, next);
          app.put(childrenOf(node), app.string(digit, { self: 16 }), next);
        }
        node = next;
      }
      const job = app.instance('Job', { script: AGENT, line: 9 }, { self: 80 });
      if (isOfMaps) app.put(node, app.string('job', { self: 16 }), job);
      else app.property(node, 'job', job);
    };
  };

  test.each([
    ['of Maps', true, 'Map'],
    ['of nodes of a class', false, 'PathNode'],
  ])('%s are named by their root and their entries', async (_, isOfMaps, rootClass) => {
    const { app, holder } = programWith('routes', (heap) => (isOfMaps ? heap.map() : heap.object('PathNode')));
    const add = grow(app, holder, isOfMaps);
    times(60, (i) => add(i * 16));
    const suspect = await firstSuspect(app, () => times(200, (i) => add(i * 5 + 1)));
    expect(suspect).toMatchObject({ holder: rootClass, unit: 'Job', alike: 0, count: 200 });
    expect(suspect.owner.expression).toBe('routes');
  });

  test('many small stores beside each other are none', async () => {
    const { app, holder } = programWith('byTenant', (heap) => heap.map());
    const tenants = Array.from({ length: 40 }, () => app.put(holder, app.string('t', { self: 16 }), app.map()));
    const suspect = await firstSuspect(app, () =>
      times(80, (i) =>
        app.put(
          tenants[i % 40]!,
          app.string('k', { self: 16 }),
          app.instance('Job', { script: AGENT, line: 9 }, { self: 80 }),
        ),
      ),
    );
    expect(suspect).toMatchObject({ holder: 'Map', unit: 'Job', alike: 39, count: 80 });
    expect(suspect.owner.expression).toBe('byTenant[key]');
  });
});
