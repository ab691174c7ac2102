import http from 'node:http';
import { Catalogue } from './catalogue.mjs';
import { JobQueue } from './jobs.mjs';
import { ProfileStore } from './profiles.mjs';
import { HttpError, makeRoutes } from './routes.mjs';

const PRODUCTS = 16_000;
const MAX_BODY_BYTES = 256 * 1024;
const GRACE_MS = 3000;
const port = process.env.PORT ?? '3210';

const catalogue = new Catalogue(PRODUCTS);
const respond = makeRoutes({ catalogue, profiles: new ProfileStore(), jobs: new JobQueue(catalogue) });

async function readJson(request) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new HttpError(413, 'the body is too large');
    chunks.push(chunk);
  }
  if (bytes === 0) return {};
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    throw new HttpError(400, 'the body is no JSON');
  }
}

async function answer(request) {
  try {
    const token = request.headers.authorization?.replace(/^Bearer /, '');
    return { status: 200, data: await respond(request.method, request.url, token, await readJson(request)) };
  } catch (error) {
    if (error instanceof HttpError) return { status: error.status, data: { error: error.message } };
    console.error(error);
    return { status: 500, data: { error: 'internal error' } };
  }
}

const server = http.createServer(async (request, response) => {
  const { status, data } = await answer(request);
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(data));
});

function refuse(error) {
  const reason =
    error.code === 'EADDRINUSE' ? 'is in use; set PORT to another one' : `cannot be used: ${error.message}`;
  console.error(`leaky-service: port ${port} ${reason}`);
  process.exit(1);
}

server.once('error', refuse);
try {
  server.listen({ port, host: '127.0.0.1' }, () => {
    console.log(`leaky-service: ${catalogue.size} products on http://127.0.0.1:${server.address().port}`);
  });
} catch (error) {
  refuse(error);
}

function stop() {
  server.close();
  setTimeout(() => server.closeAllConnections(), GRACE_MS).unref();
}
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
