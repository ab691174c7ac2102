// A service with a system API on a port of its own: health, figures, metrics, and two actions for those with the token.
import http from 'node:http';
import { Cache } from 'plimsoll/cache';
import { Monitor } from 'plimsoll/monitor';
import { Shutdown } from 'plimsoll/scope';
import { createToken, serve, SystemApi } from 'plimsoll/system';

const prices = new Cache({
  name: 'prices',
  maxEntries: 10_000,
  ttl: '5m',
  load: (article) => ({ article, price: article.length }),
});

const app = http.createServer(async (request, response) => {
  const { price } = await prices.getOrLoad(request.url);
  response.end(`${price}\n`);
});

const token = process.env.SYSTEM_TOKEN ?? createToken();
const system = new SystemApi({
  token,
  monitor: new Monitor({ interval: '5s' }).start(),
  expose: { gc: 'token', clear: 'token' },
  checks: { prices: () => prices.stats().loadFailures === 0 },
});

const shutdown = new Shutdown({ delay: '2s' });
shutdown.drain(app, { name: 'app' });
app.listen(process.env.PORT ?? 8080, () => console.log(`app: http://localhost:${app.address().port}`));
const { url } = await serve(system, { port: Number(process.env.SYSTEM_PORT ?? 9464) });
console.log(`system: ${url}`);
if (process.env.SYSTEM_TOKEN === undefined) console.log(`token for this run: ${token}`);
