// Put in by `--import`: gives every request of the program's servers a scope that ends with the response.
import http from 'node:http';

const { Scope } = await import(process.env.PLIMSOLL_BENCH_SCOPE);
const MOST_OPEN = 100;
const app = new Scope({ name: 'app' });
const { createServer } = http;
let requests = 0;
let ended = 0;

http.createServer = (answer) =>
  createServer((request, response) => {
    const scope = app.child('request');
    scope.endWith(response);
    scope.defer(() => ended++);
    // A server that fails fails the bench: scopes that stay open would cost less.
    if (++requests - ended > MOST_OPEN) throw new Error(`${requests - ended} scopes of requests are open.`);
    return answer(request, response);
  });
