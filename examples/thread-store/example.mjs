import { makeThreadStore } from './thread-store.mjs';

let sent = 0;
const store = makeThreadStore({ send: () => sent++, onTimeout: (id) => console.log(`the turn of ${id} timed out`) });
store.startTurn('thread 0');
for (let i = 0; i < 501; i++) store.append(`thread ${i}`, 'some text');

const { size, capacity, flushTimers, timeoutTimers } = store.stats();
console.log(
  `${size} of ${capacity} threads, ${flushTimers} flush timers, ${timeoutTimers} turn timeouts, ${sent} sent`,
);
await store.close();
console.log(`${sent} sent`);
