// A store of thumbnails that grew with every picture there ever was, and one with two bounds. Both see the same visitors.
import { Cache } from 'plimsoll/cache';

const unbounded = new Map();
const bounded = new Cache({
  name: 'thumbnails',
  maxEntries: 2_000,
  maxBytes: '16MB', // what a thumbnail weighs is measured
  idleTtl: '1h',
  warnUtilisation: false, // it is meant to be full
});

/** Stands for work worth keeping. */
function render(id) {
  return { id, pixels: Buffer.alloc(2_000 + (id % 7) * 2_000, id) };
}

function thumbnail(store, id) {
  let picture = store.get(id);
  if (picture === undefined) store.set(id, (picture = render(id)));
  return picture;
}

// A few pictures are looked at all the time, most of them once; every third visitor looks at a new one.
let newest = 1_000;
for (let visit = 0; visit < 60_000; visit++) {
  const id = visit % 3 === 0 ? newest++ : Math.floor(1_000 * Math.random() ** 2);
  thumbnail(unbounded, id);
  thumbnail(bounded, id);
}

const bytes = [...unbounded.values()].reduce((sum, { pixels }) => sum + pixels.byteLength, 0);
const mib = (count) => `${(count / 2 ** 20).toFixed(1)} MiB`;
const { hits, misses, evictions } = bounded.stats();
console.log(`Map:   ${unbounded.size} thumbnails, ${mib(bytes)}, and more with every visitor`);
console.log(`Cache: ${bounded.size} thumbnails, ${mib(bounded.bytes)} at most 16 MiB, ${evictions.capacity} evicted`);
console.log(`       ${Math.round((100 * hits) / (hits + misses))} % of the visitors needed no work`);
