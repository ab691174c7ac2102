// Put in by `--import`: every request of the program's servers calls a function when its response is over. By a scope of
// its own, which ends with the response, or else by a listener, as a program without scopes has it.
import http from 'node:http';

const { createServer } = http;
const MOST_OPEN = 100;
let requests = 0;
let ended = 0;
const end = () => {
  ended++;
};
const onRequest = process.env.PLIMSOLL_BENCH_SCOPE ? await byScope() : byListener;

async function byScope() {
  const { Scope } = await import(process.env.PLIMSOLL_BENCH_SCOPE);
  const app = new Scope({ name: 'app' });
  return (response) => {
    const scope = app.child('request');
    scope.endWith(response);
    scope.defer(end);
  };
}

function byListener(response) {
  response.on('close', end);
}

http.createServer = (answer) =>
  createServer((request, response) => {
    onRequest(response);
    // A server that fails fails the bench: what is never ended would cost less.
    if (++requests - ended > MOST_OPEN) throw new Error(`The ends of ${requests - ended} requests are open.`);
    return answer(request, response);
  });
