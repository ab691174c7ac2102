// A service that keeps every request for ever. Its monitor says so before the heap is full, and when that will be.
import http from 'node:http';
import { collectGarbage, Monitor, optionsFromEnv, Shedder } from 'plimsoll/monitor';

const audit = [];

const monitor = new Monitor({
  interval: '2s',
  ...optionsFromEnv(process.env),
  rules: { growth: { warning: 1024 * 1024 } },
  actions: [{ on: 'warning', rules: ['heap'], do: collectGarbage({ maxPause: '300ms' }) }],
});
monitor.on('alert', ({ state, level, rule, message }) => console.log(`${state} ${level} (${rule}): ${message}`));
monitor.start();

const shedder = new Shedder(monitor, {
  priority: ({ url }) => (url === '/report' ? 'low' : 'normal'),
  exempt: ['/status'],
  // V8 gives up at 80 % already when collections free nothing, which here they never do.
  ramps: { heap: { from: 0.65, to: 0.75 } },
});

const server = http.createServer((request, response) => {
  if (shedder.refuse(request, response)) return;
  monitor.work();
  audit.push({ at: Date.now(), url: request.url, headers: { ...request.headers }, body: 'x'.repeat(2_000).split('') });
  if (request.url === '/status') response.setHeader('content-type', 'application/json');
  response.end(request.url === '/status' ? JSON.stringify(monitor.status(), null, 2) : 'ok\n');
});

server.listen(Number(process.env.PORT ?? 8080), () => console.log(`http://localhost:${server.address().port}/`));
