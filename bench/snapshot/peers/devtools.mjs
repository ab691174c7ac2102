// devtools.mjs SNAPSHOT ENGINE [--check]: graph, dominators and retained sizes by the engine of Chrome DevTools. As in the
// browser, a second worker takes a share of the work.
import fs from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isMainThread, MessageChannel, parentPort, Worker, workerData } from 'node:worker_threads';
import { biggest } from './biggest.mjs';

// The engine is written for a browser newer than Node.js 20.
Promise.withResolvers ??= function withResolvers() {
  let resolve;
  let reject;
  const promise = new Promise((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
};

const [file, enginePath, check] = isMainThread ? process.argv.slice(2) : [undefined, workerData];
const { HeapSnapshotLoader, HeapSnapshot } = await import(pathToFileURL(enginePath).href);

async function parse() {
  const loader = new HeapSnapshotLoader.HeapSnapshotLoader({ sendEvent() {} });
  for await (const chunk of fs.createReadStream(file, { highWaterMark: 1 << 20, encoding: 'utf8' })) {
    loader.write(chunk);
    // The loader reads what it was given in turns of its own.
    await new Promise((resolve) => setImmediate(resolve));
  }
  loader.close();
  await loader.parsingComplete;
  return loader;
}

async function build(loader) {
  const channel = new MessageChannel();
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: enginePath });
  await new Promise((resolve) => {
    worker.once('message', resolve);
    worker.postMessage({ port: channel.port2 }, [channel.port2]);
  });
  const snapshot = await loader.buildSnapshot(channel.port1);
  channel.port1.close();
  await worker.terminate();
  return snapshot;
}

function* maps(snapshot) {
  for (let ordinal = 0; ordinal < snapshot.nodeCount; ordinal++) {
    const node = snapshot.createNode(ordinal * snapshot.nodeFieldCount);
    if (node.type() !== 'object' || node.rawName() !== 'Map') continue;
    yield { id: node.id(), retainedBytes: node.retainedSize() };
  }
}

if (isMainThread) {
  const snapshot = await build(await parse());
  const biggestMap = check ? biggest(maps(snapshot)) : undefined;
  console.log(JSON.stringify({ nodes: snapshot.nodeCount, biggestMap }));
} else {
  parentPort.once('message', ({ port }) => {
    globalThis.manager = new HeapSnapshot.SecondaryInitManager(port);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a worker, not a window
    parentPort.postMessage('ready');
  });
}
