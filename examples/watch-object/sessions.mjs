// Sessions come and go; some are held by what they once listened to.
import { explainRetained } from 'plimsoll/diagnose';
import { RetentionWatcher } from 'plimsoll/watch';

const priceListeners = [];

class Session {
  constructor(id) {
    this.id = id;
    this.rows = Array.from({ length: 200 }, (_, row) => id * row);
  }

  followPrices() {
    priceListeners.push((price) => (this.lastPrice = price)); // and who takes it back?
  }
}

const watcher = new RetentionWatcher({ grace: '1s' });
let answered = false;
watcher.on('retained', async ({ count, group }) => {
  if (answered) return;
  answered = true;
  console.log(`${count} ${group.label}s outlive their end; handed in at ${group.site}`);
  const { objects, pauseMs } = await explainRetained(watcher, group.fingerprint, { most: 1 });
  for (const { className, path } of objects) console.log(`${className} is held by: ${path.join(' > ')}`);
  console.log(`the snapshot took ${Math.round(pauseMs)} ms`);
  clearInterval(work);
  watcher.close();
});

let id = 0;
const work = setInterval(() => {
  for (let i = 0; i < 50; i++) {
    const session = new Session(id++);
    if (id % 5 === 0) session.followPrices();
    watcher.expectCollected(session, 'session'); // it has ended
  }
}, 10);
