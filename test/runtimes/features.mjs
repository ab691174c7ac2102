// What Plimsoll needs of a runtime beyond the language, and whether the one that runs this can do it: tried out, never
// concluded from a version. docs/runtimes.md has a row for each; tests are left out by them (test/helpers/runtime.ts).
// `node test/runtimes/features.mjs` prints them as JSON.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { getHeapSpaceStatistics } from 'node:v8';

const PATIENCE_MS = 6_000;
const dist = path.resolve(process.env.PLIMSOLL_DIST ?? 'dist');

/** @type {Readonly<Record<string, () => boolean | Promise<boolean>>>} Name, as in docs/runtimes.md, and trial. */
export const FEATURES = {
  'preload by `NODE_OPTIONS`': preloads,
  'heap limit by `NODE_OPTIONS`': limitsHeap,
  'forced collection': async () => collects(await collector()),
  'events of collections': reportsCollections,
  'call after collection (`FinalizationRegistry`)': finalizes,
  'bytes of `ArrayBuffer`s': countsBuffers,
  'list of what holds the process open': () => listsTimer() && listsHandle(),
  'spaces of the heap': () => getHeapSpaceStatistics().filter(({ space_used_size: used }) => used > 0).length > 1,
  'sampling heap profiler': samplesHeap,
  'heap snapshot of itself': writesSnapshot,
  'heap snapshot of another process (`--pid`)': () => isReached('setInterval(() => {}, 1000);'),
  'the same while that process computes without a pause': () => isReached('for (;;) globalThis.x = {};'),
  'small `Buffer`s cut from a common pool': () => Buffer.from('a').buffer.byteLength > 100,
  'errors as V8 makes them (properties, wording)': makesErrorsAsV8,
  'own `Symbol.dispose`, `DisposableStack`, `SuppressedError`': hasDisposal,
};

/**
 * Tries one feature; what throws is not there.
 *
 * @param {string} name
 * @returns {Promise<boolean>}
 */
export async function canDo(name) {
  try {
    return await FEATURES[name]();
  } catch {
    return false;
  }
}

function withFolder(use) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-feature-'));
  const remove = () => fs.rmSync(folder, { recursive: true, force: true });
  return Promise.resolve(use(folder)).finally(remove);
}

function importBuilt(file) {
  return import(pathToFileURL(path.join(dist, file)).href);
}

/** What a program prints under `NODE_OPTIONS`. */
function outputOf(source, options) {
  const env = { ...process.env, NODE_OPTIONS: options };
  return spawnSync(process.execPath, ['-e', source], { env, encoding: 'utf8', timeout: PATIENCE_MS }).stdout;
}

function preloads() {
  return withFolder((folder) => {
    const file = path.join(folder, 'preload.cjs');
    fs.writeFileSync(file, 'console.log("preloaded")');
    return outputOf('0', `--require ${JSON.stringify(file)}`) === 'preloaded\n';
  });
}

function limitsHeap() {
  const source = 'console.log(require("node:v8").getHeapStatistics().heap_size_limit)';
  const limitOf = (mb) => Number(outputOf(source, `--max-old-space-size=${mb}`)) / 2 ** 20;
  return Math.round(limitOf(300) - limitOf(200)) === 100;
}

async function collector() {
  const v8 = await import('node:v8');
  const vm = await import('node:vm');
  v8.setFlagsFromString('--expose-gc');
  return vm.runInNewContext('gc');
}

async function collects(collect) {
  const refs = Array.from({ length: 10 }, () => new WeakRef({}));
  // A WeakRef holds its target until the job that made it has ended.
  await sleep(10);
  collect();
  return refs.every((ref) => ref.deref() === undefined);
}

async function reportsCollections() {
  const { constants, PerformanceObserver } = await import('node:perf_hooks');
  let majors = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { detail } of list.getEntries()) if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) majors++;
  });
  observer.observe({ entryTypes: ['gc'] });
  (await collector())();
  await sleep(100);
  observer.disconnect();
  return majors > 0;
}

async function finalizes() {
  let calls = 0;
  const registry = new FinalizationRegistry(() => calls++);
  (function registerMany() {
    for (let i = 0; i < 1000; i++) registry.register({ i }, i);
  })();
  await sleep(10);
  const collect = globalThis.Bun === undefined ? await collector() : () => globalThis.Bun.gc(true);
  collect();
  await sleep(100);
  return calls > 0;
}

function countsBuffers() {
  const bytes = 32 * 2 ** 20;
  const before = process.memoryUsage().arrayBuffers;
  const buffer = new ArrayBuffer(bytes);
  return process.memoryUsage().arrayBuffers - before >= buffer.byteLength;
}

function listsTimer() {
  const count = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const before = count();
  const timer = setTimeout(() => {}, 1000);
  const after = count();
  clearTimeout(timer);
  return after === before + 1;
}

function listsHandle() {
  const child = spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' });
  return process._getActiveHandles().includes(child) || process.getActiveResourcesInfo().includes('ProcessWrap');
}

async function samplesHeap() {
  const { Session } = await import('node:inspector');
  const session = new Session();
  session.connect();
  const post = (method, parameters) =>
    new Promise((resolve, reject) =>
      session.post(method, parameters, (error, result) => (error ? reject(error) : resolve(result))),
    );
  await post('HeapProfiler.startSampling', { samplingInterval: 1024 });
  const kept = (function allocateForTheProfile() {
    return Array.from({ length: 10_000 }, (_, i) => ({ i }));
  })();
  const { profile } = await post('HeapProfiler.stopSampling', {});
  session.disconnect();
  return kept.length > 0 && JSON.stringify(profile).includes('"allocateForTheProfile"');
}

class KeptForTheSnapshot {
  isKept = true;
}

/** Through Plimsoll's own writer and reader: what they refuse is of no use. */
function writesSnapshot() {
  return withFolder(async (folder) => {
    const { writeSnapshot } = await importBuilt('runtime/index.js');
    const { openSnapshot, summarise } = await importBuilt('snapshot/index.js');
    const kept = [new KeptForTheSnapshot(), new KeptForTheSnapshot(), new KeptForTheSnapshot()];
    const file = path.join(folder, 'a.heapsnapshot');
    writeSnapshot(file);
    const { classes } = summarise(await openSnapshot(file));
    return classes.find(({ name }) => name === 'KeptForTheSnapshot').count >= kept.length;
  });
}

function isReached(source) {
  return withFolder(async (folder) => {
    const file = path.join(folder, 'a.heapsnapshot');
    const target = spawn(process.execPath, ['-e', `console.log('up'); setTimeout(() => { ${source} }, 100);`]);
    await new Promise((resolve) => target.stdout.once('data', resolve));
    await sleep(300);
    const args = [path.join(dist, 'cli/main.js'), 'snapshot', '--pid', String(target.pid), '--out', file];
    const tool = spawn(process.execPath, args, { stdio: 'ignore' });
    const status = await Promise.race([
      new Promise((resolve) => tool.once('exit', resolve)),
      sleep(PATIENCE_MS, undefined, { ref: false }),
    ]);
    tool.kill('SIGKILL');
    target.kill('SIGKILL');
    return status === 0 && fs.existsSync(file);
  });
}

function makesErrorsAsV8() {
  const known = new Set(['stack', 'message']);
  if (!Reflect.ownKeys(new Error('m')).every((key) => known.has(key))) return false;
  try {
    for (const each of /** @type {never} */ (5)) void each;
    return false;
  } catch (error) {
    return error.message.includes('is not iterable');
  }
}

function hasDisposal() {
  const classes = [globalThis.DisposableStack, globalThis.AsyncDisposableStack, globalThis.SuppressedError];
  return typeof Symbol.dispose === 'symbol' && classes.every((one) => typeof one === 'function');
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const found = {};
  for (const name of Object.keys(FEATURES)) found[name] = await canDo(name);
  console.log(JSON.stringify(found, null, 2));
}
