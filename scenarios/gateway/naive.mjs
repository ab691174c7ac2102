// The gateway as it is often written: every line reads well, and it leaks. Each LEAK is told of where it is made.
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { json } from 'node:stream/consumers';
import { Model } from './model.mjs';

const HEARTBEAT_MS = 15_000;
const DAY_MS = 24 * 60 * 60 * 1000;
const FIVE_MINUTES_MS = 5 * 60 * 1000;

const event = (name, data = {}) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

/** @type {import('./service.mjs').StartGateway} */
export function startGateway({ port, modelUrl }) {
  const model = new Model(modelUrl);
  const artifacts = new Map();
  const tenants = new Map();
  const inFlight = new Map();

  async function tenantOf(credential) {
    const known = tenants.get(credential);
    // LEAK: an old one is not believed, and stays.
    if (known !== undefined && Date.now() - known.at < FIVE_MINUTES_MS) return known.tenant;
    const tenant = await model.tenantOf(credential);
    tenants.set(credential, { tenant, at: Date.now() });
    return tenant;
  }

  /** Callers who ask the same at the same time share one call, as with the `inflight` package. */
  function complete(prompt, callback) {
    const callbacks = inFlight.get(prompt);
    if (callbacks !== undefined) {
      callbacks.push(callback);
      return;
    }
    inFlight.set(prompt, [callback]);
    // LEAK: a call that fails, or never ends, keeps its key and everybody who joins it from then on.
    const answer = async () => {
      const text = await model.complete(prompt);
      const waiting = inFlight.get(prompt);
      inFlight.delete(prompt);
      for (const call of waiting) call(text);
    };
    answer().catch(() => {});
  }

  function keep(text) {
    const id = randomUUID();
    artifacts.set(id, text);
    // LEAK: no bound but a day, and a timer each.
    setTimeout(() => artifacts.delete(id), DAY_MS);
    return id;
  }

  async function chat({ prompt }, response) {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    const heartbeat = setInterval(() => response.write(': still here\n\n'), HEARTBEAT_MS);
    const onNotice = (text) => response.write(event('notice', { text }));
    model.on('notice', onNotice);
    let text = '';
    // LEAK: nothing ends this when the client does. A model that falls silent keeps the connection to it, the timer, the
    // listener and the response for good.
    for await (const piece of model.stream(prompt)) {
      text += piece;
      response.write(event('token', piece));
    }
    // LEAK: not reached when the model fails.
    clearInterval(heartbeat);
    model.off('notice', onNotice);
    response.end(event('done', { artifact: keep(text) }));
  }

  const server = http.createServer(async (request, response) => {
    try {
      const tenant = await tenantOf(request.headers.authorization ?? '');
      const { pathname, searchParams } = new URL(request.url, 'http://gateway');
      if (tenant === undefined) response.writeHead(401).end();
      else if (pathname === '/chat') await chat(await json(request), response);
      else if (pathname === '/complete') complete(searchParams.get('prompt'), (text) => response.end(text));
      else {
        const artifact = artifacts.get(pathname.slice('/artifacts/'.length));
        response.writeHead(artifact === undefined ? 404 : 200).end(artifact);
      }
    } catch (error) {
      if (response.headersSent) response.end(event('error', { message: error.message }));
      else response.writeHead(503).end(error.message);
    }
  });

  process.on('SIGTERM', () => {
    server.close();
    process.exit(0);
  });
  server.listen(port, '127.0.0.1');
  return { server, model, entries: () => artifacts.size + tenants.size + inFlight.size };
}
