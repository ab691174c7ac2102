// The seven patterns of MISSION 4, in a session that has them and in one that does not: what `plimsoll audit` says of the
// two sources, and what is left of sessions that have ended.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { dist } from '../../scripts/lib/paths.mjs';
import { collect, countDescriptors, isBun, nextTurn } from '../frame/measure.mjs';
import { ON_THE_STACK } from './rules.mjs';

const SESSIONS = 50;
/** Of each pattern, the rule that answers it, and the line that it has to name. */
const PATTERNS = [
  ['event listeners', 'shared-emitter-listener', "bus.on('news'"],
  ['timers', 'dropped-interval', 'setInterval('],
  ['timers in a chain', 'awaited-self-recursion', 'await this.follow()'],
  ['string building', 'body-accumulation', 'text += chunk'],
  ['file handles', 'unreleased-handle', 'fs.openSync('],
  ['unbounded caches', 'growing-collection', 'pages.set('],
  ['global state', 'growing-collection', 'visits[id] ='],
];
const CYCLE = 'this.renderer = { session: this }';

const fileOf = (form) => fileURLToPath(new URL(`patterns/${form}.mjs`, import.meta.url));

/** The findings of the audit in a file: rule and text of the line. */
async function audit(file, flags = []) {
  const args = [path.join(dist, 'cli/main.js'), 'audit', '--format', 'json', ...flags, file];
  // It ends with status 3 when something is found.
  const { stdout } = await promisify(execFile)(process.execPath, args).catch((error) => error);
  const lines = fs.readFileSync(file, 'utf8').split('\n');
  return JSON.parse(stdout).findings.map(({ rule, line }) => ({ rule, text: lines[line - 1] }));
}

/**
 * @param {import('../frame/outcome.mjs').Checks} checks
 * @param {import('../frame/virtual-time.mjs').VirtualTime} time Installed.
 */
export async function checkPatternsFound(checks, time) {
  const found = await audit(fileOf('naive'));
  for (const [pattern, rule, text] of PATTERNS) {
    const here = found.filter((finding) => finding.text.includes(text)).map((finding) => finding.rule);
    checks.equal(`audit: ${pattern}, in the line of \`${text}\``, [rule], here);
  }
  const ofCycle = found.filter(({ text }) => text.includes(CYCLE)).length;
  checks.equal('audit: findings in a circular reference, which alone is no leak', 0, ofCycle);
  const left = await leftOf('naive', time);
  for (const name of ['listeners', 'timers', 'descriptors'])
    checks.atLeast(`${name} left of ${SESSIONS} sessions that have ended`, SESSIONS, left[name]);
  checks.equal(`entries left of ${SESSIONS} sessions that have ended`, 2 * SESSIONS, left.entries);
}

/**
 * @param {import('../frame/outcome.mjs').Checks} checks
 * @param {import('../frame/virtual-time.mjs').VirtualTime} time Installed.
 */
export async function checkPatternsMended(checks, time) {
  checks.equal(
    'audit: findings in the same session with a scope and bounds, --strict',
    [],
    await audit(fileOf('plimsoll'), ['--strict']),
  );
  const { listeners, timers, descriptors, entries, retained } = await leftOf('plimsoll', time);
  const row = `listeners, timers and descriptors left of ${SESSIONS} sessions that have ended`;
  checks.equal(row, [0, 0, 0], [listeners, timers, descriptors]);
  checks.atMost('entries left in two caches with room for 10', 20, entries);
  if (isBun) checks.unknown('sessions with a circular reference that are left', ON_THE_STACK);
  else checks.equal('sessions with a circular reference that are left', 0, retained);
}

/** What is left when sessions of a form have done all that they do, and have ended. */
async function leftOf(form, time) {
  const { Session, bus, visits, pages } = await import(fileOf(form));
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-patterns-'));
  const file = path.join(folder, 'log');
  const before = { timers: time.pending, descriptors: countDescriptors() };
  const refs = [];
  const comeAndGo = async (id) => {
    const session = new Session(id, file);
    refs.push(new WeakRef(session));
    session.pageOf(`/${id}`);
    await session.receive(Readable.from(['a', 'b', 'c']));
    const entry = { id };
    session.log(entry);
    entry.itself = entry;
    try {
      session.log(entry);
    } catch {
      // It is no JSON: the handle is what matters.
    }
    await session.close();
  };
  for (let i = 0; i < SESSIONS; i++) await comeAndGo(`session ${i}`);
  await time.advance(10);
  for (let i = 0; i < 20; i++) await nextTurn();
  await collect(6);
  fs.rmSync(folder, { recursive: true });
  return {
    listeners: bus.listenerCount('news'),
    timers: time.pending - before.timers,
    descriptors: countDescriptors() - before.descriptors,
    entries: sizeOf(visits) + sizeOf(pages),
    retained: refs.filter((ref) => ref.deref() !== undefined).length,
  };
}

const sizeOf = (collection) => collection.size ?? Object.keys(collection).length;
