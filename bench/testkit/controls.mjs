// Work that leaks and work that does not, whatever it looks like: what a check for leaks has to tell apart. Each entry
// makes a fresh piece of work, with `end` where something is left to be taken back.
import { EventEmitter, setMaxListeners } from 'node:events';

/** About a kilobyte that nothing else shares. */
const kilobyte = (i) => Array.from({ length: 126 }, () => i);

/** @typedef {{ work: (call: number) => unknown, end?: () => void }} Control */

/** Each keeps at least 1 KB per call. @type {Record<string, () => Control>} */
export const leaks = {
  'map by key': () => {
    const byKey = new Map();
    return { work: (i) => void byKey.set(`key ${i}`, { value: kilobyte(i) }) };
  },
  'plain object by key': () => {
    const byKey = {};
    return { work: (i) => void (byKey[`key ${i}`] = { value: kilobyte(i) }) };
  },
  'array that is pushed to': () => {
    const list = [];
    return { work: (i) => void list.push(kilobyte(i)) };
  },
  'listener per call': () => {
    const emitter = new EventEmitter().setMaxListeners(0);
    return {
      work: (i) => {
        const data = kilobyte(i);
        emitter.on('message', () => data.length);
      },
    };
  },
  'timer per call': () => {
    const timers = [];
    return {
      work: (i) => {
        const data = kilobyte(i);
        timers.push(setTimeout(() => data.length, 2 ** 30).unref());
      },
      end: () => timers.forEach(clearTimeout),
    };
  },
  'closure chain': () => {
    let last;
    return {
      work: (i) => {
        const [before, data] = [last, kilobyte(i)];
        last = () => [before, data];
      },
    };
  },
  'promise that never settles': () => {
    const never = new Promise(() => {});
    return {
      work: (i) => {
        const data = kilobyte(i);
        void never.then(() => data.length);
      },
    };
  },
  'abort listeners': () => {
    const { signal } = new AbortController();
    setMaxListeners(0, signal);
    return {
      work: (i) => {
        const data = kilobyte(i);
        signal.addEventListener('abort', () => data.length);
      },
    };
  },
  'small Buffers': () => {
    const list = [];
    return { work: () => void list.push(Buffer.alloc(1024)) };
  },
  'large Buffers': () => {
    const list = [];
    return { work: () => void list.push(new Uint8Array(50_000)) };
  },
  'text that grows': () => {
    let text = '';
    return {
      work: (i) => {
        text += String(i).padEnd(1024, '.');
        return text.length;
      },
    };
  },
  'slices of large texts': () => {
    const list = [];
    return { work: (i) => void list.push(`${i} `.repeat(600).slice(0, 20)) };
  },
  'asynchronous, by key': () => {
    const byKey = new Map();
    return {
      work: async (i) => {
        await Promise.resolve();
        byKey.set({ i }, kilobyte(i));
      },
    };
  },
  'slow and asynchronous': () => {
    const list = [];
    return {
      work: async (i) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        list.push(kilobyte(i));
      },
    };
  },
};

/** None keeps anything for good. @type {Record<string, () => Control>} */
export const innocents = {
  nothing: () => ({ work: () => {} }),
  'lazy initialisation': () => {
    let table;
    return { work: () => void (table ??= Array.from({ length: 20_000 }, (_, i) => ({ i }))) };
  },
  'lazy initialisation, late': () => {
    const tables = {};
    return {
      work: (i) => {
        if (i > 400) tables.first ??= kilobyte(i).map(kilobyte);
        if (i > 900) tables.second ??= kilobyte(i).map(kilobyte);
      },
    };
  },
  'memo table that saturates': () => {
    const memo = new Map();
    return {
      work: (i) => {
        const key = (i * 7919) % 500;
        if (!memo.has(key)) memo.set(key, kilobyte(key));
        return memo.get(key).length;
      },
    };
  },
  'code that gets hot': () => ({
    work: (i) => {
      let sum = 0;
      for (let k = 0; k < 20_000; k++) sum += Math.sqrt(k * i) | 0;
      return sum;
    },
  }),
  'interned strings': () => ({
    work: (i) => {
      const record = {};
      record[`key${i % 1000}`] = Symbol.for(`plimsoll ${i % 300}`);
      return record;
    },
  }),
  'bounded cache that fills': () => {
    const cache = new Map();
    return {
      work: (i) => {
        cache.set(i, kilobyte(i));
        if (cache.size > 2000) cache.delete(cache.keys().next().value);
      },
    };
  },
  'bounded cache that is full': () => {
    const cache = new Map();
    return {
      work: (i) => {
        cache.set(i % 50, kilobyte(i));
      },
    };
  },
  'work that settles late': () => ({
    work: (i) => {
      const data = kilobyte(i);
      setTimeout(() => data.length, 100);
    },
  }),
  'console output': () => ({ work: (i) => console.log('call', i) }),
  'JSON there and back': () => ({ work: (i) => JSON.parse(JSON.stringify({ list: [i, { text: `x${i}` }] })) }),
  'Buffers that go': () => ({ work: () => Buffer.alloc(50_000).length }),
  'listener that is removed': () => {
    const emitter = new EventEmitter();
    return {
      work: () => {
        const listener = () => {};
        emitter.on('message', listener).off('message', listener);
      },
    };
  },
  'promises that settle': () => ({
    work: async () => {
      await Promise.all([1, 2, 3].map(async (n) => n + (await Promise.resolve(n))));
      await new Promise((resolve) => setImmediate(resolve));
    },
  }),
  'errors that are caught': () => ({
    work: (i) => {
      try {
        throw new Error(`call ${i}`);
      } catch (error) {
        return error.stack.length;
      }
    },
  }),
};
