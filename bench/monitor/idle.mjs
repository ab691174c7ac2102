// A program with nothing to do, under a watcher: CPU that goes by in so many seconds after it has come to rest.
import { setTimeout as wait } from 'node:timers/promises';

const seconds = Number(process.argv[2]);
await wait(2000);
const before = process.cpuUsage();
const started = performance.now();
await wait(seconds * 1000);
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ share: (user + system) / 1000 / (performance.now() - started) }));
