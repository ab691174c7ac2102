import { pathToFileURL } from 'node:url';

const [file, count] = [process.argv[2], Number(process.argv[3])];
const { RetentionWatcher } = await import(pathToFileURL(file).href);

const turn = () => new Promise((resolve) => setImmediate(resolve));
async function liveBytes() {
  for (let i = 0; i < 4; i++) {
    gc();
    await turn();
  }
  return process.memoryUsage().heapUsed;
}
function cpuUs(before) {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}

let major;
const door = { observeMajors: (run) => ((major = run), () => {}) };
const watcher = new RetentionWatcher({ maxWatched: count, grace: 0, door });
globalThis.objects = Array.from({ length: count }, (_, id) => ({ id }));
const before = await liveBytes();
const started = process.cpuUsage();
for (const object of globalThis.objects) watcher.expectCollected(object, 'object');
const handInUs = cpuUs(started);
await turn();
const bytes = ((await liveBytes()) - before) / count;

major();
const judging = process.cpuUsage();
major();
const judgeUs = cpuUs(judging);
if (watcher.status().retained !== count) throw new Error('not all were retained');

await turn();
globalThis.objects = undefined;
gc();
const hearing = process.cpuUsage();
while (watcher.status().collected < count) await turn();
const goneUs = cpuUs(hearing);
console.log(JSON.stringify({ bytes, handInUs, judgeUs, goneUs }));
