// Clients that each keep one connection alive and ask again after a pause, until they are refused.
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the clients of one server saw. */
export class Clients {
  answered = 0;
  /** Requests that got a closed connection in place of an answer: an error that a user sees. */
  resets = 0;
  /** Clients that could not connect any more, as they should not. */
  refused = 0;
  /** Errors of any other kind: there should be none. */
  others = [];
  #isOver = false;
  #done;

  /** Each pauses up to `pauseMs` between two requests. */
  constructor(port, { count, pauseMs, random }) {
    this.#done = Promise.all(Array.from({ length: count }, () => this.#run(port, pauseMs, random)));
  }

  /** Ends those that nobody has refused. */
  async end() {
    this.#isOver = true;
    await this.#done;
  }

  async #run(port, pauseMs, random) {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    try {
      while (!this.#isOver) {
        await get(port, agent);
        this.answered++;
        await sleep(random() * pauseMs);
      }
    } catch (error) {
      if (error.code === 'ECONNREFUSED') this.refused++;
      else if (error.code === 'ECONNRESET' || error.code === 'EPIPE') this.resets++;
      else this.others.push(error);
    } finally {
      agent.destroy();
    }
  }
}

function get(port, agent) {
  return new Promise((resolve, reject) => {
    http
      .get({ port, host: '127.0.0.1', agent }, (response) => response.resume().on('error', reject).on('end', resolve))
      .on('error', reject);
  });
}
