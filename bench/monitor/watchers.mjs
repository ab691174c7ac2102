// Put in by `--import`: what watches the program's memory, by the environment; every request is counted by it if it counts.
import http from 'node:http';

const { PLIMSOLL_BENCH_WATCHER: name, PLIMSOLL_BENCH_MODULES: modules } = process.env;
/** How often each of them looks at the process, ms. */
const EVERY_MS = 1000;

const watchers = {
  bare: async () => undefined,
  plimsoll: async ({ plimsoll }) => {
    const { Monitor } = await import(plimsoll);
    const monitor = new Monitor({ interval: EVERY_MS }).start();
    return { onRequest: () => monitor.work(), reads: () => monitor.status().samples };
  },
  'plimsoll, defaults': async ({ plimsoll }) => {
    const { Monitor } = await import(plimsoll);
    const monitor = new Monitor().start();
    return { onRequest: () => monitor.work(), reads: () => monitor.status().samples };
  },
  'prom-client': async ({ prom }) => {
    const { default: client } = await import(prom);
    client.collectDefaultMetrics();
    const requests = new client.Counter({ name: 'requests_total', help: 'requests' });
    let scrapes = 0;
    const scrape = async () => {
      if ((await client.register.metrics()).length > 0) scrapes++;
    };
    setInterval(scrape, EVERY_MS).unref();
    return { onRequest: () => requests.inc(), reads: () => scrapes };
  },
  'under-pressure': async ({ fastify, pressure }) => {
    const [{ default: make }, { default: plugin }] = [await import(fastify), await import(pressure)];
    const app = make();
    app.register(plugin, { sampleInterval: EVERY_MS, maxHeapUsedBytes: 1e12 });
    await app.ready();
    // It is asked as its own hook asks it, before every request.
    return { onRequest: () => app.isUnderPressure(), reads: () => Number(app.memoryUsage().heapUsed > 0) };
  },
};

const watcher = await watchers[name](JSON.parse(modules));
if (watcher !== undefined) {
  const { createServer } = http;
  http.createServer = (answer) =>
    createServer((request, response) => {
      watcher.onRequest();
      return answer(request, response);
    });
  // What does not watch costs nothing: that it did is checked when the server ends.
  process.on('SIGTERM', () => {
    if (!(watcher.reads() > 0)) console.error(`${name} did not watch.`);
    process.exit();
  });
}
