// One client of the gateway: sends a request, reads the answer in its own way, and checks every character of it.
import http from 'node:http';
import { answerTo, textOf } from './answers.mjs';

const SLOW_READER_MS = 15;

/**
 * How a request ended:
 * - `whole`: the whole answer, and the right one
 * - `ended`: a stream that told of the model's failure, after all that the model had said
 * - `bye`: a stream that the gateway ended because it goes, properly
 * - `refused`: told to come back later
 * - `missing`: an artifact that is no longer kept
 * - `vanished`: the client itself hung up
 * - `notAccepted`: nobody took the connection
 * - `lost`: anything else
 *
 * @typedef {'whole' | 'ended' | 'bye' | 'refused' | 'missing' | 'vanished' | 'notAccepted' | 'lost'} Ending
 * @typedef {{ ending: Ending, reason?: string, artifact?: string, port?: number }} Outcome
 * @typedef {'reads' | 'readsSlowly' | 'vanishes'} Manner
 */

export class Client {
  #url;
  #patienceMs;
  #agent = newAgent();

  /**
   * @param {string} url
   * @param {number} patienceMs How long it waits in silence before it gives up, and calls the request lost.
   */
  constructor(url, patienceMs) {
    this.#url = url;
    this.#patienceMs = patienceMs;
  }

  /** Closes the connections that it keeps; the next request opens one. */
  rest() {
    this.#agent.destroy();
    this.#agent = newAgent();
  }

  close() {
    this.#agent.destroy();
  }

  /** @param {string} credential @param {string} prompt @param {Manner} manner @param {number} vanishAfter bytes */
  async chat(credential, prompt, manner, vanishAfter) {
    const body = JSON.stringify({ prompt });
    const answer = await this.#send('POST', '/chat', { credential, body, manner, vanishAfter });
    return 'ending' in answer ? answer : judgeStream(answer, answerTo(prompt));
  }

  /** @param {string} credential @param {string} prompt */
  async complete(credential, prompt) {
    const answer = await this.#send('GET', `/complete?prompt=${encodeURIComponent(prompt)}`, { credential });
    return 'ending' in answer ? answer : judgeText(answer, textOf(answerTo(prompt)));
  }

  /** @param {string} credential @param {string} id @param {string} prompt What it was the answer to. */
  async artifact(credential, id, prompt) {
    const answer = await this.#send('GET', `/artifacts/${id}`, { credential });
    if (answer.status === 404) return { ending: 'missing' };
    return 'ending' in answer ? answer : judgeText(answer, textOf(answerTo(prompt)));
  }

  /** Asks with a credential that nobody has; it has to be told so. */
  async intrude(credential) {
    const answer = await this.#send('GET', '/artifacts/none', { credential });
    if ('ending' in answer) return answer;
    return answer.status === 401 ? { ending: 'whole' } : lost(`a stranger got ${answer.status}`);
  }

  /** @returns {Promise<Outcome | { status: number, text: string, ending?: undefined }>} */
  #send(method, path, { credential, body, manner = 'reads', vanishAfter = Infinity }) {
    return new Promise((resolve) => {
      const headers = {
        authorization: `Bearer ${credential}`,
        ...(body === undefined ? {} : { 'content-length': body.length }),
      };
      const request = http.request(`${this.#url}${path}`, { method, headers, agent: this.#agent });
      let text = '';
      let hasGivenUp = false;
      const patience = setTimeout(() => {
        hasGivenUp = true;
        request.destroy();
      }, this.#patienceMs);
      const settle = (answer) => {
        clearTimeout(patience);
        resolve(answer);
      };
      const fail = (error) => {
        if (hasGivenUp) settle(lost(`silent for ${this.#patienceMs} ms, ${text.length} characters in`));
        else if (error?.code === 'ECONNREFUSED') settle({ ending: 'notAccepted' });
        else
          settle(
            lost(
              `${error?.code ?? 'closed'} after ${text.length} characters, on a ${request.reusedSocket ? 'kept' : 'new'} connection`,
              portOf(request),
            ),
          );
      };
      request.once('socket', (socket) => {
        // Asked for now: of a connection that has gone, or was reset before we had heard of it, nothing is known any more.
        if (socket.connecting) socket.ownPort = socket.localPort;
      });
      request.once('error', fail);
      request.once('response', (response) => {
        response.setEncoding('utf8').on('data', (piece) => {
          text += piece;
          patience.refresh();
          if (manner === 'vanishes' && text.length >= vanishAfter) {
            settle({ ending: 'vanished' });
            request.destroy();
          } else if (manner === 'readsSlowly') {
            response.pause();
            setTimeout(() => response.resume(), SLOW_READER_MS);
          }
        });
        response.once('error', fail);
        response.once('close', () => (response.complete ? settle(answerOf(response, text)) : fail()));
      });
      request.end(body);
    });
  }
}

function newAgent() {
  return new http.Agent({ keepAlive: true });
}

function answerOf({ statusCode: status, headers }, text) {
  if (status === 503 && headers['retry-after'] !== undefined) return { ending: 'refused' };
  return { status, text };
}

/** Our end of a connection that was made for this request, by which its other end can be asked whether it had accepted it. */
function portOf({ reusedSocket, socket }) {
  return reusedSocket ? undefined : socket?.ownPort;
}

/** @param {string} reason @param {number} [port] */
function lost(reason, port) {
  return /** @type {const} */ ({ ending: 'lost', reason, port });
}

function judgeText({ status, text }, wanted) {
  if (status !== 200) return lost(`status ${status}`);
  return text === wanted ? /** @type {const} */ ({ ending: 'whole' }) : lost('another text than the model gave');
}

/** @returns {Outcome} */
function judgeStream({ status, text }, answer) {
  if (status !== 200) return lost(`status ${status}`);
  const events = text.split('\n\n').flatMap((block) => {
    const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
    return name === undefined ? [] : [{ name, data: JSON.parse(data) }];
  });
  const said = events.flatMap(({ name, data }) => (name === 'token' ? [data] : [])).join('');
  const wanted = textOf(answer);
  const last = events.at(-1);
  if (last?.name === 'done') {
    const isRight = said === wanted && answer.fate !== 'hangsUp' && answer.fate !== 'stalls';
    return isRight
      ? { ending: 'whole', artifact: last.data.artifact }
      : lost('done, with another text than the model gave');
  }
  if (!wanted.startsWith(said)) return lost('another text than the model gave');
  if (last?.name === 'error') return { ending: 'ended' };
  return last?.name === 'bye' ? { ending: 'bye' } : lost(`a stream without an end, of a model that ${answer.fate}`);
}
