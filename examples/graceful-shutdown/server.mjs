// A service that ends without losing a request: run it, send it some, press Ctrl-C.
import http from 'node:http';
import { Shutdown, shutdownOptionsFromEnv } from 'plimsoll/scope';

const shutdown = new Shutdown({ ...shutdownOptionsFromEnv(process.env), log: console.error });

/** Stands for a database, a queue, a cache. */
const store = {
  name: 'store',
  async [Symbol.asyncDispose]() {
    await pause(100);
    console.log('store closed');
  },
};

const routes = {
  '/live': (response) => response.end('alive'),
  '/ready': (response) => {
    const { status, httpStatus } = shutdown.readiness();
    response.writeHead(httpStatus).end(status);
  },
  '/clock': (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const ticks = setInterval(() => response.write(`data: ${Date.now()}\n\n`), 1_000);
    response.on('close', () => clearInterval(ticks));
  },
  '/': async (response) => {
    await pause(50);
    response.end('done');
    // Goes on after the answer: the process waits for it.
    void bookkeeping();
  },
};

const server = http.createServer((request, response) => void (routes[request.url] ?? routes['/'])(response));

async function bookkeeping() {
  const hold = shutdown.hold('bookkeeping');
  try {
    await pause(200);
  } finally {
    hold.release();
  }
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

shutdown.drain(server, { name: 'api', endStream: (response) => response.end('event: bye\ndata:\n\n') });
shutdown.use(store);
server.listen(process.env.PORT ?? 8080, () => console.log(`listening on ${server.address().port}`));
