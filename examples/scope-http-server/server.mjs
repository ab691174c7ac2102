// A gateway whose every request owns what it opens: hang up in the middle, and nothing of the request is left.
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import { formatScopeReport, Scope } from 'plimsoll/scope';

const app = new Scope({ name: 'app', traces: 'all' });
// Before the server: what comes last ends first, so the server is drained while its requests still have what they need.
const requests = app.child('requests');

const routes = {
  // A file to whoever asks, at most a minute long. A plain pipe would keep the file open when the client hangs up.
  '/file': (scope, response) => {
    scope.setTimeout(() => response.destroy(), '1m', { name: 'longest answer' });
    scope.stream(fs.createReadStream(process.execPath), { name: 'file' }).pipe(response);
  },
  // Server-sent events: the heartbeat ends with the client.
  '/events': (scope, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    scope.setInterval(() => response.write(': still here\n\n'), '1s', { name: 'heartbeat' });
  },
  // Work elsewhere: it is cancelled when the client hangs up.
  '/slow': async (scope, response) => {
    const upstream = await fetch('https://example.com', { signal: scope.signal });
    response.end(await upstream.text());
  },
  // What is open just now, where it was opened, and how to close it.
  '/open': (_scope, response) => response.end(`${formatScopeReport(app.report())}\n`),
};

const server = http.createServer(async (request, response) => {
  const scope = requests.child('request');
  scope.endWith(response);
  try {
    await (routes[request.url] ?? routes['/open'])(scope, response);
  } catch (error) {
    // A client that hung up needs no answer.
    if (!scope.disposed) response.writeHead(502).end(error.message);
  }
});

app.server(server, { deadline: '5s' });
server.listen(Number(process.env.PORT ?? 8080), () => console.log(`http://localhost:${server.address().port}/open`));
await once(process, 'SIGINT');
await app.close({ cause: 'signal' });
console.log(formatScopeReport(app.report()));
