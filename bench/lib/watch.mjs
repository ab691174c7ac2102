// A program under the preload, without the command line: the session folder and the settings by environment.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { builtFile, importBuilt } from './dist.mjs';
import { BenchFailure } from './failure.mjs';
import { workFolder } from './paths.mjs';

const LONGEST_PAUSE_MS = 60_000;

/**
 * A session folder for one watched program.
 *
 * @param {string} dist Folder of the built package.
 * @param {{ snapshots: boolean }} settings
 */
export async function openSession(dist, { snapshots }) {
  const wire = await importBuilt(dist, 'diagnose/wire.js');
  fs.mkdirSync(workFolder, { recursive: true });
  const folder = fs.mkdtempSync(path.join(workFolder, 'session-'));
  const settings = { maxPauseMs: LONGEST_PAUSE_MS, outDir: folder, snapshots };
  // Names given in double quotes may hold spaces.
  const preload = `--require ${JSON.stringify(builtFile(dist, 'cjs/register.js'))}`;
  return new Session(wire, folder, {
    NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} ${preload}`.trim(),
    [wire.SESSION_VARIABLE]: folder,
    [wire.SETTINGS_VARIABLE]: JSON.stringify(settings),
  });
}

class Session {
  #wire;
  #folder;
  #orders = [];

  constructor(wire, folder, environment) {
    this.#wire = wire;
    this.#folder = folder;
    /** For the program's environment. */
    this.environment = environment;
  }

  /** What the main thread of `pid` has written so far. */
  messages(pid) {
    const file = path.join(this.#folder, `${this.#wire.threadKey(pid, 0)}.jsonl`);
    if (!fs.existsSync(file)) return [];
    const lines = fs.readFileSync(file, 'utf8').split('\n');
    // What stands after the last line feed is still being written.
    return lines.slice(0, -1).map((line) => JSON.parse(line));
  }

  /** Orders a snapshot of `pid` and waits for its end; gives the announced pause in ms. */
  async takeSnapshot(pid) {
    const id = this.#orders.length + 1;
    this.#orders.push({ id, what: 'snapshot' });
    const file = path.join(this.#folder, `${this.#wire.threadKey(pid, 0)}.orders.json`);
    fs.writeFileSync(`${file}.new`, JSON.stringify({ orders: this.#orders, snapshotAtExit: false }));
    fs.renameSync(`${file}.new`, file);
    for (const end = Date.now() + 2 * LONGEST_PAUSE_MS; Date.now() < end; await sleep(50)) {
      const answers = this.messages(pid).filter((message) => message.order === id);
      const missed = answers.find((message) => message.kind === 'snapshot-missed');
      if (missed !== undefined) throw new BenchFailure(`The snapshot was not taken: ${missed.reason}`);
      const done = answers.find((message) => message.kind === 'snapshot-end');
      if (done !== undefined) return done.pauseMs;
    }
    throw new BenchFailure('The snapshot that was ordered never came.');
  }

  close() {
    fs.rmSync(this.#folder, { recursive: true, force: true });
  }
}
