// Two leaks that can be seen in the source; `plimsoll audit src` sees them.
const lastSeen = new Map();

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
    this.source.end();
  }
}
