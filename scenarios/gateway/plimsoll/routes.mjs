// What the gateway answers. Whatever a request opens belongs to its scope, which ends with the response: nothing here has
// to be closed by hand, and a client that hangs up needs no line of its own.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { json } from 'node:stream/consumers';

export const event = (name, data = {}) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
const head = { 'content-type': 'text/event-stream', 'cache-control': 'no-store' };

export function makeRoutes(model, { artifacts, tenants, complete }, patience) {
  return async function answer(request, response, scope) {
    const tenant = await tenants.getOrLoad(request.headers.authorization ?? '', undefined, { signal: scope.signal });
    if (tenant === undefined) return response.writeHead(401).end();
    const { pathname, searchParams } = new URL(request.url, 'http://gateway');
    if (pathname === '/chat') return chat(await json(request), response, scope);
    if (pathname === '/complete') return response.end(await complete(searchParams.get('prompt')));
    const artifact = artifacts.get(pathname.slice('/artifacts/'.length));
    return response.writeHead(artifact === undefined ? 404 : 200).end(artifact);
  };

  async function chat({ prompt }, response, scope) {
    const pieces = model.stream(prompt, scope.signal);
    // Before the head: a model that fails at once is a status, not a stream.
    let next = await within(patience, pieces.next(), scope);
    response.writeHead(200, head);
    scope.setInterval(() => response.write(': still here\n\n'), '15s', { name: 'heartbeat' });
    scope.on(model, 'notice', (text) => response.write(event('notice', { text })));
    const said = [];
    try {
      for (; !next.done; next = await within(patience, pieces.next(), scope)) {
        said.push(next.value);
        // A slow reader is waited for, and nothing piles up meanwhile.
        if (!response.write(event('token', next.value))) await once(response, 'drain', { signal: scope.signal });
      }
      const artifact = randomUUID();
      artifacts.set(artifact, said.join(''));
      response.end(event('done', { artifact }));
    } catch (error) {
      response.end(event('error', { message: error.message }));
    }
  }
}

/** What `promise` gives, if it gives it in time; the model's silence must not last longer than its client's patience. */
async function within(ms, promise, scope) {
  const { promise: late, reject } = withReject();
  const timer = scope.setTimeout(() => reject(new Error('the model fell silent')), ms, { name: 'silence' });
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer.dispose();
  }
}

function withReject() {
  let reject;
  const promise = new Promise((_resolve, fail) => (reject = fail));
  return { promise, reject };
}
