// Two caches, together bounded by more than there is.
import { Cache } from 'plimsoll/cache';
import { LoadLine } from 'plimsoll/monitor';

const pages = new Cache({ name: 'pages', maxBytes: '40MB' });
const archive = new Cache({ name: 'archive', maxBytes: '40MB' });

if (process.argv[2] !== 'without') {
  const line = new LoadLine().start();
  line.on('relieved', ({ given }) => {
    const parts = given.map(({ cache, bytes }) => `${cache} ${(bytes / 2 ** 20).toFixed(1)} MiB`);
    console.log(`gave back: ${parts.join(', ')}`);
  });
}

const makePage = (id) => ({ id, rows: Array.from({ length: 100 }, (_, row) => id + row / 3) });
let id = 0;
const work = setInterval(() => {
  for (let i = 0; i < 50; i++, id++) {
    pages.set(id, makePage(id));
    archive.set(id, makePage(id));
    for (let k = 1; k <= 10; k++) pages.get(Math.floor((id * k) / 10));
  }
  if (id < 60_000) return;
  clearInterval(work);
  const size = ({ name, bytes }) => `${name} ${(bytes / 2 ** 20).toFixed(1)} MiB`;
  console.log(`in the end: ${size(pages)}, ${size(archive)}`);
  process.exit();
}, 1);
