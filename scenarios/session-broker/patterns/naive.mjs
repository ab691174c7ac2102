// What a session does beside drawing, as it is often written, with the seven patterns that MISSION 4 names. It runs, and it
// leaks; `plimsoll audit` is given it by name.
import { EventEmitter } from 'node:events';
import fs from 'node:fs';

export const bus = new EventEmitter().setMaxListeners(0);
/** Global state: every session that there ever was. */
export const visits = {};
/** An unbounded cache. */
export const pages = new Map();

export class Session {
  constructor(id, file) {
    this.file = file;
    this.drawn = 0;
    // A circular reference.
    this.renderer = { session: this };
    visits[id] = Date.now();
    // An event listener that nobody takes off, and a timer that nobody can stop.
    bus.on('news', () => this.draw());
    setInterval(() => this.draw(), 60_000);
    void this.follow();
  }

  draw() {
    this.drawn++;
  }

  /** A chain of timers. */
  async follow() {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    this.draw();
    await this.follow();
  }

  pageOf(url) {
    let page = pages.get(url);
    if (page === undefined) {
      page = `page of ${url} `.repeat(100);
      pages.set(url, page);
    }
    return page;
  }

  /** String building: whatever the client sends is gathered. */
  receive(request) {
    return new Promise((resolve, reject) => {
      let text = '';
      request.on('data', (chunk) => (text += chunk));
      request.on('end', () => resolve(text.length));
      request.on('error', reject);
    });
  }

  /** A file handle, which stays open when the entry cannot be written. */
  log(entry) {
    const handle = fs.openSync(this.file, 'a');
    fs.writeSync(handle, `${JSON.stringify(entry)}\n`);
    fs.closeSync(handle);
  }

  close() {
    this.renderer = undefined;
  }
}
