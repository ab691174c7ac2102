// The gateway with Plimsoll: how everything is wired. What it keeps is in plimsoll/stores.mjs, what it answers in
// plimsoll/routes.mjs.
import http from 'node:http';
import { collectGarbage, LoadLine, Monitor, optionsFromEnv, Shedder, shrinkCaches } from 'plimsoll/monitor';
import { Scope, Shutdown, shutdownOptionsFromEnv } from 'plimsoll/scope';
import { SystemApi } from 'plimsoll/system';
import { nodeListener } from 'plimsoll/system/node';
import { Model } from './model.mjs';
import { event, makeRoutes } from './plimsoll/routes.mjs';
import { makeStores } from './plimsoll/stores.mjs';

/** @type {import('./service.mjs').StartGateway} */
export function startGateway({ port, modelUrl, token, patience, logger }) {
  const app = new Scope({ name: 'gateway' });
  const model = new Model(modelUrl);
  const stores = makeStores(model, patience, logger);
  app.adopt(stores.artifacts, (cache) => cache.close(), { name: 'artifacts' });
  app.adopt(stores.tenants, (cache) => cache.close(), { name: 'authentication' });

  // MEMORY_MONITOR_INTERVAL, MEMORY_THRESHOLD and MAX_HEAP_SIZE go before what stands here.
  const options = {
    interval: '30s',
    maxHeapBytes: '1GB',
    rules: { heap: { warning: 0.8 }, container: { warning: 0.8 } },
    ...optionsFromEnv(process.env),
  };
  const line = app.adopt(new LoadLine({ logger }).start(), (it) => it.stop(), { name: 'load line' });
  const emergency = () => stores.artifacts.clear();
  const monitor = new Monitor({
    ...options,
    logger,
    budgets: { artifacts: { bytes: () => stores.artifacts.bytes, maxBytes: '64MB' } },
    actions: [
      { on: 'warning', rules: ['heap', 'container'], do: shrinkCaches(line) },
      { on: 'critical', rules: ['heap', 'maxHeap', 'container'], do: emergency },
      { on: 'critical', rules: ['heap', 'maxHeap'], do: collectGarbage({ maxPause: '500ms' }) },
    ],
  });
  app.use(monitor.start());

  // Short of memory or time, answers in one piece are the first to be refused; what is kept already is the last.
  const priority = ({ url }) =>
    url.startsWith('/complete') ? 'low' : url.startsWith('/artifacts') ? 'high' : 'normal';
  const shedder = new Shedder(monitor, { priority });
  const system = new SystemApi({
    basePath: '/api/system',
    token,
    expose: { gc: 'token' },
    monitor,
    shed: shedder,
    logger,
    checks: { model: { run: ({ signal }) => model.isReady(signal), interval: '1s' } },
    figures: { coalescing: { stats: () => ({ inFlight: stores.complete.inFlight }) } },
  });
  app.use(system);

  const requests = app.child('requests');
  const answer = makeRoutes(model, stores, patience);
  const server = http.createServer(
    nodeListener(system, async (request, response) => {
      if (shedder.refuse(request, response)) return;
      monitor.work();
      const scope = requests.child('request');
      scope.endWith(response);
      try {
        await answer(request, response, scope);
      } catch (error) {
        // The model is out of reach: say so and when to come back. A client that hung up needs no answer.
        if (!scope.disposed) response.writeHead(503, { 'retry-after': '2' }).end(error.message);
      }
    }),
  );

  // SIGTERM, SIGINT: what is being said is said to its end, and what is left then is told so and ended.
  const shutdown = new Shutdown({ deadline: '20s', ...shutdownOptionsFromEnv(process.env) });
  // Clients with pools of connections come back to one that has been idle for long: hence the grace.
  shutdown.drain(server, {
    deadline: '15s',
    idleGrace: '2s',
    streamGrace: '10s',
    endStream: (response) => response.end(event('bye')),
  });
  shutdown.use(app);
  server.listen(port, '127.0.0.1');
  return { server, model, entries: () => stores.artifacts.size + stores.tenants.size, stores, limits: options };
}
