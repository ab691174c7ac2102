// The same without them.
import { Cache } from 'plimsoll/cache';

const lastSeen = new Cache({ name: 'lastSeen', maxEntries: 10_000, idleTtl: '1h', secretKeys: true });

export function handle(request, response) {
  lastSeen.set(request.headers.authorization, Date.now());
  response.end('hello');
}

export class Poller {
  constructor(source) {
    this.source = source;
    this.timer = setInterval(() => this.source.poll(), 1_000);
  }

  close() {
    clearInterval(this.timer);
    this.source.end();
  }
}
