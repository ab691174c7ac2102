// A job that imports rows for some seconds and ends. It knows nothing of Plimsoll, and remembers more than it should.
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

const alreadySeen = [];

function importRow(number) {
  const row = { number, fields: Array.from({ length: 20 }, (_, i) => `field ${i} of row ${number}`) };
  const digest = createHash('sha256').update(row.fields.join()).digest('hex');
  if (alreadySeen.some((seen) => seen.digest === digest && seen.row.number === number)) return;
  if (alreadySeen.length % 100 === 0) alreadySeen.push({ digest, row, log: 'x'.repeat(1_000).split('') });
  else alreadySeen.push({ digest, row });
}

let number = 0;
for (const end = Date.now() + 25_000; Date.now() < end; await pause(10)) {
  for (let i = 0; i < 4; i++) importRow(number++);
}
console.log(`imported ${number} rows`);
