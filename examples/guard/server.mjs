// A service guarded by one call: watched, shedding, drained, with probes and figures at /api/system.
import http from 'node:http';
import { Cache, guard, optionsFromEnv } from 'plimsoll';

const greetings = new Cache({ name: 'greetings', maxEntries: 1_000, ttl: '1m', load: (name) => `hello, ${name}\n` });

const server = http.createServer(async (request, response) => {
  response.end(await greetings.getOrLoad(request.url.slice(1) || 'nobody'));
});

const guarded = guard(server, optionsFromEnv(process.env));
guarded.monitor.on('alert', ({ level, message }) => console.log(`${level}: ${message}`));
guarded.shutdown.use({ name: 'greetings', [Symbol.asyncDispose]: () => greetings.close() });
guarded.shutdown.listen(({ type, phase }) => type === 'phase' && console.log(`ending: ${phase}`));

server.listen(process.env.PORT ?? 8080, () => console.log(`http://localhost:${server.address().port}/`));
