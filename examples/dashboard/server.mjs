// A service with a dashboard: two caches, a scope, sessions, and a store that leaks on purpose, so that there is something to see.
import { Cache } from 'plimsoll/cache';
import { dashboard } from 'plimsoll/dashboard';
import { Monitor } from 'plimsoll/monitor';
import { Scope } from 'plimsoll/scope';
import { SessionBroker } from 'plimsoll/session';
import { createToken, serve, SystemApi } from 'plimsoll/system';

const users = new Cache({ name: 'users', maxEntries: 2_000, maxBytes: '8MB' });
const prices = new Cache({ name: 'prices', maxEntries: 500, maxBytes: '2MB', ttl: '1m' });
const scope = new Scope({ name: 'app' });
const sessions = new SessionBroker({ maxSessions: 20, perSession: '1MB', store: { maxEntries: 100 } });
const leak = [];

scope.setInterval(async () => {
  const id = Math.floor(Math.random() * 3_000);
  if (users.get(id) === undefined) users.set(id, { id, name: `user ${id}`, about: 'x'.repeat(2_000) });
  if (prices.get(id % 700) === undefined) prices.set(id % 700, { price: id });
  const session = await sessions.open(`session-${id % 12}`);
  session.store.set(id, 'y'.repeat(5_000));
  leak.push(Array.from({ length: 2_000 }, () => id));
}, 20);

const token = process.env.SYSTEM_TOKEN ?? createToken();
const system = new SystemApi({
  token,
  sessions,
  dashboard,
  monitor: new Monitor({ name: 'example', interval: '2s' }).start(),
  expose: { gc: 'token', clear: 'token', close: 'token', shed: 'token' },
});
const { url } = await serve(system, { port: Number(process.env.SYSTEM_PORT ?? 9464) });
console.log(`${url}/dashboard#token=${token}`);
