// Fifteen sessions that draw their status lines, and others that take their place.
import { randomSource } from '../../bench/lib/stats.mjs';

export const SESSIONS = 15;
/** Ms between two status lines of a session. */
export const FRAME_MS = 300;
/** Frames from one session that ends to the next. */
const CHURN_EVERY = 20;
/** Frames from one piece of news for all to the next. */
const NEWS_EVERY = 20;
/** Parts of a session that are drawn, of which a store keeps some. */
const PARTS = 30;

export class StatusLines {
  frames = 0;
  drawn = 0;
  hits = 0;
  looks = 0;
  opened = 0;
  /** @type {any[]} */
  #sessions = [];
  #broker;
  #bus;
  #random;

  constructor({ broker, bus, seed }) {
    this.#broker = broker;
    this.#bus = bus;
    this.#random = randomSource(seed);
  }

  async open() {
    for (let i = 0; i < SESSIONS; i++) this.#sessions.push(await this.#broker.open(`session ${this.opened++}`));
  }

  /** Holds nothing any more. */
  leave() {
    this.#sessions = [];
    this.#broker = undefined;
  }

  /** A status line of every session. */
  async frame() {
    this.frames++;
    if (this.frames % CHURN_EVERY === 0) await this.#replaceOne();
    if (this.frames % NEWS_EVERY === 0) this.#bus.emit('news');
    for (const session of this.#sessions) this.#draw(session);
  }

  async #replaceOne() {
    const place = this.#below(SESSIONS);
    await this.#broker.close(this.#sessions[place].id);
    this.#sessions[place] = await this.#broker.open(`session ${this.opened++}`);
  }

  #draw(session) {
    this.drawn++;
    const part = `part ${Math.min(this.#below(PARTS), this.#below(PARTS))}`;
    this.looks++;
    let text = session.get(part);
    if (text === undefined) session.set(part, (text = `${session.id} ${part} `.repeat(20 + this.#below(40))));
    else this.hits++;
    session.draw(() => `${session.id} | ${text.slice(0, 60)} | ${this.frames}`.padEnd(80));
  }

  #below(limit) {
    return Math.floor(this.#random() * limit);
  }
}
