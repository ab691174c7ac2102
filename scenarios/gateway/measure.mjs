// What is measured inside the gateway's process: asked for over the channel of `fork`, so that neither form knows of it.
import fs from 'node:fs';
import { Session } from 'node:inspector/promises';

const COLLECTIONS = 2;
const PROFILE_STEP_US = 500;
const FULL_PIPE_MS = 5;

/** How the last line of the log begins: the clients' ends of all connections that were accepted. */
export const ACCEPTED = 'accepted: ';

/** @type {Set<number | undefined>} */
const accepted = new Set();
const isMeasured = process.send !== undefined;
if (isMeasured) process.once('exit', () => writeAll(`${ACCEPTED}${[...accepted].join(' ')}\n`));

/** @type {Promise<{ session: Session, before: NodeJS.CpuUsage }> | undefined} */
let profiling;
/** Memory that is held for the sake of it. @type {unknown[]} */
let ballast = [];

/**
 * Answers the questions of the process that started this one; without a channel to it, does nothing.
 *
 * @param {import('./service.mjs').Gateway} gateway
 */
export function answerQuestions(gateway) {
  if (!isMeasured) return;
  const reply = async ({ id, ask, given }) => process.send({ id, answer: await questions[ask](gateway, given) });
  process.on('message', reply);
  gateway.server.once('close', () => process.off('message', reply));
  gateway.server.on('connection', ({ remotePort }) => accepted.add(remotePort));
  // The channel is for measuring and must not hold the process that has been asked to end.
  process.channel.unref();
}

const questions = {
  /** What is left when all that can be collected is. */
  async figures(gateway) {
    await collect();
    const { model, entries } = gateway;
    const { heapUsed, external } = process.memoryUsage();
    return {
      floorBytes: heapUsed + external,
      entries: entries(),
      timers: process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length,
      listeners: model.listenerCount('notice'),
      ...(await questions.open(gateway)),
    };
  },
  /** What is open: of these figures, those that no collection changes. */
  async open({ server }) {
    const connections = await new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));
    return { connections, descriptors: countDescriptors() };
  },
  collect,
  /** How long the newest entries of the stores have to live, ms. */
  lifetimes({ stores }) {
    const longest = (dump) => Math.max(...dump.entries.map(({ expiresIn }) => expiresIn));
    return {
      artifacts: longest(stores.artifacts.dump()),
      tenants: longest(stores.tenants.dump({ includeSecretKeys: true })),
    };
  },
  /** What the monitor was given. */
  limits: ({ limits: { rules, maxHeapBytes } }) => ({
    thresholds: [rules.heap.warning, rules.container.warning],
    maxHeapBytes,
  }),
  /** Holds so many bytes of plain objects; 0 lets them go. */
  hold(_gateway, bytes) {
    ballast = Array.from({ length: bytes / 1024 }, (_, at) => Array.from({ length: 126 }, () => at));
    return ballast.length;
  },
  async profile() {
    profiling ??= startProfile();
    await profiling;
  },
  /** Shares of the time since `profile` that were spent in files whose address matches, and in any code at all. */
  async profiled(_gateway, pattern) {
    const { session, before } = await profiling;
    profiling = undefined;
    const { profile } = await session.post('Profiler.stop');
    const { user, system } = process.cpuUsage(before);
    session.disconnect();
    return sharesOf(profile, new RegExp(pattern), user + system);
  },
};

/** At the end of the process, when nothing is written later: a pipe that is full is waited for. */
function writeAll(text) {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length; ) {
    try {
      done += fs.writeSync(2, bytes, done);
    } catch (error) {
      if (error.code !== 'EAGAIN') return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FULL_PIPE_MS);
    }
  }
}

async function collect() {
  for (let i = 0; i < COLLECTIONS; i++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function countDescriptors() {
  try {
    return fs.readdirSync('/proc/self/fd').length;
  } catch {
    return null;
  }
}

async function startProfile() {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: PROFILE_STEP_US });
  await session.post('Profiler.start');
  return { session, before: process.cpuUsage() };
}

/**
 * A call counts with all that it calls: of a sample's stack, one frame in those files is enough. The profiler takes a
 * thread that waits for a processor to be busy; by as much as the process has used less than that, both shares are less.
 *
 * @param {import('node:inspector').Profiler.Profile} profile
 * @param {RegExp} files
 * @param {number} usedUs CPU time of the process meanwhile.
 */
function sharesOf(profile, files, usedUs) {
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const isInside = new Map();
  const looksInside = (id) => {
    if (id === undefined) return false;
    if (!isInside.has(id)) isInside.set(id, files.test(byId.get(id).callFrame.url) || looksInside(parents.get(id)));
    return isInside.get(id);
  };
  let inside = 0;
  let busy = 0;
  let total = 0;
  for (const [at, id] of profile.samples.entries()) {
    const took = profile.timeDeltas[at];
    total += took;
    if (byId.get(id).callFrame.functionName !== '(idle)') busy += took;
    if (looksInside(id)) inside += took;
  }
  const ran = Math.min(1, usedUs / busy);
  const shares = { share: (inside / total) * ran, busy: (busy / total) * ran };
  return { ...shares, seconds: total / 1e6, samples: profile.samples.length };
}
