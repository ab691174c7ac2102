#!/usr/bin/env node
// The model that the gateway stands before, as a process of its own: streams tokens, is slow, fails, hangs up and falls
// silent as its prompts have it (answers.mjs). `POST /mode` makes all of it slow, down or cut off in the middle.
// Prints its address; ends with its standard input, so that it never outlives whoever started it.
import http from 'node:http';
import { json } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { answerTo } from './answers.mjs';

const AUTHORISING_MS = 3;
const SLOW_FACTOR = 5;

/** @type {'up' | 'slow' | 'down' | 'reset'} */
let mode = 'up';
let calls = 0;

/** @type {Record<string, (request: http.IncomingMessage, response: http.ServerResponse) => unknown>} */
const routes = {
  '/mode': async (request, response) => {
    ({ mode } = await json(request));
    response.end();
  },
  '/calls': (_request, response) => response.end(String(calls)),
  '/ready': (_request, response) => response.end('ready'),
  '/tenant': async (request, response) => {
    await pause(AUTHORISING_MS);
    const [, number] = /^Bearer sk-(\d+)$/.exec(request.headers.authorization ?? '') ?? [];
    response.writeHead(number === undefined ? 401 : 200).end(number === undefined ? '' : `tenant ${number}`);
  },
  '/complete': async (request, response) => complete((await json(request)).prompt, response),
};

async function complete(prompt, response) {
  calls++;
  const { fate, tokens, pauseMs } = answerTo(prompt);
  if (fate === 'fails') return response.writeHead(500).end();
  response.writeHead(200, { 'content-type': 'text/plain' });
  for (const [at, token] of tokens.entries()) {
    const isHalf = at >= tokens.length / 2;
    if (isHalf && (mode === 'reset' || fate === 'hangsUp')) return response.destroy();
    // Nothing more: whoever waits has to know how long.
    if (isHalf && fate === 'stalls') return undefined;
    if (response.destroyed) break;
    response.write(token);
    if (pauseMs > 0) await pause(pauseMs * (mode === 'slow' ? SLOW_FACTOR : 1));
  }
  return response.end();
}

const server = http.createServer(async (request, response) => {
  const isSteered = request.url === '/mode' || request.url === '/calls';
  try {
    if (mode === 'down' && !isSteered) throw new Error('down');
    await routes[request.url](request, response);
  } catch {
    response.destroy();
  }
});
// One answer for each connection: what is left open at either end is seen at once. Not by `Connection: close`, after which
// `fetch` takes an answer that is cut off for a whole one.
server.keepAliveTimeout = 1;
// Nobody is cut off for waiting but by those who wait.
server.requestTimeout = 0;
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
process.stdin.on('end', () => process.exit()).resume();
